"""Locks that a transaction holds until it ends, on PostgreSQL. SQLite has one writer at a time and needs none."""

from hashlib import blake2b

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop

# Locks of the whole store. A subject's lock has a number made from its name instead.
MIGRATE = 7_261_303
DISPATCH = 7_261_304
CREATE_THROTTLE_TABLE = 7_261_305


async def lock_store(connection: AsyncConnection, lock: int) -> None:
    """Wait for one of the locks above."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(lock)))


async def try_lock_store(connection: AsyncConnection, lock: int) -> bool:
    """Take one of the locks above, or return False when another process holds it."""
    if connection.dialect.name != "postgresql":
        return True
    return bool((await connection.execute(select(func.pg_try_advisory_xact_lock(lock)))).scalar())


async def lock_subject(connection: AsyncConnection, shop: Shop, name: str) -> None:
    """Wait until no other transaction works on this subject of the shop, for example "checkout/TOKEN"."""
    await lock_store(connection, _lock_number(shop.id, name))


async def try_lock_subject(connection: AsyncConnection, shop_id: int, name: str) -> bool:
    """Lock a subject, or return False when another transaction works on it."""
    return await try_lock_store(connection, _lock_number(shop_id, name))


def _lock_number(shop_id: int, name: str) -> int:
    return int.from_bytes(blake2b(f"{shop_id}/{name}".encode(), digest_size=8).digest(), signed=True)
