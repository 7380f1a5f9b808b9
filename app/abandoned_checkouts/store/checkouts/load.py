"""Loads complete abandoned checkouts, for exports, for events, and to complete partial reports."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.address import address_number
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.prepared import rows_with
from abandoned_checkouts.store.engine.row_shape import RowShape
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.statements import chunks
from abandoned_checkouts.store.tables import abandoned_checkouts, abandonments, activities, customers, line_items

_CHECKOUT = RowShape(Checkout, abandoned_checkouts)
_LINE_ITEM = RowShape(LineItem, line_items)
_CUSTOMER = RowShape(Customer, customers)


async def load_after(
    connection: AsyncConnection,
    shop: Shop,
    number: int,
    limit: int,
    conditions: Sequence[ColumnElement[bool]] = (),
) -> list[Checkout]:
    """The next complete checkouts of a shop after that number. `conditions` come from store/search/selection."""
    table = abandoned_checkouts
    statement = select(table).where(table.c.shop_id == shop.id, table.c.id > number, *conditions)
    rows = (await connection.execute(statement.order_by(table.c.id).limit(limit))).mappings().all()
    return await _whole(connection, shop, rows)


async def load_known(connection: AsyncConnection, shop: Shop, numbers: Sequence[int]) -> dict[int, Checkout]:
    """The complete checkouts with these numbers. Unknown numbers are left out."""
    found = {}
    for part in chunks(numbers):
        statement, values = rows_with(abandoned_checkouts, "id"), {"shop_id": shop.id, "values": part}
        rows = (await connection.execute(statement, values)).mappings().all()
        for checkout in await _whole(connection, shop, rows):
            found[checkout.id or 0] = checkout
    return found


async def load_row(connection: AsyncConnection, shop: Shop, row: Row) -> Checkout:
    """The complete checkout of a row that was read already."""
    return (await _whole(connection, shop, [row]))[0]


async def _whole(connection: AsyncConnection, shop: Shop, rows: Sequence[Row]) -> list[Checkout]:
    if not rows:
        return []
    checkouts = {row["id"]: _CHECKOUT.record(row) for row in rows}
    numbers = list(checkouts)
    for line in await _rows(connection, shop, line_items, "checkout_id", numbers, "position"):
        checkouts[line["checkout_id"]].line_items.append(_line(line))
    people = {each.customer_id for each in checkouts.values() if each.customer_id is not None}
    found = await _rows(connection, shop, customers, "id", sorted(people), "id")
    known: dict[int | None, Customer] = {row["id"]: _CUSTOMER.record(row) for row in found}
    for visit in await _rows(connection, shop, abandonments, "id", numbers, "id"):
        checkouts[visit["id"]].visit = orjson.loads(visit["visit"])
    for step in await _rows(connection, shop, activities, "abandonment_id", numbers, "sequence"):
        activity: Any = {
            str(name): value
            for name, value in step.items()
            if value is not None and name not in ("shop_id", "abandonment_id", "sequence")
        }
        checkouts[step["abandonment_id"]].activities.append(activity)
    for checkout in checkouts.values():
        checkout.customer = known.get(checkout.customer_id)
        _remove_assigned_ids(checkout)
    return list(checkouts.values())


async def _rows(
    connection: AsyncConnection, shop: Shop, table: Table, column: str, keys: Sequence[int], order: str
) -> list[Row]:
    found: list[Row] = []
    for part in chunks(keys):
        statement = rows_with(table, column, order=(column, order))
        found += (await connection.execute(statement, {"shop_id": shop.id, "values": part})).mappings()
    return found


def _line(row: Row) -> LineItem:
    line: LineItem = _LINE_ITEM.record(row)
    for allocation in line.discount_allocations:
        allocation.pop("discount", None)  # type: ignore[typeddict-item]
    return line


def _remove_assigned_ids(checkout: Checkout) -> None:
    """Remove the ids of addresses that this server assigned, because the source did not send them."""
    for address, place in ((checkout.shipping_address, 0), (checkout.billing_address, 1)):
        if address is not None and address.get("id") == address_number(checkout.id or 0, place):
            del address["id"]
