"""Runs many statements on the thread of SQLite's driver in one hop.

Each statement that the event loop sends to that thread costs several switches of threads. Here a whole function runs
there. It is a coroutine, because PostgreSQL's driver needs one; its statements never wait here, so it runs from its
beginning to its end without an event loop.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from typing import Any, TypeAlias, TypeVar
from weakref import WeakKeyDictionary

import aiosqlite
from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import StaticPool

from abandoned_checkouts.store.engine.sqlite_connections import begin_with
from abandoned_checkouts.store.engine.statement_cache import StatementCache, run_text
from abandoned_checkouts.store.tables.encrypted import ciphers

# The place of a connection's StatementCache.
_STATEMENTS = "statements"

T = TypeVar("T")
Work: TypeAlias = Callable[[AsyncConnection], Coroutine[Any, Any, T]]


class DriverConnections:
    """Uses connections of an engine directly, each on its thread. `begin` begins a transaction.

    To take a connection from the engine's pool and to return it costs as much as several statements. So `run_alone`
    remembers the engine's only connection, and `read` keeps one open for all its callers.
    """

    def __init__(self, engine: AsyncEngine, begin: str) -> None:
        self._engine, self._begin = engine, begin
        self._direct: WeakKeyDictionary[aiosqlite.Connection, tuple[Engine, StatementCache]] = WeakKeyDictionary()
        self._only: Any = None
        self._kept: AsyncConnection | None = None
        self._opening = asyncio.Lock()

        @event.listens_for(engine.sync_engine, "close")
        def forget(_connection: object, _record: object) -> None:
            self._only = None

    async def run_alone(self, function: Callable[[Connection], T]) -> T:
        """Call a function with the engine's only connection on its thread. The caller makes sure that nobody else uses
        it. The function's work is rolled back unless it commits."""
        if self._only is None:
            async with self._engine.connect() as connection:
                self._only = (await connection.get_raw_connection()).driver_connection
        return await self._run(self._only, function)

    async def read(self, work: Work[T], *, beside: bool = False) -> T:
        """The result of `work` on the thread of a connection that stays open, one after the other. With `beside`, on
        that of another connection of the pool: works that take long run at the same time. It cannot change anything."""
        context = copy_context()

        def read(direct: Connection) -> T:
            return context.run(self.result_of, work, direct)

        if beside:
            async with self._engine.connect() as connection:
                return await self._run((await connection.get_raw_connection()).driver_connection, read)
        async with self._opening:
            if self._kept is None:
                self._kept = await self._engine.connect()
        return await self._run((await self._kept.get_raw_connection()).driver_connection, read)

    async def close(self) -> None:
        """Return the connection that stays open to its pool."""
        if self._kept is not None:
            await self._kept.close()
            self._kept = None

    async def _run(self, driver: Any, function: Callable[[Connection], T]) -> T:
        if driver not in self._direct:
            engine = self._engine_of(driver._conn)
            self._direct[driver] = engine, StatementCache(engine.dialect)
        engine, statements = self._direct[driver]

        def run() -> T:
            with engine.connect() as direct:
                direct.info[_STATEMENTS] = statements
                return function(direct)

        result: T = await driver._execute(run)
        return result

    def result_of(self, work: Work[T], connection: Connection) -> T:
        """The result of a coroutine that uses this connection. Raises RuntimeError if it waits for anything else."""
        return run_without_waiting(work(_DirectConnection(self._engine, connection)))

    def execute(self, connection: Connection, statement: str) -> None:
        """Execute a statement without parameters on this thread."""
        run_text(_raw(connection), connection.dialect, statement, None)

    def _engine_of(self, raw: object) -> Engine:
        # SQLAlchemy's engine for the driver without an event loop.
        engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
        ciphers[engine.dialect] = ciphers[self._engine.dialect]
        begin_with(engine, self._begin)
        return engine


class _DirectConnection(AsyncConnection):
    """A connection that runs its statements on the present thread, so that nobody waits for them. Its transaction must
    not end before the last statement."""

    def __init__(self, engine: AsyncEngine, direct: Connection) -> None:
        super().__init__(engine, direct)
        # Looked up once: that takes longer than to run a statement.
        self._direct, self._raw, self._dialect = direct, _raw(direct), direct.dialect
        self._statements: StatementCache = direct.info[_STATEMENTS]

    @property  # type: ignore[misc]
    def dialect(self) -> Dialect:
        # Asked before most statements.
        return self._dialect

    async def execute(self, statement: Any, parameters: Any = None, **options: Any) -> Any:
        if not options:
            found = self._statements.run(self._raw, statement, parameters)
            if found is not None:
                return found
        return self._direct.execute(statement, parameters, **options)

    async def exec_driver_sql(self, statement: str, parameters: Any = None, execution_options: Any = None) -> Any:
        if execution_options:
            return self._direct.exec_driver_sql(statement, parameters, execution_options)
        return run_text(self._raw, self._dialect, statement, parameters)


def _raw(direct: Connection) -> Any:
    """The driver's connection, in a transaction."""
    if not direct.in_transaction():
        direct.begin()
    return direct.connection.dbapi_connection


def is_in_event_loop() -> bool:
    """Whether this thread runs an event loop. The driver's thread does not, so its work may take longer."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def run_without_waiting(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that never waits. Raises RuntimeError if it does."""
    try:
        work.send(None)
    except StopIteration as ended:
        result: T = ended.value
        return result
    work.close()
    raise RuntimeError("the work must not wait for anything but a connection")
