"""Compares both sides by counts and digests for each day of `created_at`, and reads again only the days that differ."""

from collections import Counter
from dataclasses import dataclass, field

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.moment import DAY, Clock
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.sync.seen import (
    DayDigest,
    Seen,
    add_to_digests,
    digests_of,
    mark_gone,
    mark_seen,
    seen_between,
)
from abandoned_checkouts.store.sync.store_listed import as_latest, store_changes
from abandoned_checkouts.store.sync.syncs import Sync, write_progress
from abandoned_checkouts.sync.progress import Progress
from abandoned_checkouts.sync.source import Batch, Source


@dataclass(slots=True)
class Reconciled:
    """`days` is how many days differed, `gone` how many checkouts were marked as gone."""

    outcomes: Counter[str] = field(default_factory=Counter)
    rejected: list[tuple[str, str]] = field(default_factory=list)
    days: int = 0
    gone: int = 0


async def digests_of_both(
    database: Database, shop: Shop, source: Source, progress: Progress
) -> tuple[dict[int, DayDigest], dict[int, DayDigest]]:
    """The digest of each day here and at the source. The source is read first. A checkout that it gets meanwhile is not
    in its digest."""
    there: dict[int, DayDigest] = {}
    done = 0
    async for part in source.listing():
        add_to_digests(there, part)
        done += len(part)
        progress("Comparing", done, None)
    async with database.read() as connection:
        return await digests_of(connection, shop.id), there


def differing_days(here: dict[int, DayDigest], there: dict[int, DayDigest]) -> list[int]:
    """The days whose digests differ, the newest first."""
    return sorted((day for day in here.keys() | there.keys() if here.get(day) != there.get(day)), reverse=True)


async def reconcile(
    database: Database, shop: Shop, sync: Sync, source: Source, clock: Clock, progress: Progress
) -> Reconciled:
    """Read the days that differ again, store what differs, and mark what is gone at the source."""
    result = Reconciled()
    started = clock()
    here, there = await digests_of_both(database, shop, source, progress)
    days = differing_days(here, there)
    for place, day in enumerate(days, 1):
        await _read_day(database, shop, sync, source, clock, day, result)
        progress("Days read again", place, len(days))
    result.days = len(days)
    async with database.begin() as connection:
        await write_progress(connection, sync, clock(), reconciled_at=started)
    return result


async def _read_day(
    database: Database, shop: Shop, sync: Sync, source: Source, clock: Clock, day: int, result: Reconciled
) -> None:
    start, end = day * DAY, (day + 1) * DAY
    async with database.read() as connection:
        known = await seen_between(connection, shop.id, start, end)
    found: set[str] = set()
    async for batch in source.created_between(start, end):
        found.update(seen.key for seen, _ in batch.checkouts)
        found.update(key for key, _ in batch.rejected)
        result.rejected += batch.rejected
        async with database.begin() as connection:
            different = _different(batch, known)
            now = clock()
            result.outcomes += await store_changes(connection, shop, different, now)
            await mark_seen(connection, shop.id, [seen for seen, _ in batch.checkouts], now)
            await write_progress(connection, sync, now)
    gone = [key for key, (_, gone_at) in known.items() if gone_at is None and key not in found]
    if gone and await _keys_between(source, start, end) == found:
        # Two readings agree, so that a page with missing rows does not count as a deletion.
        async with database.begin() as connection:
            await mark_gone(connection, shop.id, gone, clock())
            await write_progress(connection, sync, clock())
        result.gone += len(gone)


def _different(batch: Batch, known: dict[str, tuple[Seen, int | None]]) -> list[Checkout]:
    different = []
    for seen, checkout in batch.checkouts:
        before = known.get(seen.key)
        if before is None or before[0] != seen or before[1] is not None:
            different.append(checkout if before is None else as_latest(checkout, before[0].updated_at))
    return different


async def _keys_between(source: Source, start: int, end: int) -> set[str]:
    return {seen.key async for part in source.listing_between(start, end) for seen in part}
