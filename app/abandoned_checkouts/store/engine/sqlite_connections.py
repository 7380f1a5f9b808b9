"""Sets up each connection to a SQLite store."""

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine

from abandoned_checkouts.store.engine.failures import LOCK_TIMEOUT
from abandoned_checkouts.store.engine.text_index_pages import PAGE_HAS, page_has

# For every connection: wait for locks, check foreign keys, use a write-ahead log and sort in memory.
_PRAGMAS = (
    f"PRAGMA busy_timeout = {LOCK_TIMEOUT * 1000}",
    # Only for a new file. A checkout's row fills a third of a page of 4 KiB; pages of 8 KiB waste less space.
    "PRAGMA page_size = 8192",
    "PRAGMA foreign_keys = ON",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA temp_store = MEMORY",
    # 8 MiB per connection. The file is not mapped into memory: truncating a mapped file kills the process, mapped
    # pages count as the memory of the process, and reads are not faster.
    "PRAGMA cache_size = -8192",
    "PRAGMA mmap_size = 0",
)
# Python's driver looks for a conversion of each None and each bool. It finds none, raises an exception and catches it,
# which takes ten times as long as to bind an integer. `get` of an empty dict turns None into None and runs no Python
# code.
_nothing: dict[None, None] = {}
sqlite3.register_adapter(type(None), _nothing.get)
sqlite3.register_adapter(bool, int)

# For a writer that need not wait for the disk: a store for tests may be lost with a power failure.
NOT_DURABLE = "PRAGMA synchronous = OFF"
# For a reader of the whole store: use little memory and sort on disk.
READING_MUCH = (
    "PRAGMA query_only = ON",
    "PRAGMA cache_size = -16384",
    "PRAGMA temp_store = FILE",
)


def set_up_connections(engine: AsyncEngine, begin: str, *pragmas: str) -> None:
    """Set up every connection, and begin each transaction with the statement `begin`. The driver would begin it only at
    the first write, so reads before that would not be in the transaction."""

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (*_PRAGMAS, *pragmas):
            cursor.execute(pragma)
        cursor.close()
        add_functions(connection)

    @event.listens_for(engine.sync_engine, "invalidate")
    def _roll_back(connection: Any, _record: object, _problem: object) -> None:
        # The task was cancelled during a statement. SQLite closes a connection only after its last statement, which
        # lives as long as the exception; until then nobody could write. So this ends the transaction, without waiting.
        driver = connection.driver_connection
        driver._tx.put_nowait((None, driver._conn.rollback))

    begin_with(engine.sync_engine, begin)


def add_functions(connection: Any) -> None:
    """Add the functions of SQL that searches use."""
    connection.create_function(PAGE_HAS, 2, page_has, deterministic=True)


def begin_with(engine: Engine, begin: str) -> None:
    """Begin transactions explicitly. The driver would begin them with the first write, which is too late for a
    transaction that reads before it writes."""

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def set_up_exclusive_connection(engine: AsyncEngine) -> None:
    """Set up the only connection to a store: no other process can open the store meanwhile.

    If another connection is open, the first transaction fails with "database is locked". A server always has one open.
    """

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        # The lock must be the first action: SQLite acquires it with the first read of the file.
        for pragma in ("PRAGMA locking_mode = EXCLUSIVE", "PRAGMA busy_timeout = 1000", "PRAGMA cache_size = -16384"):
            cursor.execute(pragma)
        cursor.close()
        add_functions(connection)

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
