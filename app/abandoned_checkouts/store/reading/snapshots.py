"""Runs compiled plans. Each plan runs on one snapshot of the store, on a raw connection without SQLAlchemy.

A plan is a generator that yields queries and receives rows. On SQLite it runs without `await`; on PostgreSQL there is
one `await` per statement.
"""

import asyncio
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from sqlalchemy.engine import URL

from abandoned_checkouts.store.engine.database import READERS, Connection, Database
from abandoned_checkouts.store.engine.failures import failures_as_store_errors
from abandoned_checkouts.store.engine.raw_postgresql import RawPool
from abandoned_checkouts.store.reading.queries import QuerySteps, Result, StoreQuery
from abandoned_checkouts.store.reading.query_sql import statement_for
from abandoned_checkouts.store.reading.word_plans import PLAN_BY_WORDS, is_planned_by_words

_PRAGMAS = (
    "PRAGMA query_only = ON",
    "PRAGMA busy_timeout = 30000",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -8192",
    "PRAGMA mmap_size = 0",
)


class Snapshots(Protocol):
    """Runs plans. `answer` runs a plan to its end on one snapshot of the store."""

    dialect: str

    async def answer(self, steps: QuerySteps[Result], *, short: bool) -> Result:
        """`short` is whether the plan reads few rows by key, so that using a thread would take longer than the plan."""

    async def close(self) -> None: ...


def snapshots_of(database: Database) -> Snapshots | None:
    """The snapshots of a store. None for a store in memory, because it has only one connection."""
    if not database.is_sqlite:
        return PostgresqlSnapshots(database)
    return None if database.url.database in (None, "", ":memory:") else SqliteSnapshots(database.url)


class SqliteSnapshots:
    """Runs short plans in the caller's thread, which is faster. Other plans run in a separate thread, so that other
    requests do not wait."""

    dialect = "sqlite"

    def __init__(self, url: URL, threads: int = READERS) -> None:
        self._url = url
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="read")
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()

    async def answer(self, steps: QuerySteps[Result], *, short: bool) -> Result:
        if short:
            return self.run(steps)
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.run, steps)

    def run(self, steps: QuerySteps[Result]) -> Result:
        """Raises StoreError. After an error, the connection is not used again."""
        with failures_as_store_errors(self._url):
            connection = self._taken()
            try:
                result = _answered(connection, steps)
                connection.execute("COMMIT")
            except sqlite3.Error:
                connection.close()
                raise
            except BaseException:
                connection.execute("COMMIT")
                self._idle.append(connection)
                raise
            self._idle.append(connection)
            return result

    def _taken(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._opened()

    def _opened(self) -> sqlite3.Connection:
        # A prepared statement takes about 20 kB, on each connection.
        connection = sqlite3.connect(
            self._url.database or "", isolation_level=None, check_same_thread=False, cached_statements=128
        )
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        return connection

    async def close(self) -> None:
        self._threads.shutdown()
        while self._idle:
            self._idle.pop().close()


def _answered(connection: sqlite3.Connection, steps: QuerySteps[Result]) -> Result:
    """Run the steps in a transaction, which stays open."""
    connection.execute("BEGIN")
    try:
        query = next(steps)
        while True:
            sql, parameters = statement_for(query, "sqlite")  # type: ignore[arg-type]
            query = steps.send(connection.execute(sql, parameters).fetchall())
    except StopIteration as end:
        result: Result = end.value
        return result
    finally:
        steps.close()


class PostgresqlSnapshots:
    """Runs each plan on one of asyncpg's connections."""

    dialect = "postgresql"

    def __init__(self, database: Database, size: int = 10) -> None:
        self._pool = RawPool(database, size)

    async def answer(self, steps: QuerySteps[Result], *, short: bool) -> Result:
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            try:
                query = next(steps)
                while True:
                    sql, parameters = statement_for(query, "postgresql")  # type: ignore[arg-type]
                    if is_planned_by_words(sql):
                        await connection.execute(PLAN_BY_WORDS)
                    query = steps.send(await connection.fetch(sql, *parameters))
            except StopIteration as end:
                result: Result = end.value
                return result
            finally:
                steps.close()

    async def close(self) -> None:
        await self._pool.close()


class ConnectionSnapshot:
    """An open snapshot, for plans in which some fields have resolvers that must read the same snapshot."""

    def __init__(self, connection: Connection, turn: asyncio.Lock) -> None:
        self.dialect = connection.dialect.name
        self._connection = connection
        self._turn = turn

    async def answer(self, steps: QuerySteps[Result], *, short: bool) -> Result:
        try:
            query = next(steps)
            while True:
                if isinstance(query, StoreQuery):
                    async with self._turn:
                        sql, parameters = statement_for(query, self.dialect)
                        if is_planned_by_words(sql):
                            await self._connection.exec_driver_sql(PLAN_BY_WORDS)
                        rows = (await self._connection.exec_driver_sql(sql, tuple(parameters))).all()
                    query = steps.send(rows)
                else:
                    query = steps.send(await query)
        except StopIteration as end:
            result: Result = end.value
            return result
        finally:
            steps.close()

    async def close(self) -> None:
        """Nothing to do: the caller closes the connection that it opened."""
