"""Sums a person's purchases and abandonments over all their customer numbers."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tables import abandoned_checkouts, customers, purchases


async def history_of(connection: AsyncConnection, shop: Shop, person: Collection[int]) -> Row:
    """orders, last_order_at, abandonments and abandoned_value (in ten-thousandths) of the person.

    `orders` is the count that the platform reports for the customers, or the number of recorded purchases if that is
    greater.
    """
    bought, known, left = purchases, customers, abandoned_checkouts
    statement = select(func.count(bought.c.source.distinct()), func.max(bought.c.bought_at)).where(
        bought.c.shop_id == shop.id, bought.c.customer_id.in_(person)
    )
    recorded, last_order_at = (await connection.execute(statement)).one()
    reported = select(func.coalesce(func.sum(known.c.number_of_orders), 0)).where(
        known.c.shop_id == shop.id, known.c.id.in_(person)
    )
    orders = int((await connection.execute(reported)).scalar() or 0)
    totals = select(func.count(), func.coalesce(func.sum(left.c.total_price), 0)).where(
        left.c.shop_id == shop.id, left.c.customer_id.in_(person)
    )
    abandonments, value = (await connection.execute(totals)).one()
    return {
        "orders": max(int(recorded), orders),
        "last_order_at": last_order_at,
        "abandonments": int(abandonments),
        "abandoned_value": int(value),
    }
