"""Locks that a transaction holds until it ends, on PostgreSQL. SQLite has one writer at a time and needs none."""

from hashlib import blake2b

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop

# Locks of the whole store. The number of a subject's lock is computed from its name.
MIGRATE = 7_261_303
DISPATCH = 7_261_304
CREATE_THROTTLE_TABLE = 7_261_305


async def lock_store(connection: AsyncConnection, lock: int) -> None:
    """Acquire one of the locks above; waits for it."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(lock)))


async def try_lock_store(connection: AsyncConnection, lock: int) -> bool:
    """Acquire one of the locks above, or return False if another process has it."""
    if connection.dialect.name != "postgresql":
        return True
    return bool((await connection.execute(select(func.pg_try_advisory_xact_lock(lock)))).scalar())


async def lock_subject(connection: AsyncConnection, shop: Shop, name: str) -> None:
    """Lock a subject of the shop, for example "checkout/TOKEN". Waits for another transaction that has the lock."""
    await lock_store(connection, _lock_number(shop.id, name))


async def try_lock_subject(connection: AsyncConnection, shop_id: int, name: str) -> bool:
    """Lock a subject, or return False if another transaction has the lock."""
    return await try_lock_store(connection, _lock_number(shop_id, name))


def _lock_number(shop_id: int, name: str) -> int:
    return int.from_bytes(blake2b(f"{shop_id}/{name}".encode(), digest_size=8).digest(), signed=True)
