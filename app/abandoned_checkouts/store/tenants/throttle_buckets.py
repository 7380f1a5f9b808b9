"""The buckets of the leaky-bucket rate limit, shared by all server processes.

A server with one process keeps them in memory. Several processes share them in a small SQLite file beside the store, or
in an unlogged table on PostgreSQL. They may be lost in a crash, because a bucket refills in twenty seconds.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import text

from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.failures import StoreError, reason
from abandoned_checkouts.store.engine.locks import CREATE_THROTTLE_TABLE, lock_store
from abandoned_checkouts.store.engine.raw_postgresql import RawPool
from abandoned_checkouts.store.engine.sqlite_file import create_private

# The state of a bucket: its available points in millionths, and the time for which they were computed.
BucketState = tuple[int, int]
# A rule is a pure function. It is applied again if another process has changed the state meanwhile.
Result = TypeVar("Result")
Rule: TypeAlias = Callable[[BucketState | None], tuple[BucketState, Result]]


class MemoryBuckets:
    """Buckets in memory, for a server with one process."""

    def __init__(self) -> None:
        self._states: dict[tuple[int, int], BucketState] = {}

    async def change(self, shop_id: int, app_id: int, rule: Rule[Result]) -> Result:
        """Apply a rule to a bucket atomically and return the rule's second result. Other kinds of buckets raise
        StoreError if their storage fails."""
        return self.change_at_once(shop_id, app_id, rule)

    def change_at_once(self, shop_id: int, app_id: int, rule: Rule[Result]) -> Result:
        key = (shop_id, app_id)
        self._states[key], result = rule(self._states.get(key))
        return result

    change_soon = change

    def state_of(self, shop_id: int, app_id: int) -> BucketState | None:
        return self._states.get((shop_id, app_id))

    def set_state(self, shop_id: int, app_id: int, state: BucketState) -> None:
        self._states[shop_id, app_id] = state

    def state(self) -> list[tuple[int, int, int, int]]:
        """All buckets: shop, app, available points in millionths, and the time at which they were available."""
        return [(*key, *state) for key, state in self._states.items()]

    def restore(self, state: object) -> None:
        """Replace all buckets by those of a `state`, also one that was converted to JSON and back."""
        rows = state if isinstance(state, list) else []
        self._states = {(shop_id, app_id): (available, at) for shop_id, app_id, available, at in rows}

    async def close(self) -> None:
        """Nothing to close."""


class FileBuckets:
    """Buckets in a file that the processes of one machine share. Every start of the server replaces the file."""

    def __init__(self, file: str) -> None:
        create_private(Path(file))
        self._file = file
        # Not in a thread, because a change takes only about ten microseconds.
        self._connection = sqlite3.connect(file, isolation_level=None, timeout=5)
        for statement in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = OFF",
            "CREATE TABLE IF NOT EXISTS buckets (shop_id INTEGER, app_id INTEGER, available INTEGER, "
            "updated_at INTEGER, PRIMARY KEY (shop_id, app_id)) WITHOUT ROWID",
        ):
            self._connection.execute(statement)

    async def change(self, shop_id: int, app_id: int, rule: Rule[Result]) -> Result:
        return self.change_at_once(shop_id, app_id, rule)

    def change_at_once(self, shop_id: int, app_id: int, rule: Rule[Result]) -> Result:
        try:
            return self._change(shop_id, app_id, rule)
        except (sqlite3.OperationalError, sqlite3.DatabaseError) as problem:
            raise StoreError(f"the rate limits in {self._file} cannot be used: {reason(problem)}") from problem

    change_soon = change

    def _change(self, shop_id: int, app_id: int, rule: Rule[Result]) -> Result:
        execute = self._connection.execute
        execute("BEGIN IMMEDIATE")
        try:
            row = execute(
                "SELECT available, updated_at FROM buckets WHERE shop_id = ? AND app_id = ?", (shop_id, app_id)
            ).fetchone()
            state, result = rule(row)
            execute("INSERT OR REPLACE INTO buckets VALUES (?, ?, ?, ?)", (shop_id, app_id, *state))
            execute("COMMIT")
        except BaseException:
            # After some errors, for example a full disk, SQLite has already rolled back.
            if self._connection.in_transaction:
                execute("ROLLBACK")
            raise
        return result

    async def close(self) -> None:
        self._connection.close()


@dataclass(slots=True)
class _Change:
    """A rule that a request applies. `turn` is set once it is applied (`is_made`), or its task has to apply those that
    wait."""

    rule: Rule[Any]
    turn: asyncio.Future[None] | None = None
    is_made: bool = False
    result: Any = None


class TableBuckets:
    """Buckets in PostgreSQL, which processes on several machines can share.

    A bucket is changed only if its state is still the one to which the rules were applied. Otherwise they are applied
    to the new state. Each process remembers the last state that it wrote, so most changes need one statement. While it
    runs, other requests for the bucket wait; the next statement then has all their changes. What `change_soon` and
    `take_soon` change is written after `soon` seconds at the latest.
    """

    def __init__(self, database: Database, soon: float = 0.02) -> None:
        self._database = database
        self._pool = RawPool(database, size=4)
        self._seen: dict[tuple[int, int], BucketState] = {}
        # The changes that wait, of each bucket that is being changed.
        self._waiting: dict[tuple[int, int], list[_Change]] = {}
        # When each was written, by time.monotonic, and the state after all changes of this process.
        self._written_at: dict[tuple[int, int], float] = {}
        self._expected: dict[tuple[int, int], BucketState] = {}
        # The rules of `change_soon` that are not written yet, of each bucket, and what writes them.
        self._later: dict[tuple[int, int], list[Rule[Any]]] = {}
        self._writers: set[asyncio.Task[None]] = set()
        self._exists = False
        self._soon = soon

    async def change(self, shop_id: int, app_id: int, rule: Rule[Result]) -> Result:
        if not self._exists:
            await self._make()
        key, own = (shop_id, app_id), _Change(rule)
        waiting = self._waiting.get(key)
        if waiting is None:
            self._waiting[key] = waiting = []
        else:
            own.turn = asyncio.get_running_loop().create_future()
            waiting.append(own)
            try:
                await own.turn
            except asyncio.CancelledError:
                if not own.turn.cancelled() and not own.is_made:
                    self._pass_on(key)
                raise
        if not own.is_made:
            changes = [own, *(each for each in waiting if each.turn is not None and not each.turn.done())]
            waiting.clear()
            try:
                await self._pool.run(partial(self._write, key, changes))
            except BaseException:
                # The others try it themselves.
                waiting[:0] = changes[1:]
                raise
            else:
                for each in changes[1:]:
                    if each.turn is not None and not each.turn.done():
                        each.is_made = True
                        each.turn.set_result(None)
            finally:
                self._pass_on(key)
        result: Result = own.result
        return result

    async def change_soon(self, shop_id: int, app_id: int, rule: Rule[Result]) -> Result:
        """Apply a rule with the next change of the bucket, or after some milliseconds. The result does not yet know
        what other processes change meanwhile."""
        state = self._expected.get((shop_id, app_id))
        if state is None:
            return await self.change(shop_id, app_id, rule)
        changed, result = rule(state)
        self._note_later((shop_id, app_id), rule, changed)
        return result

    def take_soon(self, shop_id: int, app_id: int, rule: Rule[Result], least: int, most: int) -> Result | None:
        """Apply a rule that takes points, like `change_soon`, if the bucket has many and was written a moment ago: at
        least `least` are left, and at most `most` are taken and not written yet. Otherwise None; then nothing has
        changed."""
        key = (shop_id, app_id)
        state, written, at = self._expected.get(key), self._seen.get(key), self._written_at.get(key)
        if state is None or written is None or at is None or monotonic() - at > 2 * self._soon:
            return None
        changed, result = rule(state)
        if changed[0] < least or written[0] - changed[0] > most:
            return None
        self._note_later(key, rule, changed)
        return result

    def _note_later(self, key: tuple[int, int], rule: Rule[Any], changed: BucketState) -> None:
        later = self._later.get(key)
        if later is None:
            self._later[key] = later = []
            asyncio.get_running_loop().call_later(self._soon, self._write_soon, key)
        later.append(rule)
        self._expected[key] = changed

    def _write_soon(self, key: tuple[int, int]) -> None:
        if key in self._later:
            task = asyncio.create_task(self._write_later(key))
            self._writers.add(task)
            task.add_done_callback(self._writers.discard)

    async def _write_later(self, key: tuple[int, int]) -> None:
        if key in self._later:
            # A failure is that of the next request, too; the points return with time.
            with suppress(StoreError):
                await self.change(*key, _unchanged)

    async def _write(self, key: tuple[int, int], changes: list[_Change], connection: Any) -> None:
        later = self._later.pop(key, ())
        while True:
            seen = state = self._seen.get(key)
            for rule in later:
                state, _ = rule(state)
            for each in changes:
                state, each.result = each.rule(state)
            if state is None:
                # Nothing to write: the bucket was deleted, and other changes have written those that waited.
                return
            self._expected[key] = state
            for rule in self._later.get(key, ()):
                self._expected[key], _ = rule(self._expected[key])
            if seen is None:
                done = await connection.fetchval(_ADD, *key, *state)
            else:
                done = await connection.fetchval(_CHANGE, *key, *state, *seen)
            if done:
                self._seen[key], self._written_at[key] = state, monotonic()
                return
            row = await connection.fetchrow(_SEE, *key)
            if row is None:
                self._seen.pop(key, None)
            else:
                self._seen[key] = (row[0], row[1])

    def _pass_on(self, key: tuple[int, int]) -> None:
        """Let the next request that waits for the bucket apply the changes that wait."""
        waiting = self._waiting[key]
        while waiting:
            turn = waiting.pop(0).turn
            if turn is not None and not turn.done():
                turn.set_result(None)
                return
        del self._waiting[key]

    async def close(self) -> None:
        for key in list(self._later):
            self._write_soon(key)
        if self._writers:
            await asyncio.wait(self._writers)
        await self._pool.close()

    async def _make(self) -> None:
        async with self._database.begin() as connection:
            # Locked, because several processes start at once and only one can create the table.
            await lock_store(connection, CREATE_THROTTLE_TABLE)
            await connection.execute(
                text(
                    "CREATE UNLOGGED TABLE IF NOT EXISTS throttle (shop_id BIGINT, app_id BIGINT, "
                    "available BIGINT NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY (shop_id, app_id))"
                )
            )
        self._exists = True


def _unchanged(state: BucketState | None) -> tuple[Any, None]:
    """A rule for the rules of `change_soon` that wait: they are written with it."""
    return state, None


_ADD = "INSERT INTO throttle VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING true"
_CHANGE = (
    "UPDATE throttle SET available = $3, updated_at = $4 "
    "WHERE shop_id = $1 AND app_id = $2 AND available = $5 AND updated_at = $6 RETURNING true"
)
_SEE = "SELECT available, updated_at FROM throttle WHERE shop_id = $1 AND app_id = $2"

Buckets = MemoryBuckets | FileBuckets | TableBuckets
