"""Writing checkouts: rows, lines, customers, abandonments and full text, in the caller's one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from app.checkouts.address import address_number
from app.checkouts.checkout import Checkout, customer_name
from app.checkouts.customer import Customer
from app.checkouts.identity import derived_token, derived_uuid, line_item_key
from app.checkouts.line_item import LineItem
from app.checkouts.moment import MINUTE
from app.checkouts.search_text import search_text
from app.checkouts.shop import Shop
from app.store.full_text import forget_documents, index_documents, indexed_tokens
from app.store.rows import RowShape
from app.store.tables import abandoned_checkouts, abandonments, customers, line_items, shops

CHECKOUT = RowShape(Checkout, abandoned_checkouts)
LINE_ITEM = RowShape(LineItem, line_items)
CUSTOMER = RowShape(Customer, customers)

# Above every id that a platform gives: numbers of documents whose checkout's id another shop already uses.
_FIRST_FOREIGN_DOCUMENT = 1 << 62
# How many ids one IN list names; SQLite allows 32,766 parameters a statement.
_CHUNK = 500

_KEPT = (
    "document_id",
    "uuid",
    "token",
    "name",
    "recovery_key",
    "email_state",
    "email_sent_at",
    "abandoned_at",
)


@dataclass(slots=True)
class Change:
    """What saving one checkout did. `before` is the row as it was, `after` as it is; both by column name."""

    kind: Literal["created", "updated", "older"]
    checkout: Checkout
    before: dict[str, Any] | None
    after: dict[str, Any]


async def save_checkouts(
    connection: AsyncConnection, shop: Shop, checkouts: Sequence[Checkout]
) -> list[Change]:
    """Store checkouts, new or known by id, uuid or token; one that is older than its row changes nothing.

    Within one call the last of several with the same identity wins. Ids, names, tokens, keys and GUIDs that a
    checkout lacks are given here and set on it.
    """
    known = await _known_rows(connection, shop, checkouts)
    await _give_ids(connection, shop, checkouts, known)
    latest = {checkout.id: checkout for checkout in checkouts}
    changes: list[Change] = []
    for checkout in latest.values():
        before = known.get(checkout.id)
        if before is not None and before["updated_at"] > checkout.updated_at:
            changes.append(Change("older", checkout, before, before))
            continue
        _complete(shop, checkout, before)
        after = _row(shop, checkout, before)
        changes.append(Change("created" if before is None else "updated", checkout, before, after))
    written = [change for change in changes if change.kind != "older"]
    await _give_documents(connection, [change for change in written if change.kind == "created"])
    await _save_customers(connection, shop, written)
    await _replace(connection, shop, written)
    return changes


async def _known_rows(
    connection: AsyncConnection, shop: Shop, checkouts: Sequence[Checkout]
) -> dict[int | None, dict[str, Any]]:
    table = abandoned_checkouts
    found: dict[int | None, dict[str, Any]] = {}
    tokens: dict[str, int] = {}
    uuids: dict[str, int] = {}
    for column, wanted in (
        (table.c.id, [item.id for item in checkouts if item.id is not None]),
        (table.c.uuid, [item.uuid for item in checkouts if item.id is None and item.uuid]),
        (
            table.c.token,
            [item.token for item in checkouts if item.id is None and not item.uuid and item.token],
        ),
    ):
        for part in _chunks(wanted):
            rows = await connection.execute(select(table).where(table.c.shop_id == shop.id, column.in_(part)))
            for row in rows.mappings():
                found[row["id"]] = dict(row)
                tokens[row["token"]] = row["id"]
                uuids[row["uuid"]] = row["id"]
    for item in checkouts:
        if item.id is None:
            item.id = uuids.get(item.uuid or "") or tokens.get(item.token or "")
    return found


async def _give_ids(
    connection: AsyncConnection,
    shop: Shop,
    checkouts: Sequence[Checkout],
    known: dict[int | None, dict[str, Any]],
) -> None:
    """Number the checkouts that came without an id, after the greatest that the shop has seen."""
    highest = max((item.id for item in checkouts if item.id is not None), default=0)
    nameless = [item for item in checkouts if item.id is None]
    if not nameless and highest <= shop.last_checkout_id:
        return
    row = select(shops.c.last_checkout_id).where(shops.c.id == shop.id)
    last = (await connection.execute(row.with_for_update())).scalar_one()
    last = max(last, highest, 1_000_000)
    given: dict[str, int] = {}
    for item in nameless:
        identity = item.uuid or item.token or f"#{len(given)}"
        if identity not in given:
            last += 1
            given[identity] = last
        item.id = given[identity]
    shop.last_checkout_id = last
    await connection.execute(update(shops).where(shops.c.id == shop.id).values(last_checkout_id=last))


def _complete(shop: Shop, checkout: Checkout, before: dict[str, Any] | None) -> None:
    """Fill in what the source left out: from the row that is there, else derived."""
    if before is not None:
        for name in _KEPT[1:]:
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
        checkout.abandoned_at = checkout.created_at + shop.abandoned_after_minutes * MINUTE
    if checkout.recovered_at is None and checkout.completed_at is not None:
        checkout.recovered_at = checkout.completed_at
    if checkout.customer is not None:
        checkout.customer_id = checkout.customer.id
    for address, place in ((checkout.shipping_address, 0), (checkout.billing_address, 1)):
        if address is not None and address.get("id") is None:
            address["id"] = address_number(number, place)


def _row(shop: Shop, checkout: Checkout, before: dict[str, Any] | None) -> dict[str, Any]:
    row = CHECKOUT.row(checkout)
    row["shop_id"] = shop.id
    row["document_id"] = before["document_id"] if before else checkout.id
    row["version"] = before["version"] + 1 if before else 1
    row["status"] = "open" if checkout.closed_at is None else "closed"
    row["recovery_state"] = "not_recovered" if checkout.recovered_at is None else "recovered"
    row["customer_name"] = customer_name(checkout)
    row["line_items_quantity"] = sum(line.quantity for line in checkout.line_items)
    return row


async def _give_documents(connection: AsyncConnection, created: Sequence[Change]) -> None:
    """A checkout's number in the full-text index is its id, unless another shop's checkout has that number."""
    number = abandoned_checkouts.c.document_id
    taken: set[int] = set()
    for part in _chunks([change.after["id"] for change in created]):
        taken.update((await connection.execute(select(number).where(number.in_(part)))).scalars())
    if not taken:
        return
    last = (await connection.execute(select(func.max(number)))).scalar() or 0
    next_number = max(last + 1, _FIRST_FOREIGN_DOCUMENT)
    for change in created:
        if change.after["id"] in taken:
            change.after["document_id"] = next_number
            next_number += 1


async def _save_customers(connection: AsyncConnection, shop: Shop, written: Sequence[Change]) -> None:
    latest: dict[int, Customer] = {}
    for change in written:
        customer = change.checkout.customer
        if customer is not None and (
            customer.id not in latest or latest[customer.id].updated_at <= customer.updated_at
        ):
            latest[customer.id] = customer
    await save_customers(connection, shop, list(latest.values()))


async def save_customers(connection: AsyncConnection, shop: Shop, people: Sequence[Customer]) -> None:
    """Store customers; where a source says nothing, what is known stays."""
    for part in _chunks(people):
        ids = [customer.id for customer in part]
        rows = await connection.execute(
            select(customers).where(customers.c.shop_id == shop.id, customers.c.id.in_(ids))
        )
        known = {row["id"]: CUSTOMER.record(row) for row in rows.mappings()}
        ready = []
        for customer in part:
            older = known.get(customer.id)
            if older is not None:
                if older.updated_at > customer.updated_at:
                    continue
                customer = CUSTOMER.merged(older, customer)
            if customer.uuid is None:
                customer.uuid = derived_uuid(shop.domain, "customer", customer.id)
            ready.append({"shop_id": shop.id, **CUSTOMER.row(customer)})
        if ready:
            await upsert(connection, customers, ready)


async def _replace(connection: AsyncConnection, shop: Shop, written: Sequence[Change]) -> None:
    if not written:
        return
    updated = [change for change in written if change.kind == "updated"]
    for part in _chunks([change.after["id"] for change in updated]):
        await connection.execute(
            delete(line_items).where(line_items.c.shop_id == shop.id, line_items.c.checkout_id.in_(part))
        )
    await forget_documents(connection, shop.id, [change.after["document_id"] for change in updated])
    await upsert(connection, abandoned_checkouts, [change.after for change in written])
    lines: list[dict[str, Any]] = []
    documents: list[tuple[int, list[str]]] = []
    visits: list[dict[str, Any]] = []
    for change in written:
        checkout, number = change.checkout, change.after["id"]
        for position, line in enumerate(checkout.line_items):
            if not line.key:
                line.key = line_item_key(checkout.token or "", position)
            row = LINE_ITEM.row(line)
            row["shop_id"], row["checkout_id"], row["position"] = shop.id, number, position
            row["uuid"] = derived_uuid(shop.domain, "line_item", line.key)
            row["currency"], row["presentment_currency"] = checkout.currency, checkout.presentment_currency
            if line.discount_allocations:
                row["discount_allocations"] = _told_allocations(checkout, line)
            lines.append(row)
        documents.append((change.after["document_id"], indexed_tokens(shop.id, search_text(checkout))))
        if checkout.customer_id is not None:
            visits.append(_abandonment(shop, checkout, number))
    if lines:
        await connection.execute(line_items.insert(), lines)
    if visits:
        await upsert(connection, abandonments, visits)
    await index_documents(connection, shop.id, documents)


def _told_allocations(checkout: Checkout, line: LineItem) -> str:
    applications = checkout.discount_applications
    return orjson.dumps(
        [
            {**allocation, "discount": {"index": allocation["application"], **applications[allocation["application"]]}}
            for allocation in line.discount_allocations
        ]
    ).decode()


def _abandonment(shop: Shop, checkout: Checkout, number: int) -> dict[str, Any]:
    """The abandonment of a checkout bears its number: there is one of each."""
    return {
        "shop_id": shop.id,
        "id": number,
        "checkout_id": number,
        "customer_id": checkout.customer_id,
        "abandonment_type": "CHECKOUT",
        "created_at": checkout.abandoned_at,
        "cart_token": checkout.cart_token,
        "visit": orjson.dumps(checkout.visit).decode(),
    }


async def upsert(connection: AsyncConnection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows, or set the given columns where the key is already there."""
    insert: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table)
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)


def _chunks(items: Sequence[Any]) -> Iterable[list[Any]]:
    for start in range(0, len(items), _CHUNK):
        yield list(items[start : start + _CHUNK])
