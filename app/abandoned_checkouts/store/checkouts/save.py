"""Writing checkouts: rows, lines, customers, abandonments and full text, in the caller's one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Literal

import orjson
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.checkout_rows import (
    CHECKOUT_COLUMNS,
    DOCUMENT_ID,
    LINE_COLUMNS,
    LINE_ITEM,
    Prepared,
    checkout_row,
    fill_in_missing,
    index_terms_of,
    line_rows,
)
from abandoned_checkouts.store.checkouts.identify import assign_ids, document_numbers, known_rows
from abandoned_checkouts.store.checkouts.load import load_known
from abandoned_checkouts.store.checkouts.save_customers import customers_of, save_customers
from abandoned_checkouts.store.engine.rows import Row, RowValues
from abandoned_checkouts.store.engine.statements import chunks, delete_rows, insert_rows, put_rows
from abandoned_checkouts.store.search.full_text import delete_documents, index_documents
from abandoned_checkouts.store.tables import abandoned_checkouts, abandonments, activities, line_items

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


@dataclass(slots=True)
class SavedCheckout:
    """The result of saving one checkout. `before` is the row before, by column name.

    "older" and "unchanged" did not change the row; `row` then holds what would have been written.
    """

    kind: Literal["created", "updated", "unchanged", "older"]
    checkout: Checkout
    before: Row | None
    row: RowValues

    def after(self) -> Row:
        """The row as it is, by column name."""
        if self.before is not None and self.kind in ("unchanged", "older"):
            return self.before
        return dict(zip(CHECKOUT_COLUMNS, self.row, strict=True))


async def save_checkouts(
    connection: AsyncConnection,
    shop: Shop,
    checkouts: Sequence[Checkout],
    prepared: Mapping[int, Prepared] | None = None,
) -> list[SavedCheckout]:
    """Store checkouts, new or known by id, uuid or token; one that is older than its row changes nothing.

    Within one call the newest of several with the same identity wins, the last of equally new ones. Ids, names,
    tokens, keys and GUIDs that a checkout lacks are assigned and set on it. `prepared` is the result of
    `prepare_rows` for the same checkouts, from before the transaction.
    """
    prepared = prepared or {}
    known = await known_rows(connection, shop, checkouts)
    await assign_ids(connection, shop, checkouts)
    latest: dict[int | None, Checkout] = {}
    for checkout in checkouts:
        other = latest.get(checkout.id)
        if other is None or other.updated_at <= checkout.updated_at:
            latest[checkout.id] = checkout
    partial = [item for item in latest.values() if item.present_fields is not None and item.id in known]
    if partial:
        await _fill_in(connection, shop, partial)
    new = [number for number in latest if number is not None and number not in known]
    documents = await document_numbers(connection, new)
    changes: list[SavedCheckout] = []
    lines: dict[int, list[RowValues]] = {}
    for number, checkout in latest.items():
        assert number is not None
        before = known.get(number)
        if before is not None and before["updated_at"] > checkout.updated_at:
            changes.append(SavedCheckout("older", checkout, before, ()))
            continue
        ready = prepared.get(id(checkout))
        if ready is not None and before is None and documents.get(number, number) == number:
            row, lines[number] = ready.row, ready.lines
        else:
            if ready is not None:
                ready.undo(checkout)
            fill_in_missing(shop, checkout, before)
            row = checkout_row(shop, checkout, before, documents.get(number, number))
            lines[number] = line_rows(shop, checkout, number)
        changes.append(SavedCheckout("created" if before is None else "updated", checkout, before, row))
    await _mark_unchanged(connection, shop, changes, lines)
    newer = [change for change in changes if change.kind != "older"]
    await save_customers(connection, shop, customers_of(change.checkout for change in newer))
    await _replace(connection, shop, [change for change in newer if change.kind != "unchanged"], lines, prepared)
    await _save_visits(connection, shop, newer)
    return changes


async def _fill_in(connection: AsyncConnection, shop: Shop, checkouts: Sequence[Checkout]) -> None:
    """Complete checkouts of which the source sent only some fields with what is stored of them."""
    stored = await load_known(connection, shop, [checkout.id or 0 for checkout in checkouts])
    for checkout in checkouts:
        older = stored[checkout.id or 0]
        checkout.updated_at = max(checkout.updated_at, older.updated_at)
        for item in fields(checkout):
            if item.name != "present_fields" and item.name not in (checkout.present_fields or ()):
                setattr(checkout, item.name, getattr(older, item.name))
        lines = {line.key: line for line in older.line_items}
        for line in checkout.line_items:
            if line.key in lines:
                LINE_ITEM.merged(lines[line.key], line)


async def _mark_unchanged(
    connection: AsyncConnection, shop: Shop, changes: Sequence[SavedCheckout], lines: dict[int, list[RowValues]]
) -> None:
    """Find the checkouts that are stored already just as they came, so that sending them again changes nothing."""
    same = [
        change
        for change in changes
        if change.kind == "updated"
        and change.before is not None
        and all(
            change.before[name] == value
            for name, value in zip(CHECKOUT_COLUMNS, change.row, strict=True)
            if name != "version"
        )
    ]
    for part in chunks(same):
        columns = [line_items.c[name] for name in LINE_COLUMNS]
        numbers = [change.checkout.id or 0 for change in part]
        stored: dict[int, list[RowValues]] = {number: [] for number in numbers}
        for row in await connection.execute(
            select(*columns)
            .where(line_items.c.shop_id == shop.id, line_items.c.checkout_id.in_(numbers))
            .order_by(line_items.c.checkout_id, line_items.c.position)
        ):
            stored[row[1]].append(tuple(row))
        for change in part:
            number = change.checkout.id or 0
            if stored[number] == lines[number]:
                change.kind = "unchanged"


async def _replace(
    connection: AsyncConnection,
    shop: Shop,
    written: Sequence[SavedCheckout],
    lines: dict[int, list[RowValues]],
    prepared: Mapping[int, Prepared],
) -> None:
    created = [change for change in written if change.kind == "created"]
    updated = [change for change in written if change.kind == "updated"]
    for part in chunks([change.checkout.id for change in updated]):
        await connection.execute(
            delete(line_items).where(line_items.c.shop_id == shop.id, line_items.c.checkout_id.in_(part))
        )
    await delete_documents(connection, shop.id, [change.row[DOCUMENT_ID] for change in updated])
    for changes, write in ((created, insert_rows), (updated, put_rows)):
        await write(connection, abandoned_checkouts, CHECKOUT_COLUMNS, [change.row for change in changes])
    await insert_rows(
        connection,
        line_items,
        LINE_COLUMNS,
        [row for change in written for row in lines[change.checkout.id or 0]],
    )
    await index_documents(
        connection,
        shop.id,
        [
            (change.row[DOCUMENT_ID], ready.tokens if ready is not None else index_terms_of(shop.id, change.checkout))
            for change in written
            for ready in (prepared.get(id(change.checkout)),)
        ],
    )


async def _save_visits(connection: AsyncConnection, shop: Shop, newer: Sequence[SavedCheckout]) -> None:
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
        for change in newer
        if (checkout := change.checkout).customer_id is not None and (change.kind != "unchanged" or checkout.visit)
    ]
    await put_rows(connection, abandonments, _VISIT_COLUMNS, visits, fixed=("checkout_id",))
    logged = [change.checkout for change in newer if change.checkout.activities]
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
