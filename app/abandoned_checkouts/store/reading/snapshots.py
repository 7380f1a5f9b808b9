"""Runs compiled plans. Each plan runs on one snapshot of the store, on a raw connection without SQLAlchemy.

A plan is a generator that yields queries and receives rows. On SQLite, a short plan runs without `await`, and a larger
one with an `await` for each slice of rows; on PostgreSQL there is one `await` per statement (see postgresql_steps).
"""

import asyncio
import sqlite3
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Protocol

from sqlalchemy.engine import URL

from abandoned_checkouts.store.engine.database import READERS, Connection, Database
from abandoned_checkouts.store.engine.failures import StoreError, failures_as_store_errors
from abandoned_checkouts.store.engine.raw_postgresql import RawPool
from abandoned_checkouts.store.engine.sqlite_connections import add_functions
from abandoned_checkouts.store.reading.first_statements import next_statement
from abandoned_checkouts.store.reading.postgresql_steps import Restart, answered_by
from abandoned_checkouts.store.reading.queries import QuerySteps, Result, StoreQuery
from abandoned_checkouts.store.reading.query_sql import statement_for
from abandoned_checkouts.store.reading.search_ways import SearchWays
from abandoned_checkouts.store.reading.sliced_steps import answered, answered_in_slices
from abandoned_checkouts.store.reading.statement_shapes import Statement
from abandoned_checkouts.store.reading.statement_watch import INSTRUCTIONS, LongStatementError, StatementWatch
from abandoned_checkouts.store.reading.word_plans import PLAN_BY_WORDS, is_planned_by_words
from abandoned_checkouts.telemetry.counters import Metering
from abandoned_checkouts.telemetry.spans import Tracing, in_this_trace

_PRAGMAS = (
    "PRAGMA query_only = ON",
    "PRAGMA busy_timeout = 30000",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16384",
    "PRAGMA mmap_size = 0",
)
# For the connections in the thread of the event loop: at most 64 MiB, which SQLite allocates as it reads pages. With
# 16 MiB, a request for ten of 100,000 rows copies most of their pages from the system's cache again, and that takes a
# seventh of its time. There are at most three of these connections, and usually one is used.
_LARGE_CACHE = "PRAGMA cache_size = -65536"


# Plans that run in slices at the same time. The others wait for their turn: each has a connection and its rows, and
# more of them would make each look-up wait for more slices.
_MOST_SLICED = 2


class Snapshots(Protocol):
    """Runs plans. `answer` runs a plan to its end on one snapshot of the store. `pauses` is whether other requests run
    when a plan yields PAUSE."""

    dialect: str
    pauses: bool

    async def answer(
        self, steps: QuerySteps[Result], *, short: bool, restart: Restart[Result] | None = None, sliced: bool = False
    ) -> Result:
        """`short` is whether the plan reads few rows, so that using a thread would take longer than the plan. `sliced`
        is whether each of its statements returns its rows one after another.

        With `restart`, a plan that is short or sliced can turn out to take long. It then starts again in a thread, with
        the steps that `restart` returns.
        """

    def statement(self, query: StoreQuery) -> Statement:
        """The statement that a query is sent as, for explanations."""

    async def close(self) -> None: ...


def snapshots_of(database: Database) -> Snapshots | None:
    """The snapshots of a store. None for a store in memory, because it has only one connection."""
    if not database.is_sqlite:
        return PostgresqlSnapshots(database)
    return None if database.url.database in (None, "", ":memory:") else SqliteSnapshots(database.url)


