"""Saved searches. Names are unique among the searches of a shop for the same resource."""

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.locks import lock_subject
from abandoned_checkouts.store.engine.numbering import next_number
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tables import saved_searches as table

# The resource type of searches for abandoned checkouts. It is our name, because Shopify's enum has no value for it.
CHECKOUT_SEARCHES = "ABANDONED_CHECKOUT"


async def list_saved_searches(connection: AsyncConnection, shop: Shop, resource_type: str) -> list[Row]:
    """A shop's searches for one kind of record, by name."""
    statement = select(table).where(table.c.shop_id == shop.id, table.c.resource_type == resource_type)
    return [dict(row) for row in (await connection.execute(statement.order_by(table.c.name))).mappings()]


async def find_saved_search(connection: AsyncConnection, shop: Shop, number: int | None) -> Row | None:
    if number is None:
        return None
    statement = select(table).where(table.c.shop_id == shop.id, table.c.id == number)
    row = (await connection.execute(statement)).mappings().first()
    return None if row is None else dict(row)


async def is_name_taken(
    connection: AsyncConnection, shop: Shop, resource_type: str, name: str, but: int | None = None
) -> bool:
    """Whether another saved search of the shop for the same resource has the name. Locks the names until the
    transaction ends."""
    await lock_subject(connection, shop, "saved_searches")
    statement = select(table.c.id).where(
        table.c.shop_id == shop.id, table.c.resource_type == resource_type, table.c.name == name
    )
    return any(number != but for number in (await connection.execute(statement)).scalars())


async def add_saved_search(
    connection: AsyncConnection, shop: Shop, resource_type: str, name: str, query: str, *, now: int
) -> Row:
    await lock_subject(connection, shop, "saved_searches")
    row = {
        "shop_id": shop.id,
        "id": await next_number(connection, table.name, shop.id, now),
        "resource_type": resource_type,
        "name": name,
        "query": query,
        "created_at": now,
        "updated_at": now,
    }
    await connection.execute(insert(table).values(row))
    return row


async def change_saved_search(connection: AsyncConnection, row: Row, changes: Row, *, now: int) -> Row:
    changed = {**changes, "updated_at": now}
    await connection.execute(
        update(table).where(table.c.shop_id == row["shop_id"], table.c.id == row["id"]).values(changed)
    )
    return {**row, **changed}


async def delete_saved_search(connection: AsyncConnection, row: Row) -> None:
    await connection.execute(delete(table).where(table.c.shop_id == row["shop_id"], table.c.id == row["id"]))
