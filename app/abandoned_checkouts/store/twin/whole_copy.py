"""Copies a complete SQLite store and restores it, in milliseconds while the server runs.

A copy is a database in memory, created with SQLite's backup API (https://www.sqlite.org/backup.html). Meanwhile,
readers keep the snapshot that they read, and writers wait.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path

from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.twin.change_mark import raw_connection


class NotSqliteError(Exception):
    """The store is not in SQLite, so it cannot be copied."""


class NotACopyError(Exception):
    """The file is not a saved copy. The message is SQLite's."""


# The table in a saved file for texts that are not part of the store.
_ENCLOSED = "twin_enclosed"


class WholeCopy:
    """A copy of a store in memory. Close it when it is no longer needed. Its methods block."""

    def __init__(self) -> None:
        self._kept = sqlite3.connect(":memory:", check_same_thread=False)

    @property
    def connection(self) -> sqlite3.Connection:
        return self._kept

    def save(self, file: Path, enclosed: Mapping[str, bytes]) -> None:
        """Write the copy to a new file that only the user of this process can read, together with `enclosed`: other
        contents by name."""
        file.touch(mode=0o600, exist_ok=False)
        with closing(sqlite3.connect(file)) as connection, connection:
            self._kept.backup(connection)
            connection.execute(f"CREATE TABLE {_ENCLOSED} (name TEXT PRIMARY KEY, content BLOB NOT NULL)")
            connection.executemany(f"INSERT INTO {_ENCLOSED} VALUES (?, ?)", enclosed.items())

    @classmethod
    def loaded(cls, file: Path) -> "tuple[WholeCopy, dict[str, bytes]]":
        """The copy in a file, and the enclosed contents. Raises NotACopyError."""
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
            # Otherwise the write-ahead log would contain each restored copy until the next large write.
            await asyncio.to_thread(connection.execute, "PRAGMA wal_checkpoint(PASSIVE)")


@asynccontextmanager
async def _connection_of(database: Database) -> AsyncIterator[sqlite3.Connection]:
    """A raw connection, while no transaction of this process writes."""
    if not database.is_sqlite:
        raise NotSqliteError("snapshots need a store in SQLite; this one is in PostgreSQL")
    async with database.exclusive() as held:
        if held is not None:
            yield raw_connection(held)
            return
        connection = sqlite3.connect(database.url.database or "", isolation_level=None, check_same_thread=False)
        try:
            # Fast and without waiting for the disk, because a store for tests need not survive a power failure.
            for pragma in ("PRAGMA busy_timeout = 30000", "PRAGMA synchronous = OFF"):
                connection.execute(pragma)
            yield connection
        finally:
            connection.close()
