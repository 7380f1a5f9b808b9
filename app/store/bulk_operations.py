"""Bulk operations in the store: asked for and called off here; the runner takes them from there."""

from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.checkouts.shop import Shop
from app.store.numbers import next_number
from app.store.open_checkouts import hold
from app.store.tables import bulk_operations as table

Row = dict[str, Any]

UNFINISHED = ("CREATED", "RUNNING", "CANCELING")


async def unfinished_operations(connection: AsyncConnection, shop: Shop, app_id: int, kind: str) -> list[int]:
    """The numbers of an app's operations that are not over; none is added until the transaction ends."""
    await hold(connection, shop, f"bulk_operations/{app_id}")
    statement = select(table.c.id).where(
        table.c.shop_id == shop.id,
        table.c.app_id == app_id,
        table.c.type == kind,
        table.c.status.in_(UNFINISHED),
    )
    return sorted((await connection.execute(statement)).scalars())


async def add_operation(connection: AsyncConnection, shop: Shop, values: Row, *, now: int) -> Row:
    """Ask for an operation; `values` are app_id, query, group_objects, api_version and scopes."""
    number = await next_number(connection, table.name, shop.id, now)
    row = {**values, "shop_id": shop.id, "id": number, "status": "CREATED", "created_at": now}
    await connection.execute(insert(table).values(row))
    return await _row(connection, shop.id, number)


async def find_operation(connection: AsyncConnection, shop: Shop, number: int | None) -> Row | None:
    if number is None:
        return None
    mine = (table.c.shop_id == shop.id) & (table.c.id == number)
    row = (await connection.execute(select(table).where(mine).with_for_update())).mappings().first()
    return None if row is None else dict(row)


async def cancel_operation(connection: AsyncConnection, row: Row, *, now: int) -> Row:
    """Call an operation off: at once where it has not begun; else its runner stops at the next step."""
    waiting = row["status"] == "CREATED"
    changes = {"status": "CANCELED", "completed_at": now} if waiting else {"status": "CANCELING"}
    mine = (table.c.shop_id == row["shop_id"]) & (table.c.id == row["id"])
    await connection.execute(update(table).where(mine).values(changes))
    return {**row, **changes}


async def _row(connection: AsyncConnection, shop_id: int, number: int) -> Row:
    statement = select(table).where(table.c.shop_id == shop_id, table.c.id == number)
    return dict((await connection.execute(statement)).mappings().one())