class SqliteSnapshots:
    """Runs short plans in the caller's thread, which is faster, and larger plans there in slices of less than half a
    millisecond, between which other requests run. In another thread, a plan would wait for Python's lock after each
    row, and so would the other requests.

    Plans with statements that may take long before their first row run in a separate thread. Plans that turn out to
    take long are moved there.
    """

    dialect = "sqlite"
    pauses = True

    def __init__(self, url: URL, threads: int = READERS) -> None:
        self._url = url
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="read")
        self._idle: list[sqlite3.Connection] = []
        # For short plans in the thread of the event loop.
        self._watched: list[sqlite3.Connection] = []
        self._watch = StatementWatch()
        # The connection for `change_mark`: the number is not the same on two connections.
        self._marking: list[sqlite3.Connection] = []
        self._turns = asyncio.Semaphore(_MOST_SLICED)

    async def answer(
        self, steps: QuerySteps[Result], *, short: bool, restart: Restart[Result] | None = None, sliced: bool = False
    ) -> Result:
        if short and restart is None:
            return self.run(steps)
        if restart is not None and (short or sliced):
            try:
                # Watched: raises LongStatementError if the statements take so long that other requests would wait.
                return self._run(steps, self._watched, self._watch) if short else await self._run_in_slices(steps)
            except LongStatementError:
                steps = restart()
        return await asyncio.get_running_loop().run_in_executor(self._threads, in_this_trace(self.run), steps)

    def run_at_once(self, steps: QuerySteps[Result]) -> Result | None:
        """The result of a short plan; None if a statement takes so long that other requests would wait. Raises
        StoreError."""
        try:
            return self._run(steps, self._watched, self._watch)
        except LongStatementError:
            return None

    def run(self, steps: QuerySteps[Result]) -> Result:
        """Raises StoreError. After an error, the connection is not used again."""
        return self._run(steps, self._idle, None)

    def _run(self, steps: QuerySteps[Result], idle: list[sqlite3.Connection], watch: StatementWatch | None) -> Result:
        if Metering.receiver is not None or Tracing.tracer is not None:
            with failures_as_store_errors(self._url):
                return self._run_on_one(steps, idle, watch)
        try:
            return self._run_on_one(steps, idle, watch)
        except Exception as problem:
            # Entered only now, because entering it for every plan would take a noticeable part of a short one.
            with failures_as_store_errors(self._url):
                raise problem

    def _run_on_one(
        self, steps: QuerySteps[Result], idle: list[sqlite3.Connection], watch: StatementWatch | None
    ) -> Result:
        connection = idle.pop() if idle else self._opened(watch)
        try:
            result = answered(connection, steps, watch)
            connection.execute("COMMIT")
        except sqlite3.Error:
            connection.close()
            raise
        except BaseException:
            _give_back(connection, idle)
            raise
        idle.append(connection)
        return result

    async def _run_in_slices(self, steps: QuerySteps[Result]) -> Result:
        """The same on a watched connection. Other requests run between the slices."""
        with failures_as_store_errors(self._url):
            async with self._turns:
                connection = self._watched.pop() if self._watched else self._opened(self._watch)
                try:
                    result = await answered_in_slices(connection, steps, self._watch)
                except sqlite3.Error:
                    connection.close()
                    raise
                except BaseException:
                    _give_back(connection, self._watched)
                    raise
                _give_back(connection, self._watched)
                return result

    def _opened(self, watch: StatementWatch | None) -> sqlite3.Connection:
        # A prepared statement takes about 20 kB, on each connection.
        connection = sqlite3.connect(
            self._url.database or "", isolation_level=None, check_same_thread=False, cached_statements=128
        )
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        add_functions(connection)
        if watch is not None:
            connection.execute(_LARGE_CACHE)
            connection.set_progress_handler(watch.is_over, INSTRUCTIONS)
        return connection

    def change_mark(self) -> int | None:
        """A number that changes with each transaction that writes to the store; None if it cannot be read now. It takes
        some microseconds. https://www.sqlite.org/pragma.html#pragma_data_version"""
        try:
            if not self._marking:
                self._marking.append(self._opened(None))
            return int(self._marking[0].execute("PRAGMA data_version").fetchone()[0])
        except sqlite3.Error:
            return None

    def statement(self, query: StoreQuery) -> Statement:
        return next_statement(query)[0]

    async def close(self) -> None:
        self._threads.shutdown()
        for connections in (self._idle, self._watched, self._marking):
            while connections:
                connections.pop().close()


def _give_back(connection: sqlite3.Connection, idle: list[sqlite3.Connection]) -> None:
    """End the transaction. After an error, the connection is not used again."""
    try:
        connection.execute("COMMIT")
    except sqlite3.Error:
        connection.close()
        raise
    idle.append(connection)


# Seconds after which a replica that does not answer counts as lost.
LONGEST_AT_REPLICA = 10.0


class PostgresqlSnapshots:
    """Runs each plan on one of asyncpg's connections."""

    dialect = "postgresql"
    pauses = True

    def __init__(self, database: Database, size: int = 10) -> None:
        self._database, self._size = database, size
        self._pool, self._ways = RawPool(database, size), SearchWays()
        self._replica_pool: RawPool | None = None

    async def answer(
        self, steps: QuerySteps[Result], *, short: bool, restart: Restart[Result] | None = None, sliced: bool = False
    ) -> Result:
        replica = self._database.replica
        if replica is None or restart is None or not replica.may_read:
            return await self._answer(self._pool, steps, restart)
        if self._replica_pool is None:
            self._replica_pool = RawPool(self._database, self._size, replica.url)
        try:
            async with asyncio.timeout(LONGEST_AT_REPLICA):
                return await self._answer(self._replica_pool, steps, restart)
        except (StoreError, TimeoutError) as problem:
            # Lost in the middle of the request, or a conflict with what it replays. The store answers instead.
            replica.lose(problem)
            return await self._answer(self._pool, restart(), restart)

    async def _answer(self, pool: RawPool, steps: QuerySteps[Result], restart: Restart[Result] | None) -> Result:
        try:
            return await pool.run(partial(answered_by, steps=steps, restart=restart, ways=self._ways))
        finally:
            steps.close()

    def statement(self, query: StoreQuery) -> Statement:
        return statement_for(query, self.dialect)

    async def close(self) -> None:
        await self._pool.close()
        if self._replica_pool is not None:
            await self._replica_pool.close()


class ConnectionSnapshot:
    """An open snapshot, for plans in which some fields have resolvers that must read the same snapshot."""

    pauses = False

    def __init__(self, connection: Connection, turn: asyncio.Lock) -> None:
        self.dialect = connection.dialect.name
        self._connection = connection
        self._turn = turn

    async def answer(
        self, steps: QuerySteps[Result], *, short: bool, restart: Restart[Result] | None = None, sliced: bool = False
    ) -> Result:
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
                elif isinstance(query, Awaitable):
                    query = steps.send(await query)
                else:
                    query = steps.send(None)
        except StopIteration as end:
            result: Result = end.value
            return result
        finally:
            steps.close()

    def statement(self, query: StoreQuery) -> Statement:
        return statement_for(query, self.dialect)

    async def close(self) -> None:
        """Nothing to do: the caller closes the connection that it opened."""
