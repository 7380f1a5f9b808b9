"""Who wants no more reminders. Kept as a keyed hash of the address: it outlives the erasure of the address itself."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.statements import insert_missing
from abandoned_checkouts.store.tables import unsubscribed as table


def recipient_key(shop: Shop, email: str) -> str:
    """What an address is known by in this shop; nobody can tell the address from it without the shop's secret."""
    return derived_token(shop.secret, "recipient", email.strip().casefold())


async def is_unsubscribed(connection: AsyncConnection, shop: Shop, key: str) -> bool:
    statement = select(table.c.created_at).where(table.c.shop_id == shop.id, table.c.recipient_key == key)
    return (await connection.execute(statement)).first() is not None


async def unsubscribe(connection: AsyncConnection, shop: Shop, key: str, now: int) -> bool:
    """False when that was so before."""
    return await insert_missing(connection, table, {"shop_id": shop.id, "recipient_key": key, "created_at": now})
