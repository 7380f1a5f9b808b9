"""Wishes of customers that their data be erased: kept on the customer until they are met or taken back."""

from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.checkouts.shop import Shop
from app.store.tables import customers

Wish = Literal["noted", "unknown", "not_wished"]


async def request_erasure(connection: AsyncConnection, shop: Shop, customer_id: int | None, *, now: int) -> Wish:
    """Note the wish; one that was noted before keeps its moment."""
    mine = (customers.c.shop_id == shop.id) & (customers.c.id == customer_id)
    found = (await connection.execute(select(customers.c.erasure_requested_at).where(mine))).first()
    if found is None:
        return "unknown"
    if found[0] is None:
        await connection.execute(update(customers).where(mine).values(erasure_requested_at=now))
    return "noted"


async def cancel_erasure(connection: AsyncConnection, shop: Shop, customer_id: int | None) -> Wish:
    """Take the wish back, while there is one."""
    mine = (customers.c.shop_id == shop.id) & (customers.c.id == customer_id)
    found = (await connection.execute(select(customers.c.erasure_requested_at).where(mine))).first()
    if found is None:
        return "unknown"
    if found[0] is None:
        return "not_wished"
    await connection.execute(update(customers).where(mine).values(erasure_requested_at=None))
    return "noted"
