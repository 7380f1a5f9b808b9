"""Reading for compiled plans: one moment of the store on a raw connection, past SQLAlchemy's and its pool's work.

A plan is a generator: it yields what it wants and is sent the rows, so the same plan runs on SQLite without a single
await and on PostgreSQL with one per statement.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Awaitable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeAlias, TypeVar

from abandoned_checkouts.store.engine.database import READERS, Connection, Database
from abandoned_checkouts.store.engine.raw_postgresql import RawPool
from abandoned_checkouts.store.reading.queries import StoreQuery
from abandoned_checkouts.store.reading.query_sql import statement

Result = TypeVar("Result")
# What is sent back: rows for what was wanted, the result for something to await.
QuerySteps: TypeAlias = Generator[StoreQuery | Awaitable[Any], Any, Result]

_PRAGMAS = (
    "PRAGMA query_only = ON",
    "PRAGMA busy_timeout = 30000",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -65536",
    "PRAGMA mmap_size = 268435456",
)


class Snapshots(Protocol):
    """Where plans read. `answer` runs one to its end on one snapshot of the store."""

    dialect: str

    async def answer(self, asking: QuerySteps[Result], *, short: bool) -> Result:
        """`short`: few rows by key, not worth a thread's while."""

    async def close(self) -> None: ...


def snapshots_of(database: Database) -> Snapshots | None:
    """Raw connections beside the database's own; None for a store in memory, which no other connection sees."""
    if not database.is_sqlite:
        return PostgresqlSnapshots(database)
    return SqliteSnapshots(database.url.database) if database.url.database not in (None, "", ":memory:") else None


class SqliteSnapshots:
    """Short plans run where they are called, because a thread costs more than they do; others in a thread, so that
    nobody waits for them."""

    dialect = "sqlite"

    def __init__(self, file: str | None, threads: int = READERS) -> None:
        self._file = file or ""
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="read")
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()

    async def answer(self, asking: QuerySteps[Result], *, short: bool) -> Result:
        if short:
            return self.run(asking)
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.run, asking)

    def run(self, asking: QuerySteps[Result]) -> Result:
        connection = self._taken()
        try:
            connection.execute("BEGIN")
            try:
                wanted = next(asking)
                while True:
                    sql, parameters = statement(wanted, "sqlite")  # type: ignore[arg-type]
                    wanted = asking.send(connection.execute(sql, parameters).fetchall())
            except StopIteration as end:
                result: Result = end.value
                return result
            finally:
                connection.execute("COMMIT")
                asking.close()
        finally:
            self._idle.append(connection)

    def _taken(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._opened()

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, isolation_level=None, check_same_thread=False, cached_statements=512)
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        return connection

    async def close(self) -> None:
        self._threads.shutdown()
        while self._idle:
            self._idle.pop().close()


class PostgresqlSnapshots:
    """One of asyncpg's connections for each plan that runs."""

    dialect = "postgresql"

    def __init__(self, database: Database, size: int = 10) -> None:
        self._pool = RawPool(database, size)

    async def answer(self, asking: QuerySteps[Result], *, short: bool) -> Result:
        async with (
            await self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            try:
                wanted = next(asking)
                while True:
                    sql, parameters = statement(wanted, "postgresql")  # type: ignore[arg-type]
                    wanted = asking.send(await connection.fetch(sql, *parameters))
            except StopIteration as end:
                result: Result = end.value
                return result
            finally:
                asking.close()

    async def close(self) -> None:
        await self._pool.close()


class ConnectionSnapshot:
    """A snapshot that is open already: for plans some of whose fields run by their resolvers, on the same snapshot."""

    def __init__(self, connection: Connection, turn: asyncio.Lock) -> None:
        self.dialect = connection.dialect.name
        self._connection = connection
        self._turn = turn

    async def answer(self, asking: QuerySteps[Result], *, short: bool) -> Result:
        try:
            wanted = next(asking)
            while True:
                if isinstance(wanted, StoreQuery):
                    async with self._turn:
                        sql, parameters = statement(wanted, self.dialect)
                        rows = (await self._connection.exec_driver_sql(sql, tuple(parameters))).all()
                    wanted = asking.send(rows)
                else:
                    wanted = asking.send(await wanted)
        except StopIteration as end:
            result: Result = end.value
            return result
        finally:
            asking.close()

    async def close(self) -> None:
        """Whoever opened the connection closes it."""
