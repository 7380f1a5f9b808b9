"""The other checkouts and the orders of a buyer, newest first."""

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tables import abandoned_checkouts, orders


async def other_checkouts(connection: AsyncConnection, shop: Shop, checkout: Checkout, limit: int) -> list[Row]:
    """The other abandoned checkouts of the same customer or e-mail address."""
    table, number = abandoned_checkouts, _customer(checkout)
    same = []
    if number is not None:
        same.append(table.c.customer_id == number)
    if checkout.email:
        same.append(table.c.email == checkout.email)
    if not same:
        return []
    statement = (
        select(table)
        .where(table.c.shop_id == shop.id, or_(*same), table.c.id != (checkout.id or 0))
        .order_by(table.c.created_at.desc(), table.c.id)
        .limit(limit)
    )
    return [dict(row) for row in (await connection.execute(statement)).mappings()]


async def orders_of(connection: AsyncConnection, shop: Shop, checkout: Checkout, limit: int) -> list[Row]:
    """The orders of the customer, and the order of this checkout."""
    number = _customer(checkout)
    same = [orders.c.checkout_token == checkout.token]
    if number is not None:
        same.append(orders.c.customer_id == number)
    statement = (
        select(orders)
        .where(orders.c.shop_id == shop.id, or_(*same))
        .order_by(orders.c.created_at.desc(), orders.c.id)
        .limit(limit)
    )
    return [dict(row) for row in (await connection.execute(statement)).mappings()]


def _customer(checkout: Checkout) -> int | None:
    return checkout.customer.id if checkout.customer is not None else checkout.customer_id
