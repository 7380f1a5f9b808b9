"""One run of a sync: backfill, then the changes since the last run, and once a night a reconciliation.

Rows and progress are written in one transaction, and every row is found again by its id. So a run that is killed
anywhere continues at its last batch, and loses and doubles nothing.
"""

import asyncio
import os
import secrets
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from abandoned_checkouts.checkouts.moment import DAY, HOUR, MINUTE, Clock, from_datetime, to_datetime, zone_named
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.failures import StoreError
from abandoned_checkouts.store.sync.seen import mark_seen
from abandoned_checkouts.store.sync.store_listed import store_backfill, store_changes
from abandoned_checkouts.store.sync.syncs import LostLeaseError, Sync, end_lease, lease_sync, write_progress
from abandoned_checkouts.sync.progress import Progress, no_progress
from abandoned_checkouts.sync.reconcile import reconcile
from abandoned_checkouts.sync.source import ChangedVersionError, RefusedQueryError, Source, SourceError

# Changes are read again from this long before the last known one: other changes may have become visible later.
OVERLAP = 10 * MINUTE
_RENEW_SECONDS = 15.0
# When the night is over, in the shop's time.
_NIGHT = 3 * HOUR


@dataclass(slots=True)
class RunResult:
    """The outcomes of all checkouts that were read, and what the run needed of the source."""

    outcomes: Counter[str] = field(default_factory=Counter)
    rejected: list[tuple[str, str]] = field(default_factory=list)
    gone: int = 0
    requests: int = 0
    cost: float = 0.0


def new_worker() -> str:
    """A name for this process: machine, process and a random part."""
    return f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"


def has_ended(worker: str | None) -> bool:
    """Whether a worker was a process of this machine that no longer exists."""
    host, _, rest = (worker or "").partition("/")
    number = rest.partition("/")[0]
    if host != socket.gethostname() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


