"""The buckets of the leaky-bucket throttle, where every worker process sees them.

One process keeps them in memory. Several processes share them through a small SQLite file beside the store, or an
unlogged table on PostgreSQL: losing them in a crash costs nobody anything, for a bucket refills in twenty seconds.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from app.store.database import Database

# The state of a bucket, as its rules keep it: points in millionths, and when that was true.
State = tuple[int, int]
Rule = Callable[[State | None], tuple[State, Any]]


class MemoryBuckets:
    """Buckets of a server that is one process."""

    def __init__(self) -> None:
        self._states: dict[tuple[int, int], State] = {}

    async def change(self, shop_id: int, app_id: int, rule: Rule) -> Any:
        """Apply a rule to a bucket as one step; the rule's second result is returned."""
        key = (shop_id, app_id)
        self._states[key], result = rule(self._states.get(key))
        return result


class FileBuckets:
    """Buckets that the processes of one machine share through a file, which is made new at every start."""

    def __init__(self, file: str) -> None:
        # Each step takes some ten microseconds; a hop to a thread would take longer.
        self._connection = sqlite3.connect(file, isolation_level=None, timeout=5)
        for statement in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = OFF",
            "CREATE TABLE IF NOT EXISTS buckets (shop_id INTEGER, app_id INTEGER, available INTEGER, "
            "updated_at INTEGER, PRIMARY KEY (shop_id, app_id)) WITHOUT ROWID",
        ):
            self._connection.execute(statement)

    async def change(self, shop_id: int, app_id: int, rule: Rule) -> Any:
        execute = self._connection.execute
        execute("BEGIN IMMEDIATE")
        try:
            row = execute(
                "SELECT available, updated_at FROM buckets WHERE shop_id = ? AND app_id = ?", (shop_id, app_id)
            ).fetchone()
            state, result = rule(row)
            execute("INSERT OR REPLACE INTO buckets VALUES (?, ?, ?, ?)", (shop_id, app_id, *state))
        except BaseException:
            execute("ROLLBACK")
            raise
        execute("COMMIT")
        return result


class TableBuckets:
    """Buckets that the processes of several machines share through PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._made = asyncio.Lock()
        self._exists = False

    async def change(self, shop_id: int, app_id: int, rule: Rule) -> Any:
        await self._make()
        key = {"shop_id": shop_id, "app_id": app_id}
        async with self._database.begin() as connection:
            # The lock also holds off others where there is no row yet.
            await connection.execute(text("SELECT pg_advisory_xact_lock(:shop_id, :app_id)"), _lock(shop_id, app_id))
            found = await connection.execute(
                text("SELECT available, updated_at FROM throttle WHERE shop_id = :shop_id AND app_id = :app_id"), key
            )
            row = found.first()
            state, result = rule(None if row is None else (row[0], row[1]))
            await connection.execute(
                text(
                    "INSERT INTO throttle VALUES (:shop_id, :app_id, :available, :updated_at) "
                    "ON CONFLICT (shop_id, app_id) DO UPDATE SET available = :available, updated_at = :updated_at"
                ),
                {**key, "available": state[0], "updated_at": state[1]},
            )
            return result

    async def _make(self) -> None:
        async with self._made:
            if not self._exists:
                async with self._database.begin() as connection:
                    await connection.execute(text("SELECT pg_advisory_xact_lock(7261304)"))
                    await connection.execute(
                        text(
                            "CREATE UNLOGGED TABLE IF NOT EXISTS throttle (shop_id BIGINT, app_id BIGINT, "
                            "available BIGINT NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY (shop_id, app_id))"
                        )
                    )
                self._exists = True


def _lock(shop_id: int, app_id: int) -> dict[str, int]:
    """Advisory locks have two halves of 32 bits."""
    return {"shop_id": shop_id & 0x7FFFFFFF, "app_id": app_id & 0x7FFFFFFF}


Buckets = MemoryBuckets | FileBuckets | TableBuckets
