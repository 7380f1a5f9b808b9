"""Loads customers in the order of their numbers, for exports and the change feed."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.save_customers import CUSTOMER
from abandoned_checkouts.store.engine.statements import chunks
from abandoned_checkouts.store.search.selection import Selection, created_within, of_found_checkouts
from abandoned_checkouts.store.tables import abandoned_checkouts, customers


async def customers_after(
    connection: AsyncConnection, shop: Shop, number: int, limit: int, selection: Selection
) -> list[Customer]:
    """The next customers of a shop after that number who were created in the time of the selection, and who have an
    abandoned checkout that its search finds."""
    mine = (customers.c.shop_id == shop.id) & (customers.c.id > number)
    statement = select(customers).where(mine, *created_within(customers, selection))
    found = of_found_checkouts(shop, selection, abandoned_checkouts.c.customer_id, connection.dialect.name)
    if found is not None:
        statement = statement.where(customers.c.id.in_(found))
    rows = (await connection.execute(statement.order_by(customers.c.id).limit(limit))).mappings()
    return [CUSTOMER.record(row) for row in rows]


async def load_customers_known(connection: AsyncConnection, shop: Shop, numbers: Sequence[int]) -> dict[int, Customer]:
    """The customers with these numbers. Unknown numbers are left out."""
    found: dict[int, Customer] = {}
    for part in chunks(numbers):
        statement = select(customers).where(customers.c.shop_id == shop.id, customers.c.id.in_(part))
        for row in (await connection.execute(statement)).mappings():
            found[row["id"]] = CUSTOMER.record(row)
    return found
