"""Copies a complete SQLite store and restores it, in milliseconds while the server runs.

A copy is a database in memory, created with SQLite's backup API (https://www.sqlite.org/backup.html). Meanwhile,
readers keep the snapshot that they read, and writers wait.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing, suppress
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


class StoreCopies:
    """Copies a store and puts copies back. It keeps one connection to a store in a file; close it in the end, before
    the store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._own: sqlite3.Connection | None = None
        # A copy, and the version of the store (see `_version`) in which it has the same content.
        self._present: tuple[WholeCopy, int] | None = None
        self._emptying: asyncio.Task[None] | None = None

    async def take(self) -> WholeCopy:
        """Copy the store as it is between two transactions. Raises NotSqliteError."""
        async with self._connection() as connection:
            copy = WholeCopy()
            self._present = await asyncio.to_thread(_copy_once, connection, copy, copy.connection, connection)
            return copy

    async def put_back(self, copy: WholeCopy) -> None:
        """Replace the content of the store by a copy, in one transaction. Nothing happens if nothing was written since
        this copy was taken or put back. Raises NotSqliteError."""
        async with self._connection() as connection:
            if connection is not self._own:
                await asyncio.to_thread(copy.connection.backup, connection)
            elif self._present is None or self._present != (copy, await asyncio.to_thread(_version, connection)):
                self._present = None
                self._present = await asyncio.to_thread(_put_back, connection, copy)
                # Otherwise the write-ahead log would contain each restored copy until the next large write. This takes
                # a third of the time, and nobody has to wait for it.
                self._emptying = asyncio.create_task(asyncio.to_thread(_empty_log, connection), name="checkpoint")

    async def close(self) -> None:
        if self._emptying is not None:
            await self._emptying
        if self._own is not None:
            self._own.close()
            self._own = None

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[sqlite3.Connection]:
        """A raw connection, while no transaction of this process writes."""
        if not self._database.is_sqlite:
            raise NotSqliteError("snapshots need a store in SQLite; this one is in PostgreSQL")
        async with self._database.exclusive() as held:
            if held is not None:
                yield raw_connection(held)
                return
            if self._emptying is not None:
                await self._emptying
            if self._own is None:
                self._own = await asyncio.to_thread(_opened, self._database.url.database or "")
            yield self._own


def _opened(file: str) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    # Fast and without waiting for the disk, because a store for tests need not survive a power failure.
    for pragma in ("PRAGMA busy_timeout = 30000", "PRAGMA synchronous = OFF"):
        connection.execute(pragma)
    return connection


def _version(connection: sqlite3.Connection) -> int:
    """A number that changes when another connection has written: https://www.sqlite.org/pragma.html#pragma_data_version"""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def _copy_once(
    own: sqlite3.Connection, copy: WholeCopy, target: sqlite3.Connection, source: sqlite3.Connection
) -> tuple[WholeCopy, int] | None:
    """Copy `source` to `target`. Returns the copy and the version of the store behind `own`; None if another process
    wrote meanwhile, because the version may include its change. Blocks."""
    before = _version(own)
    source.backup(target)
    return (copy, before) if _version(own) == before else None


def _put_back(own: sqlite3.Connection, copy: WholeCopy) -> tuple[WholeCopy, int] | None:
    """Copy the copy to the store. Returns the same as `_copy_once`. Blocks."""
    # Few pages were written since the last time. If they stayed, the log would not start again, and would grow.
    _empty_log(own)
    return _copy_once(own, copy, own, copy.connection)


def _empty_log(connection: sqlite3.Connection) -> None:
    """Move the pages of the write-ahead log into the file, so that the log starts again. Blocks."""
    # If the disk is full, the next write of the store reports it.
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
