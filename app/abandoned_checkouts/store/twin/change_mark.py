"""Detects whether anything was written to a SQLite store, without a look at its tables."""

import sqlite3
from typing import Any

from abandoned_checkouts.store.engine.database import Database


class ChangeMark:
    """`read` returns a value that differs after each transaction that has written. Create it with `of`; close it in the
    end.

    SQLite keeps this number in memory that its connections share, so a read takes microseconds and never waits.
    """

    def __init__(self, connection: sqlite3.Connection, *, is_own: bool) -> None:
        """`is_own`: the connection is for this object alone. Otherwise it is the only one of a store in memory."""
        self._connection, self._is_own = connection, is_own

    @classmethod
    async def of(cls, database: Database) -> "ChangeMark | None":
        """None for a store in PostgreSQL, which has no such number."""
        if not database.is_sqlite:
            return None
        async with database.exclusive() as driver:
            if driver is not None:
                return cls(raw_connection(driver), is_own=False)
        own = sqlite3.connect(database.url.database or "", isolation_level=None, check_same_thread=False)
        return cls(own, is_own=True)

    def read(self) -> int:
        # https://www.sqlite.org/pragma.html#pragma_data_version: counts the commits of other connections.
        if self._is_own:
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])
        return self._connection.total_changes

    def close(self) -> None:
        if self._is_own:
            self._connection.close()


def raw_connection(driver: Any) -> sqlite3.Connection:
    """The connection of Python's sqlite3 module inside aiosqlite's connection."""
    raw: sqlite3.Connection = driver._conn
    return raw
