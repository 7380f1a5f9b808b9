"""Loads complete abandoned checkouts, for exports, for events, and to complete partial reports."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Integer, Select, Table, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.address import address_number
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.prepared import rows_with
from abandoned_checkouts.store.engine.row_shape import RowShape
from abandoned_checkouts.store.engine.rows import Row, RowValues
from abandoned_checkouts.store.engine.statements import chunks
from abandoned_checkouts.store.tables import abandoned_checkouts, abandonments, activities, customers, line_items

# The greatest number that a column can hold.
GREATEST = (1 << 63) - 1
_CHECKOUT = RowShape(Checkout, abandoned_checkouts)
_LINE_ITEM = RowShape(LineItem, line_items)
_CUSTOMER = RowShape(Customer, customers)
_LINE_COLUMNS = (*_LINE_ITEM.columns, "checkout_id")
_ACTIVITY = tuple(
    str(column.name) for column in activities.c if column.name not in ("shop_id", "abandonment_id", "sequence")
)


def checkouts_after(shop: Shop, conditions: Sequence[ColumnElement[bool]] = ()) -> Select[Any]:
    """The statement for `load_next`. `conditions` come from store/search/selection."""
    table = abandoned_checkouts
    columns = [table.c[name] for name in _CHECKOUT.columns]
    which = (table.c.shop_id == shop.id, table.c.id > bindparam("number"), table.c.id <= bindparam("until"))
    statement = select(*columns).where(*which, *conditions)
    return statement.order_by(table.c.id).limit(bindparam("most", type_=Integer()))


async def load_next(
    connection: AsyncConnection, shop: Shop, statement: Select[Any], number: int, limit: int, until: int = GREATEST
) -> list[Checkout]:
    """The next complete checkouts of a shop after the number, up to the number `until`. `statement` is that of
    `checkouts_after`."""
    rows = (await connection.execute(statement, {"number": number, "until": until, "most": limit})).all()
    return await _whole(connection, shop, [_CHECKOUT.from_values(row) for row in rows])


async def numbers_of_parts(
    connection: AsyncConnection, shop: Shop, size: int, conditions: Sequence[ColumnElement[bool]] = ()
) -> list[int]:
    """The last number of each part of `size` checkouts, in order. The checkouts after the last of them are not a full
    part."""
    table = abandoned_checkouts
    place = func.row_number().over(order_by=table.c.id).label("place")
    found = select(table.c.id, place).where(table.c.shop_id == shop.id, *conditions).subquery()
    statement = select(found.c.id).where(found.c.place % size == 0).order_by(found.c.id)
    return list((await connection.execute(statement)).scalars())


async def load_after(connection: AsyncConnection, shop: Shop, number: int, limit: int) -> list[Checkout]:
    """The same for a single call."""
    return await load_next(connection, shop, checkouts_after(shop), number, limit)


async def load_known(connection: AsyncConnection, shop: Shop, numbers: Sequence[int]) -> dict[int, Checkout]:
    """The complete checkouts with these numbers. Unknown numbers are left out."""
    found = {}
    for part in chunks(numbers):
        rows = await _rows(connection, shop, abandoned_checkouts, "id", part, "id", _CHECKOUT.columns)
        for checkout in await _whole(connection, shop, [_CHECKOUT.from_values(row) for row in rows]):
            found[checkout.id or 0] = checkout
    return found


async def load_row(connection: AsyncConnection, shop: Shop, row: Row) -> Checkout:
    """The complete checkout of a row that was read already."""
    return (await _whole(connection, shop, [_CHECKOUT.record(row)]))[0]


async def _whole(connection: AsyncConnection, shop: Shop, found: Sequence[Checkout]) -> list[Checkout]:
    """The checkouts with what other tables have: lines, customers, visits and activities."""
    if not found:
        return []
    checkouts = {checkout.id or 0: checkout for checkout in found}
    numbers = list(checkouts)
    for row in await _rows(connection, shop, line_items, "checkout_id", numbers, "position", _LINE_COLUMNS):
        checkouts[row[-1]].line_items.append(_line(row))
    people = {each.customer_id for each in found if each.customer_id is not None}
    rows = await _rows(connection, shop, customers, "id", sorted(people), "id", _CUSTOMER.columns)
    known: dict[int | None, Customer] = {customer.id: customer for customer in map(_CUSTOMER.from_values, rows)}
    for number, visit in await _rows(connection, shop, abandonments, "id", numbers, "id", ("id", "visit")):
        if visit != "{}":
            checkouts[number].visit = orjson.loads(visit)
    for number, *values in await _rows(
        connection, shop, activities, "abandonment_id", numbers, "sequence", ("abandonment_id", *_ACTIVITY)
    ):
        activity: Any = {name: value for name, value in zip(_ACTIVITY, values, strict=True) if value is not None}
        checkouts[number].activities.append(activity)
    for checkout in found:
        checkout.customer = known.get(checkout.customer_id)
        _remove_assigned_ids(checkout)
    return list(checkouts.values())


async def _rows(
    connection: AsyncConnection,
    shop: Shop,
    table: Table,
    column: str,
    keys: Sequence[int],
    order: str,
    columns: tuple[str, ...],
) -> list[RowValues]:
    """These columns of the rows with one of the keys, in order of the key and the column `order`."""
    found: list[RowValues] = []
    for part in chunks(keys):
        statement = rows_with(table, column, columns, order=(column, order))
        found += (await connection.execute(statement, {"shop_id": shop.id, "values": part})).all()
    return found


def _line(row: RowValues) -> LineItem:
    line = _LINE_ITEM.from_values(row)
    for allocation in line.discount_allocations:
        allocation.pop("discount", None)  # type: ignore[typeddict-item]
    return line


def _remove_assigned_ids(checkout: Checkout) -> None:
    """Remove the ids of addresses that this server assigned, because the source did not send them."""
    for address, place in ((checkout.shipping_address, 0), (checkout.billing_address, 1)):
        if address is not None and address.get("id") == address_number(checkout.id or 0, place):
            del address["id"]
