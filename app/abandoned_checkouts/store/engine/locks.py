"""Locks on PostgreSQL that a transaction holds until it ends. SQLite does not need them: it has one writer at a
time."""

from collections.abc import Sequence
from hashlib import blake2b

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop

# The numbers of the locks of the whole store. The number of a subject's lock is computed from its name.
MIGRATE = 7_261_303
CREATE_THROTTLE_TABLE = 7_261_305

_TRY = text("SELECT number FROM unnest(CAST(:numbers AS bigint[])) AS number WHERE pg_try_advisory_xact_lock(number)")


def has_locks(connection: AsyncConnection) -> bool:
    """Whether another transaction can write while this one does, so that locks are needed."""
    return connection.dialect.name == "postgresql"


async def lock_store(connection: AsyncConnection, lock: int) -> None:
    """Wait for one of the locks above and acquire it."""
    if has_locks(connection):
        await connection.execute(select(func.pg_advisory_xact_lock(lock)))


async def try_lock_store(connection: AsyncConnection, lock: int) -> bool:
    """Acquire one of the locks above. Returns False if another process has it."""
    if not has_locks(connection):
        return True
    return bool((await connection.execute(select(func.pg_try_advisory_xact_lock(lock)))).scalar())


async def lock_subject(connection: AsyncConnection, shop: Shop, name: str) -> None:
    """Wait for the lock of a subject of the shop, for example "checkout/TOKEN", and acquire it."""
    if has_locks(connection):
        await lock_store(connection, _lock_number(shop.id, name))


async def try_lock_subject(connection: AsyncConnection, shop_id: int, name: str) -> bool:
    """Acquire the lock of a subject. Returns False if another transaction has it."""
    return not has_locks(connection) or await try_lock_store(connection, _lock_number(shop_id, name))


async def try_lock_subjects(connection: AsyncConnection, subjects: Sequence[tuple[int, str]]) -> list[bool]:
    """Like `try_lock_subject` for several subjects, each a shop's number and a name, in one statement."""
    if not subjects or not has_locks(connection):
        return [True] * len(subjects)
    numbers = [_lock_number(*each) for each in subjects]
    acquired = set((await connection.execute(_TRY, {"numbers": numbers})).scalars())
    return [number in acquired for number in numbers]


def _lock_number(shop_id: int, name: str) -> int:
    return int.from_bytes(blake2b(f"{shop_id}/{name}".encode(), digest_size=8).digest(), signed=True)
