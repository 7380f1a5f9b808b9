"""Copies of a whole SQLite store: taken and put back in milliseconds while the server runs.

A copy is a database in memory, made with SQLite's backup API (https://www.sqlite.org/backup.html). Readers keep the
snapshot that they have begun; writers wait for the copy.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from abandoned_checkouts.store.engine.database import Database


class NotSqliteError(Exception):
    """The store is not in SQLite, so that it cannot be copied this way."""


class NotACopyError(Exception):
    """The file is not a copy that was saved here. The message is SQLite's."""


# The table of a saved file that is not part of the store.
_ENCLOSED = "twin_enclosed"


class WholeCopy:
    """A copy of a store, in memory. Close it when it is no longer needed. Its methods block."""

    def __init__(self) -> None:
        self._kept = sqlite3.connect(":memory:", check_same_thread=False)

    @property
    def connection(self) -> sqlite3.Connection:
        return self._kept

    @property
    def size(self) -> int:
        """The size of the copy in bytes."""
        pages, size = (self._kept.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        return int(pages) * int(size)

    def save(self, file: Path, enclosed: Mapping[str, bytes]) -> None:
        """Write the copy to a new file, which only this server's user may read, with other texts by name."""
        file.touch(mode=0o600, exist_ok=False)
        with closing(sqlite3.connect(file)) as connection, connection:
            self._kept.backup(connection)
            connection.execute(f"CREATE TABLE {_ENCLOSED} (name TEXT PRIMARY KEY, content BLOB NOT NULL)")
            connection.executemany(f"INSERT INTO {_ENCLOSED} VALUES (?, ?)", enclosed.items())

    @classmethod
    def loaded(cls, file: Path) -> "tuple[WholeCopy, dict[str, bytes]]":
        """The copy in a file, and what was enclosed. Raises NotACopyError."""
        copy = cls()
        try:
            with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
                connection.backup(copy.connection)
            enclosed = dict(copy.connection.execute(f"SELECT name, content FROM {_ENCLOSED}"))
            copy.connection.execute(f"DROP TABLE {_ENCLOSED}")
            copy.connection.commit()
        except sqlite3.Error as problem:
            copy.close()
            raise NotACopyError(str(problem)) from None
        return copy, enclosed

    def close(self) -> None:
        self._kept.close()


async def take_copy(database: Database) -> WholeCopy:
    """Copy the store as it is between two transactions. Raises NotSqliteError."""
    async with _connection_of(database) as connection:
        copy = WholeCopy()
        await asyncio.to_thread(connection.backup, copy.connection)
        return copy


async def put_back(database: Database, copy: WholeCopy) -> None:
    """Replace the content of the store by a copy, in one transaction. Raises NotSqliteError."""
    async with _connection_of(database) as connection:
        await asyncio.to_thread(copy.connection.backup, connection)
        if not database.shares_connection:
            # Otherwise the log would keep each copy that was put back, until the next large write.
            await asyncio.to_thread(connection.execute, "PRAGMA wal_checkpoint(PASSIVE)")


@asynccontextmanager
async def _connection_of(database: Database) -> AsyncIterator[sqlite3.Connection]:
    """A raw connection, while no transaction of this process writes."""
    if not database.is_sqlite:
        raise NotSqliteError("snapshots need a store in SQLite; this one is in PostgreSQL")
    async with database.exclusive() as held:
        if held is not None:
            yield _raw(held)
            return
        connection = sqlite3.connect(database.url.database or "", isolation_level=None, check_same_thread=False)
        try:
            # A store for tests need not survive a power failure at this moment.
            for pragma in ("PRAGMA busy_timeout = 30000", "PRAGMA synchronous = OFF"):
                connection.execute(pragma)
            yield connection
        finally:
            connection.close()


def _raw(driver: Any) -> sqlite3.Connection:
    """The connection of Python's module inside aiosqlite's."""
    raw: sqlite3.Connection = driver._conn
    return raw
