"""A copy of the PostgreSQL store that follows it by streaming replication, for lists, searches, reports and exports.

Every moment, the position of the store's log is read, then that of the replica. If the replica has replayed the log up
to a position, it has all changes that were committed before that position was read. So the age of a read is known
without comparing the clocks of two machines, also if nothing is written.

A caller that has written reads from the store until the replica has its changes. A replica that is too far behind or
cannot be reached is not used.
"""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator
from types import TracebackType

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from abandoned_checkouts.store.engine.actor import actor
from abandoned_checkouts.store.engine.address import url_of
from abandoned_checkouts.store.engine.failures import StoreError, failures_as_store_errors, reason, shown
from abandoned_checkouts.store.engine.new_engine import new_engine

log = logging.getLogger(__name__)

# Seconds between two looks at a replica, and at one that was lost.
EVERY, EVERY_LOST = 0.25, 2.0
# Seconds after which a position that was not read counts as lost.
_PATIENCE = 2.0
_WRITTEN = text("SELECT CAST(pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS bigint)")
_REPLAYED = text("SELECT CAST(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0') AS bigint) WHERE pg_is_in_recovery()")
# The most callers whose last write is remembered.
_MOST = 10_000


class Replica:
    """Use it in `async with`: it watches the replica. `address` is its URL, `primary` the engine of the store.

    A read is at most `most_seconds` behind the store.
    """

    def __init__(self, address: str, primary: AsyncEngine, most_seconds: float) -> None:
        self.url = url_of(address)
        self._primary, self._most = primary, most_seconds
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self.engine = new_engine(self.url, pool_size=4, max_overflow=6, execution_options=options)
        # The time and the position of the store's log, for positions that the replica has not replayed yet.
        self._positions: deque[tuple[float, int]] = deque()
        # The replica has everything that was committed before this moment, by time.monotonic.
        self._has_all_before = float("-inf")
        self._written: dict[str, float] = {}
        # Why it cannot be used; empty if it can.
        self.problem = ""
        # The limits of time of the reads that are in progress: see `responding`.
        self.running: set[asyncio.Timeout] = set()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Replica":
        self._task = asyncio.create_task(self._watch(), name="replica")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self.engine.dispose()

    @property
    def may_read(self) -> bool:
        """Whether the current caller may read from the replica now."""
        written = self._written.get(actor.get(), float("-inf"))
        return written < self._has_all_before and time.monotonic() - self._has_all_before <= self._most

    def note_write(self) -> None:
        """The current caller has committed a change."""
        if len(self._written) >= _MOST:
            self._forget_old_writes()
        self._written[actor.get()] = time.monotonic()

    def lose(self, problem: BaseException) -> None:
        """The replica failed. It is not used until its position is read again."""
        self._has_all_before = float("-inf")
        self._positions.clear()
        if not self.problem:
            self.problem = reason(problem)
            log.warning("the replica cannot be used, so all reads are from the store: %s", self.problem)

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection that reads one snapshot of the replica. Raises StoreError."""
        with failures_as_store_errors(self.url):
            async with self.engine.connect() as connection:
                yield connection

    async def has_all_of_now(self) -> bool:
        """Wait until the replica has everything that is committed now. Returns False if it is lost or takes too
        long."""
        now = time.monotonic()
        while self._has_all_before < now:
            if self.problem or time.monotonic() - now > self._most:
                return False
            await asyncio.sleep(EVERY / 5)
        return True

    async def look(self) -> None:
        """Read both positions once."""
        moment = time.monotonic()
        async with self._primary.connect() as connection:
            written = (await connection.execute(_WRITTEN)).scalar_one()
        self._positions.append((moment, written))
        try:
            async with asyncio.timeout(_PATIENCE), self.engine.connect() as connection:
                replayed = (await connection.execute(_REPLAYED)).scalar()
        except (DBAPIError, OSError, TimeoutError) as problem:
            self.lose(problem)
            for limit in self.running:
                limit.reschedule(asyncio.get_running_loop().time())
            return
        if replayed is None:
            self.lose(ValueError("the server of REPLICA_URL is not a replica"))
            return
        while self._positions and self._positions[0][1] <= replayed:
            self._has_all_before = self._positions.popleft()[0]
        # A replica that falls behind for long needs no more than the positions that it may still reach in time.
        while len(self._positions) > 10_000:
            self._positions.popleft()
        if self.problem and self._has_all_before > float("-inf"):
            self.problem = ""
            log.info("the replica is used again")

    async def _watch(self) -> None:
        while True:
            try:
                await self.look()
            except (DBAPIError, OSError):
                # The store itself is lost. The next statement on it raises the error.
                self._has_all_before = float("-inf")
            await asyncio.sleep(EVERY_LOST if self.problem else EVERY)

    def _forget_old_writes(self) -> None:
        self._written = {key: moment for key, moment in self._written.items() if moment >= self._has_all_before}


@contextlib.asynccontextmanager
async def responding(replica: Replica) -> AsyncIterator[None]:
    """For reads of a replica: raises StoreError if it stops responding before the block ends."""
    try:
        async with asyncio.timeout(None) as limit:
            replica.running.add(limit)
            try:
                yield
            finally:
                replica.running.discard(limit)
    except TimeoutError as problem:
        if not limit.expired():
            raise
        raise StoreError(f"the replica at {shown(replica.url)} does not respond") from problem


@contextlib.contextmanager
def reading_as(replica: Replica | None, name: str) -> Iterator[None]:
    """While the block runs, its actor has this name and reads as if it had written just now: from the replica once that
    has everything that is committed now, and from then on also if others write."""
    before = actor.set(name)
    try:
        if replica is not None:
            replica.note_write()
        yield
    finally:
        actor.reset(before)
