"""The buckets of the leaky-bucket rate limit, shared by all server processes.

A single process keeps them in memory. Several processes share them through a small SQLite file beside the store, or an
unlogged table on PostgreSQL. Losing them in a crash is harmless, because a bucket refills in twenty seconds.
"""

import asyncio
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias, TypeVar

from sqlalchemy import text

from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.failures import StoreError, reason
from abandoned_checkouts.store.engine.locks import CREATE_THROTTLE_TABLE, lock_store
from abandoned_checkouts.store.engine.raw_postgresql import RawPool
from abandoned_checkouts.store.engine.sqlite_file import create_private

# The state of a bucket: available points in millionths, and the time at which it had them.
BucketState = tuple[int, int]
# A rule is a pure function, and is applied again if another process has changed the state.
Result = TypeVar("Result")
Rule: TypeAlias = Callable[[BucketState | None], tuple[BucketState, Result]]


class MemoryBuckets:
    """Buckets of a server with one process."""

    def __init__(self) -> None:
        self._states: dict[tuple[int, int], BucketState] = {}

    async def change(self, shop_id: int, app_id: int, rule: Rule[Result]) -> Result:
        """Apply a rule to a bucket atomically and return the rule's second result. Other kinds of buckets raise
        StoreError if their storage fails."""
        key = (shop_id, app_id)
        self._states[key], result = rule(self._states.get(key))
        return result

    def state(self) -> list[tuple[int, int, int, int]]:
        """All buckets: shop, app, available points in millionths, and the time at which they were available."""
        return [(*key, *state) for key, state in self._states.items()]

    def restore(self, state: object) -> None:
        """Replace all buckets by those of a `state`, which may have been written as JSON."""
        rows = state if isinstance(state, list) else []
        self._states = {(shop_id, app_id): (available, at) for shop_id, app_id, available, at in rows}

    async def close(self) -> None:
        """Nothing to close."""


class FileBuckets:
    """Buckets that the processes of one machine share through a file, which every start of the server replaces."""

    def __init__(self, file: str) -> None:
        create_private(Path(file))
        self._file = file
        # Each change takes about ten microseconds, less than using a thread.
        self._connection = sqlite3.connect(file, isolation_level=None, timeout=5)
        for statement in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = OFF",
            "CREATE TABLE IF NOT EXISTS buckets (shop_id INTEGER, app_id INTEGER, available INTEGER, "
            "updated_at INTEGER, PRIMARY KEY (shop_id, app_id)) WITHOUT ROWID",
        ):
            self._connection.execute(statement)

    async def change(self, shop_id: int, app_id: int, rule: Rule[Result]) -> Result:
        try:
            return self._change(shop_id, app_id, rule)
        except (sqlite3.OperationalError, sqlite3.DatabaseError) as problem:
            raise StoreError(f"the rate limits in {self._file} cannot be used: {reason(problem)}") from problem

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
            # After some failures, such as a full disk, SQLite has rolled back by itself.
            if self._connection.in_transaction:
                execute("ROLLBACK")
            raise
        return result

    async def close(self) -> None:
        self._connection.close()


class TableBuckets:
    """Buckets that the processes of several machines share through PostgreSQL.

    A bucket is changed only if it still has the state that the rule was applied to. Otherwise the rule is applied to
    the new state. Each process remembers the last state, so most changes need one statement.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pool = RawPool(database, size=4)
        self._seen: dict[tuple[int, int], BucketState] = {}
        # Requests of the same process wait for each other instead of competing.
        self._turns: defaultdict[tuple[int, int], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._exists = False

    async def change(self, shop_id: int, app_id: int, rule: Rule[Result]) -> Result:
        if not self._exists:
            await self._make()
        key = (shop_id, app_id)
        async with self._turns[key], self._pool.acquire() as connection:
            while True:
                seen = self._seen.get(key)
                state, result = rule(seen)
                if seen is None:
                    done = await connection.fetchval(_ADD, *key, *state)
                else:
                    done = await connection.fetchval(_CHANGE, *key, *state, *seen)
                if done:
                    self._seen[key] = state
                    return result
                row = await connection.fetchrow(_SEE, *key)
                if row is None:
                    self._seen.pop(key, None)
                else:
                    self._seen[key] = (row[0], row[1])

    async def close(self) -> None:
        await self._pool.close()

    async def _make(self) -> None:
        async with self._database.begin() as connection:
            # Several processes start at once, and only one of them can create the table.
            await lock_store(connection, CREATE_THROTTLE_TABLE)
            await connection.execute(
                text(
                    "CREATE UNLOGGED TABLE IF NOT EXISTS throttle (shop_id BIGINT, app_id BIGINT, "
                    "available BIGINT NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY (shop_id, app_id))"
                )
            )
        self._exists = True


_ADD = "INSERT INTO throttle VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING true"
_CHANGE = (
    "UPDATE throttle SET available = $3, updated_at = $4 "
    "WHERE shop_id = $1 AND app_id = $2 AND available = $5 AND updated_at = $6 RETURNING true"
)
_SEE = "SELECT available, updated_at FROM throttle WHERE shop_id = $1 AND app_id = $2"

Buckets = MemoryBuckets | FileBuckets | TableBuckets
