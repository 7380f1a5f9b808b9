"""The checkouts that were seen at the source: when each was created and updated there, and whether it is gone.

A digest of a day says whether both sides have the same ids with the same times, in any order.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.store.engine.statements import chunks, put_rows
from abandoned_checkouts.store.outbox.record_changes import note_changed
from abandoned_checkouts.store.tables import abandoned_checkouts
from abandoned_checkouts.store.tables import synced_checkouts as table

_COLUMNS = ("shop_id", "source_key", "created_at", "updated_at", "gone_at")
_MASK = (1 << 64) - 1
# Rows that are read from the database at a time.
_ROWS = 20_000


class Seen(NamedTuple):
    """A checkout as the source lists it; the times are microseconds."""

    key: str
    created_at: int
    updated_at: int


class DayDigest(NamedTuple):
    """How many checkouts were created on a day, and the sum of the hashes of their ids and times."""

    checkouts: int = 0
    digest: int = 0


def add_to_digests(digests: dict[int, DayDigest], found: Iterable[Seen]) -> None:
    """Count checkouts in the digests of their days. The keys are days since 1970 in UTC."""
    for each in found:
        day = each.created_at // DAY
        count, digest = digests.get(day, DayDigest())
        mark = blake2b(f"{each.key}/{each.updated_at}".encode(), digest_size=8).digest()
        digests[day] = DayDigest(count + 1, (digest + int.from_bytes(mark)) & _MASK)


async def mark_seen(connection: AsyncConnection, shop_id: int, found: Sequence[Seen], now: int) -> None:
    """Store that the source has these checkouts. The change feed has those that were gone before."""
    returned: list[str] = []
    for part in chunks([each.key for each in found]):
        gone = (table.c.shop_id == shop_id) & table.c.source_key.in_(part) & table.c.gone_at.is_not(None)
        returned += (await connection.execute(select(table.c.source_key).where(gone))).scalars()
    await put_rows(connection, table, _COLUMNS, [(shop_id, *each, None) for each in found])
    await _note(connection, shop_id, returned, now)


async def mark_gone(connection: AsyncConnection, shop_id: int, keys: Sequence[str], now: int) -> None:
    """Store that the source no longer has these checkouts. They are kept here. The change feed has them again."""
    for part in chunks(keys):
        mine = (table.c.shop_id == shop_id) & table.c.source_key.in_(part) & table.c.gone_at.is_(None)
        await connection.execute(update(table).where(mine).values(gone_at=now))
    await _note(connection, shop_id, keys, now)


async def _note(connection: AsyncConnection, shop_id: int, keys: Sequence[str], now: int) -> None:
    """Add the checkouts with these keys to the change feed."""
    checkouts, found = abandoned_checkouts.c, list[int]()
    conditions = [checkouts.id.in_(part) for part in chunks([int(key) for key in keys if key.isdecimal()])]
    conditions += [checkouts.uuid.in_(part) for part in chunks([key for key in keys if not key.isdecimal()])]
    for condition in conditions:
        mine = select(checkouts.id).where(checkouts.shop_id == shop_id, condition)
        found += (await connection.execute(mine.with_for_update())).scalars()
    await note_changed(connection, shop_id, "checkout", found, now)


async def gone_at_of(connection: AsyncConnection, shop_id: int, checkouts: Iterable[Checkout]) -> dict[int, int]:
    """When the source no longer had each of these checkouts, by their numbers. Those that it has are left out."""
    keys = {each.uuid if each.platform == "wix" else str(each.id): each.id or 0 for each in checkouts}
    found: dict[int, int] = {}
    for part in chunks(list(keys)):
        gone = (table.c.shop_id == shop_id) & table.c.source_key.in_(part) & table.c.gone_at.is_not(None)
        for key, gone_at in await connection.execute(select(table.c.source_key, table.c.gone_at).where(gone)):
            found[keys[key]] = gone_at
    return found


async def digests_of(connection: AsyncConnection, shop_id: int) -> dict[int, DayDigest]:
    """The digest of each day, of the checkouts that are not gone. Reads in parts, so that memory stays small."""
    digests: dict[int, DayDigest] = {}
    after = ""
    while True:
        statement = (
            select(table.c.source_key, table.c.created_at, table.c.updated_at, table.c.gone_at)
            .where(table.c.shop_id == shop_id, table.c.source_key > after)
            .order_by(table.c.source_key)
            .limit(_ROWS)
        )
        rows = (await connection.execute(statement)).all()
        add_to_digests(digests, (Seen(*row[:3]) for row in rows if row.gone_at is None))
        if len(rows) < _ROWS:
            return digests
        after = rows[-1].source_key


async def seen_between(
    connection: AsyncConnection, shop_id: int, start: int, end: int
) -> dict[str, tuple[Seen, int | None]]:
    """The checkouts that were created from `start` to before `end`, by key, each with `gone_at`."""
    statement = select(table.c.source_key, table.c.created_at, table.c.updated_at, table.c.gone_at).where(
        table.c.shop_id == shop_id, table.c.created_at >= start, table.c.created_at < end
    )
    return {row.source_key: (Seen(*row[:3]), row.gone_at) for row in await connection.execute(statement)}


async def count_seen(connection: AsyncConnection, shop_id: int) -> tuple[int, int]:
    """How many checkouts the source has, and how many are gone there."""
    statement = select(func.count(), func.count(table.c.gone_at)).where(table.c.shop_id == shop_id)
    total, gone = (await connection.execute(statement)).one()
    return total - gone, gone


async def gone_by_day(connection: AsyncConnection, shop_id: int) -> dict[int, list[tuple[int, int]]]:
    """`created_at` and `gone_at` of the checkouts that are gone at the source, by days since 1970 in UTC."""
    found: dict[int, list[tuple[int, int]]] = {}
    statement = select(table.c.created_at, table.c.gone_at).where(
        table.c.shop_id == shop_id, table.c.gone_at.is_not(None)
    )
    for created_at, gone_at in await connection.execute(statement):
        found.setdefault(created_at // DAY, []).append((created_at, gone_at))
    return found
