"""Writing checkouts: rows, lines, customers, abandonments and full text, in the caller's one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Literal

import orjson
from sqlalchemy import Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from app.checkouts.address import address_number
from app.checkouts.buyer import complete_buyer, contact_names
from app.checkouts.checkout import Checkout, customer_name
from app.checkouts.identity import derived_token, derived_uuid, line_item_key
from app.checkouts.line_item import LineItem
from app.checkouts.search_text import field_texts, search_text
from app.checkouts.shop import Shop
from app.checkouts.state import rules_of
from app.store.contact_text import contact_text
from app.store.full_text import forget_documents, index_documents, indexed_tokens
from app.store.identify import chunks, document_numbers, give_ids, known_rows
from app.store.load import load_known
from app.store.rows import RowShape
from app.store.save_customers import customers_of, save_customers
from app.store.search_tokens import field_tokens
from app.store.statements import delete_rows, insert_rows, put_rows
from app.store.tables import abandoned_checkouts, abandonments, activities, line_items

CHECKOUT = RowShape(Checkout, abandoned_checkouts)
LINE_ITEM = RowShape(LineItem, line_items)

_CHECKOUT_COLUMNS = (
    *CHECKOUT.columns,
    "shop_id",
    "document_id",
    "version",
    "status",
    "recovery_state",
    "customer_name",
    "line_items_quantity",
    "contact_first_name",
    "contact_last_name",
    "contact_text",
)
_LINE_COLUMNS = ("shop_id", "checkout_id", "position", "currency", "presentment_currency", *LINE_ITEM.columns)
_VISIT_COLUMNS = (
    "shop_id",
    "id",
    "checkout_id",
    "customer_id",
    "abandonment_type",
    "created_at",
    "cart_token",
    "visit",
)
_ACTIVITY_COLUMNS = (
    "shop_id",
    "abandonment_id",
    "sequence",
    "activity_type",
    "created_at",
    "channel",
    "reason",
    "marketing_activity_id",
    "delivery_state",
)
# What a source that is silent about it leaves as it is.
_KEPT = (
    "uuid",
    "token",
    "name",
    "recovery_key",
    "email_state",
    "email_sent_at",
    "abandoned_at",
    "lapsed_at",
    "source_updated_at",
    "checkout_uuid",
    "cart_uuid",
    "contact_id",
    "visitor_id",
    "member_id",
    "user_id",
)

# What saving fills in where it is missing.
_FILLED_IN = (*_KEPT, "presentment_currency", "recovered_at", "customer_id")
_told = attrgetter(*_FILLED_IN)


@dataclass(slots=True)
class Change:
    """What saving one checkout did. `before` is the row as it was, `after` as it is; both by column name.

    "older" and "unchanged" left the row as it was.
    """

    kind: Literal["created", "updated", "unchanged", "older"]
    checkout: Checkout
    before: dict[str, Any] | None
    after: dict[str, Any]


@dataclass(slots=True)
class Prepared:
    """What saving writes of a checkout that turns out to be new, found before the transaction began."""

    tokens: str
    row: dict[str, Any]
    lines: list[tuple[Any, ...]]
    told: tuple[Any, ...]
    keys: list[str]
    numbered: list[Any]

    def undo(self, checkout: Checkout) -> None:
        """Make the checkout what its source told: it is not new, and what was filled in here may be known already."""
        for name, value in zip(_FILLED_IN, self.told, strict=True):
            setattr(checkout, name, value)
        for line, key in zip(checkout.line_items, self.keys, strict=True):
            line.key = key
        for address in self.numbered:
            del address["id"]


def prepare(shop: Shop, checkouts: Sequence[Checkout]) -> dict[int, Prepared]:
    """The rows and the full text of checkouts that have a number, by their identity as objects.

    To find them takes as long as to write them, and can be done while another process writes.
    """
    prepared = {}
    for item in checkouts:
        if item.id is None or item.name is None or item.told is not None:
            continue
        addresses = (item.shipping_address, item.billing_address)
        ready = Prepared(
            tokens=_tokens(shop.id, item),
            row={},
            lines=[],
            told=_told(item),
            keys=[line.key for line in item.line_items],
            numbered=[address for address in addresses if address is not None and address.get("id") is None],
        )
        _complete(shop, item, None)
        ready.row = _row(shop, item, None, item.id)
        ready.lines = _line_rows(shop, item, item.id)
        prepared[id(item)] = ready
    return prepared


async def save_checkouts(
    connection: AsyncConnection,
    shop: Shop,
    checkouts: Sequence[Checkout],
    prepared: Mapping[int, Prepared] | None = None,
) -> list[Change]:
    """Store checkouts, new or known by id, uuid or token; one that is older than its row changes nothing.

    Within one call the newest of several with the same identity wins, the last of equally new ones. Ids, names,
    tokens, keys and GUIDs that a checkout lacks are given here and set on it. `prepared` is what `prepare` found
    of these very checkouts before the transaction began.
    """
    prepared = prepared or {}
    known = await known_rows(connection, shop, checkouts)
    await give_ids(connection, shop, checkouts)
    latest: dict[int | None, Checkout] = {}
    for checkout in checkouts:
        other = latest.get(checkout.id)
        if other is None or other.updated_at <= checkout.updated_at:
            latest[checkout.id] = checkout
    partial = [item for item in latest.values() if item.told is not None and item.id in known]
    if partial:
        await _fill_in(connection, shop, partial)
    new = [number for number in latest if number is not None and number not in known]
    documents = await document_numbers(connection, new)
    changes: list[Change] = []
    lines: dict[int, list[tuple[Any, ...]]] = {}
    for number, checkout in latest.items():
        assert number is not None
        before = known.get(number)
        if before is not None and before["updated_at"] > checkout.updated_at:
            changes.append(Change("older", checkout, before, before))
            continue
        ready = prepared.get(id(checkout))
        if ready is not None and before is None:
            after, lines[number] = ready.row, ready.lines
            after["document_id"] = documents.get(number, number)
        else:
            if ready is not None:
                ready.undo(checkout)
            _complete(shop, checkout, before)
            after = _row(shop, checkout, before, documents.get(number, number))
            lines[number] = _line_rows(shop, checkout, number)
        changes.append(Change("created" if before is None else "updated", checkout, before, after))
    await _mark_unchanged(connection, shop, changes, lines)
    told = [change for change in changes if change.kind != "older"]
    await save_customers(connection, shop, customers_of(change.checkout for change in told))
    await _replace(connection, shop, [change for change in told if change.kind != "unchanged"], lines, prepared)
    await _save_visits(connection, shop, told)
    return changes


async def _fill_in(connection: AsyncConnection, shop: Shop, checkouts: Sequence[Checkout]) -> None:
    """Give checkouts that were told only in part the rest of what is stored of them."""
    stored = await load_known(connection, shop, [checkout.id or 0 for checkout in checkouts])
    for checkout in checkouts:
        older = stored[checkout.id or 0]
        checkout.updated_at = max(checkout.updated_at, older.updated_at)
        for item in fields(checkout):
            if checkout.told is not None and item.name not in checkout.told and item.name != "told":
                setattr(checkout, item.name, getattr(older, item.name))
        lines = {line.key: line for line in older.line_items}
        for line in checkout.line_items:
            if line.key in lines:
                LINE_ITEM.merged(lines[line.key], line)


def _complete(shop: Shop, checkout: Checkout, before: dict[str, Any] | None) -> None:
    """Fill in what the source left out: from the row that is there, else derived."""
    if before is not None:
        for name in _KEPT:
            if getattr(checkout, name) is None:
                setattr(checkout, name, before[name])
    number = checkout.id or 0
    if checkout.uuid is None:
        checkout.uuid = derived_uuid(shop.domain, "abandoned_checkout", number)
    if checkout.token is None:
        checkout.token = derived_token(shop.secret, "token", number)
    if checkout.recovery_key is None:
        checkout.recovery_key = derived_token(shop.secret, "recovery", checkout.token)
    if checkout.name is None:
        checkout.name = f"#{number}"
    if checkout.email_state is None:
        checkout.email_state = "not_sent"
    if checkout.presentment_currency is None:
        checkout.presentment_currency = checkout.currency
    if checkout.abandoned_at is None:
        checkout.abandoned_at = checkout.created_at + rules_of(shop).threshold
    if checkout.recovered_at is None and checkout.completed_at is not None and checkout.lapsed_at is None:
        checkout.recovered_at = checkout.completed_at
    if checkout.customer is not None:
        checkout.customer_id = checkout.customer.id
    complete_buyer(checkout, shop.domain)
    for address, place in ((checkout.shipping_address, 0), (checkout.billing_address, 1)):
        if address is not None and address.get("id") is None:
            address["id"] = address_number(number, place)


def _row(shop: Shop, checkout: Checkout, before: dict[str, Any] | None, document_id: int) -> dict[str, Any]:
    first_name, last_name = contact_names(checkout)
    values = (
        *CHECKOUT.values(checkout),
        shop.id,
        before["document_id"] if before else document_id,
        before["version"] + 1 if before else 1,
        "open" if checkout.closed_at is None else "closed",
        "not_recovered" if checkout.recovered_at is None else "recovered",
        customer_name(checkout),
        sum([line.quantity for line in checkout.line_items]),
        first_name,
        last_name,
        contact_text(checkout.email, first_name, last_name),
    )
    return dict(zip(_CHECKOUT_COLUMNS, values, strict=True))


def _line_rows(shop: Shop, checkout: Checkout, number: int) -> list[tuple[Any, ...]]:
    currency, presentment_currency = checkout.currency, checkout.presentment_currency
    rows = []
    for position, line in enumerate(checkout.line_items):
        if "?" not in line.key:
            line.key = line_item_key(checkout.token or "", position, line.key)
        allocations = line.discount_allocations
        if allocations:
            line.discount_allocations = _told_allocations(checkout, line)
        rows.append((shop.id, number, position, currency, presentment_currency, *LINE_ITEM.values(line)))
        line.discount_allocations = allocations
    return rows


def _told_allocations(checkout: Checkout, line: LineItem) -> list[Any]:
    """The allocations, each with the discount itself, so that a line can be told without its checkout."""
    known = checkout.discount_applications
    return [
        {**item, "discount": {"index": item["application"], **known[item["application"]]}}
        for item in line.discount_allocations
    ]


async def _mark_unchanged(
    connection: AsyncConnection, shop: Shop, changes: Sequence[Change], lines: dict[int, list[tuple[Any, ...]]]
) -> None:
    """Find the checkouts that are stored already just as they came, so that telling them again does nothing."""
    same = [
        change
        for change in changes
        if change.kind == "updated"
        and change.before is not None
        and all(change.before[name] == value for name, value in change.after.items() if name != "version")
    ]
    for part in chunks(same):
        columns = [line_items.c[name] for name in _LINE_COLUMNS]
        numbers = [change.after["id"] for change in part]
        stored: dict[int, list[tuple[Any, ...]]] = {number: [] for number in numbers}
        for row in await connection.execute(
            select(*columns)
            .where(line_items.c.shop_id == shop.id, line_items.c.checkout_id.in_(numbers))
            .order_by(line_items.c.checkout_id, line_items.c.position)
        ):
            stored[row[1]].append(tuple(row))
        for change in part:
            if change.before is not None and stored[change.after["id"]] == lines[change.after["id"]]:
                change.kind, change.after = "unchanged", change.before


async def _replace(
    connection: AsyncConnection,
    shop: Shop,
    written: Sequence[Change],
    lines: dict[int, list[tuple[Any, ...]]],
    prepared: Mapping[int, Prepared],
) -> None:
    created = [change for change in written if change.kind == "created"]
    updated = [change for change in written if change.kind == "updated"]
    for part in chunks([change.after["id"] for change in updated]):
        await connection.execute(
            delete(line_items).where(line_items.c.shop_id == shop.id, line_items.c.checkout_id.in_(part))
        )
    await forget_documents(connection, shop.id, [change.after["document_id"] for change in updated])
    for changes, write in ((created, insert_rows), (updated, put_rows)):
        rows = [tuple(change.after.values()) for change in changes]
        await write(connection, abandoned_checkouts, _CHECKOUT_COLUMNS, rows)
    await insert_rows(
        connection,
        line_items,
        _LINE_COLUMNS,
        [row for change in written for row in lines[change.after["id"]]],
    )
    await index_documents(
        connection,
        shop.id,
        [
            (change.after["document_id"], ready.tokens if ready is not None else _tokens(shop.id, change.checkout))
            for change in written
            for ready in (prepared.get(id(change.checkout)),)
        ],
    )


def _tokens(shop_id: int, checkout: Checkout) -> str:
    return indexed_tokens(shop_id, search_text(checkout), field_tokens(field_texts(checkout)))


async def _save_visits(connection: AsyncConnection, shop: Shop, told: Sequence[Change]) -> None:
    """The abandonment of a checkout bears its number: there is one of each."""
    visits = [
        (
            shop.id,
            checkout.id,
            checkout.id,
            checkout.customer_id,
            "CHECKOUT",
            checkout.abandoned_at,
            checkout.cart_token,
            orjson.dumps(checkout.visit).decode() if checkout.visit else "{}",
        )
        for change in told
        if (checkout := change.checkout).customer_id is not None and (change.kind != "unchanged" or checkout.visit)
    ]
    await put_rows(connection, abandonments, _VISIT_COLUMNS, visits, fixed=("checkout_id",))
    logged = [change.checkout for change in told if change.checkout.activities]
    await delete_rows(connection, activities, ("shop_id", "abandonment_id"), [(shop.id, item.id) for item in logged])
    await insert_rows(
        connection,
        activities,
        _ACTIVITY_COLUMNS,
        [
            (shop.id, item.id, sequence, *(step.get(name) for name in _ACTIVITY_COLUMNS[3:]))
            for item in logged
            for sequence, step in enumerate(item.activities, 1)
        ],
    )


async def upsert(connection: AsyncConnection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows of any table, or set the given columns where the key is already there."""
    insert: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table)
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)