class SyncRun:
    """Runs one sync once. `source` is closed by the caller. It sends its webhooks to `webhook_url`, if there is one."""

    def __init__(
        self,
        database: Database,
        shop: Shop,
        sync: Sync,
        source: Source,
        clock: Clock,
        progress: Progress = no_progress,
        webhook_url: str | None = None,
    ) -> None:
        self._database, self._shop, self._sync, self._source = database, shop, sync, source
        self._clock, self._progress, self._webhook_url = clock, progress, webhook_url
        self._began_again = False
        self.result = RunResult()

    async def run(self) -> RunResult:
        """Raises SourceError, StoreError, and SyncError if another process runs the sync."""
        async with _leased(self._database, self._sync, self._clock):
            try:
                for is_last in (False, False, True):
                    try:
                        await self._read()
                        break
                    except ChangedVersionError:
                        # Continues with the fields of that version.
                        if is_last:
                            raise
            finally:
                self.result.requests, self.result.cost = self._source.requests, self._source.cost
        return self.result

    async def _read(self) -> None:
        await self._source.open()
        try:
            if self._sync.watermark is None:
                await self._backfill()
            await self._window()
        except RefusedQueryError:
            if "source" not in self._sync.state or self._began_again:
                raise
            self._began_again = True
            # The source no longer accepts the place where the last run stopped. Checkouts that are read again replace
            # their rows, by id.
            state = {name: value for name, value in self._sync.state.items() if name != "source"}
            async with self._database.begin() as connection:
                await write_progress(connection, self._sync, self._clock(), state=state)
            await self._read()
            return
        if self._is_reconciliation_due():
            # Webhooks are signed with the client secret, without which this server would refuse them.
            if self._webhook_url is not None and self._sync.credentials.get("client_secret"):
                await self._source.subscribe(self._webhook_url)
            await self._reconcile()

    async def _backfill(self) -> None:
        sync, state = self._sync, dict(self._sync.state)
        started, began = int(state.get("started", self._clock())), time.monotonic()
        latest, done = int(state.get("latest", 0)), int(state.get("done", 0))
        async for batch in self._source.everything(state.get("source")):
            now = self._clock()
            async with self._database.begin() as connection:
                checkouts = [checkout for _, checkout in batch.checkouts]
                self.result.outcomes += await store_backfill(connection, self._shop, checkouts, now)
                await mark_seen(connection, self._shop.id, [seen for seen, _ in batch.checkouts], now)
                latest = max([latest, *(seen.updated_at for seen, _ in batch.checkouts)])
                done += len(batch.checkouts)
                if batch.state is None:
                    watermark = max(0, latest - _elapsed(now - started, began))
                    await write_progress(connection, sync, now, state={}, watermark=watermark)
                else:
                    following = {"started": started, "latest": latest, "done": done, "source": batch.state}
                    await write_progress(connection, sync, now, state=following)
            self.result.rejected += batch.rejected
            self._progress("Backfill", done, batch.total)

    async def _window(self) -> None:
        """Read what changed since the last run. The watermark moves when all of it is stored.

        It moves to the latest time that the source sent, less the time that reading took: what changes while pages are
        read may be on none of them. Only times of the source count, so that the two clocks need not agree.
        """
        sync, state = self._sync, dict(self._sync.state)
        watermark = sync.watermark or 0
        since = int(state.get("since", max(0, watermark - OVERLAP)))
        started, began = int(state.get("started", self._clock())), time.monotonic()
        latest, done = int(state.get("latest", 0)), 0
        async for batch in self._source.changed_since(since, state.get("source")):
            now = self._clock()
            async with self._database.begin() as connection:
                checkouts = [checkout for _, checkout in batch.checkouts]
                self.result.outcomes += await store_changes(connection, self._shop, checkouts, now)
                await mark_seen(connection, self._shop.id, [seen for seen, _ in batch.checkouts], now)
                latest = max([latest, *(seen.updated_at for seen, _ in batch.checkouts)])
                done += len(batch.checkouts)
                if batch.state is None:
                    watermark = max(watermark, latest - _elapsed(now - started, began))
                    await write_progress(connection, sync, now, state={}, watermark=watermark)
                else:
                    following = {"since": since, "started": started, "latest": latest, "source": batch.state}
                    await write_progress(connection, sync, now, state=following)
            self.result.rejected += batch.rejected
            self._progress("Changes", done, batch.total)

    def _is_reconciliation_due(self) -> bool:
        """Once a night, and after the backfill."""
        if self._sync.reconciled_at is None:
            return True
        night = last_night(self._clock(), self._shop.timezone)
        return self._sync.reconciled_at < night

    async def _reconcile(self) -> None:
        outcome = await reconcile(self._database, self._shop, self._sync, self._source, self._clock, self._progress)
        self.result.outcomes += outcome.outcomes
        self.result.rejected += outcome.rejected
        self.result.gone += outcome.gone


def last_night(now: int, timezone: str) -> int:
    """The last time that it was three o'clock in the morning."""
    local = to_datetime(now - _NIGHT).astimezone(zone_named(timezone))
    start = from_datetime(local.replace(hour=0, minute=0, second=0, microsecond=0)) + _NIGHT
    return start if start <= now else start - DAY


def _elapsed(by_clock: int, began: float) -> int:
    """Microseconds since a run began: by the clock, which also counts the time between two processes, but can be set
    back, and by the machine."""
    return max(0, by_clock, round((time.monotonic() - began) * 1_000_000))


@asynccontextmanager
async def _leased(database: Database, sync: Sync, clock: Clock) -> AsyncIterator[None]:
    """Hold the lease of the sync, and store how the block ended."""
    async with database.begin() as connection:
        ended = sync.worker if has_ended(sync.worker) else None
        await lease_sync(connection, sync, new_worker(), clock(), ended=ended)
    renewing = asyncio.create_task(_renew(database, sync, clock))
    values: dict[str, object] = {}
    try:
        yield
        values = {"completed_at": clock(), "problem": None, "problem_at": None}
    except LostLeaseError:
        raise
    except (SourceError, StoreError) as problem:
        values = {"problem": str(problem), "problem_at": clock()}
        raise
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)
        # If the store cannot be written now, the lease ends by itself.
        with suppress(StoreError):
            async with database.begin() as connection:
                await end_lease(connection, sync, {"next_run_at": clock() + sync.run_every, **values})


async def _renew(database: Database, sync: Sync, clock: Clock) -> None:
    while True:
        await asyncio.sleep(_RENEW_SECONDS)
        with suppress(StoreError):
            async with database.begin() as connection:
                await write_progress(connection, sync, clock())
