"""Loads complete abandoned checkouts, for exports, for events, and to complete partial reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.stored_checkouts import (
    CHECKOUT,
    StoredCheckouts,
    can_be_json,
    checkout_columns,
    other_rows,
    stored_checkouts,
)
from abandoned_checkouts.store.engine.prepared import rows_with
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.statements import chunks
from abandoned_checkouts.store.tables import abandoned_checkouts

# The greatest number that a column can hold.
GREATEST = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class CheckoutsAfter:
    """The statement for `load_next`, and whether it selects all checkouts."""

    statement: Select[Any]
    selects_all: bool


def checkouts_after(shop: Shop, dialect: str, conditions: Sequence[ColumnElement[bool]] = ()) -> CheckoutsAfter:
    """The checkouts for `load_next`. `conditions` come from store/search/selection."""
    table = abandoned_checkouts
    which = (table.c.shop_id == shop.id, table.c.id > bindparam("number"), table.c.id <= bindparam("until"))
    statement = select(*checkout_columns(dialect == "sqlite")).where(*which, *conditions)
    statement = statement.order_by(table.c.id).limit(bindparam("most", type_=Integer()))
    return CheckoutsAfter(statement, not conditions)


async def load_next(
    connection: AsyncConnection, shop: Shop, which: CheckoutsAfter, number: int, limit: int, until: int = GREATEST
) -> StoredCheckouts:
    """The next complete checkouts of a shop after the number, up to the number `until`."""
    rows = (await connection.execute(which.statement, {"number": number, "until": until, "most": limit})).all()
    return await stored_checkouts(connection, shop, rows, is_range=which.selects_all)


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
    return [*await load_next(connection, shop, checkouts_after(shop, connection.dialect.name), number, limit)]


async def load_known(connection: AsyncConnection, shop: Shop, numbers: Sequence[int]) -> dict[int, Checkout]:
    """The complete checkouts with these numbers. Unknown numbers are left out."""
    found: dict[int, Checkout] = {}
    statement = _known(can_be_json(connection, len(numbers)))
    for part in chunks(numbers):
        rows = (await connection.execute(statement, {"shop_id": shop.id, "values": part})).all()
        found.update((checkout.id or 0, checkout) for checkout in await stored_checkouts(connection, shop, rows))
    return found


@cache
def _known(as_json: bool) -> Select[Any]:
    return rows_with(abandoned_checkouts, "id", order=("id",)).with_only_columns(*checkout_columns(as_json))


async def load_row(connection: AsyncConnection, shop: Shop, row: Row) -> Checkout:
    """The complete checkout of a row that was read already."""
    checkout = CHECKOUT.record(row)
    (await other_rows(connection, shop, [checkout.id or 0], [checkout.customer_id])).complete([checkout])
    return checkout
