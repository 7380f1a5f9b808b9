"""Runs many statements on the thread of SQLite's driver in one hop.

Each statement that the event loop sends to that thread costs several switches of threads. Here a whole function runs
there. It is a coroutine, because PostgreSQL's driver needs one; its statements never wait here, so it runs from its
beginning to its end without an event loop.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias, TypeVar
from weakref import WeakKeyDictionary

import aiosqlite
from sqlalchemy import Connection, CursorResult, Engine, create_engine
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import StaticPool

from abandoned_checkouts.store.engine.sqlite_connections import begin_with
from abandoned_checkouts.store.tables.encrypted import ciphers

T = TypeVar("T")
Work: TypeAlias = Callable[[AsyncConnection], Coroutine[Any, Any, T]]


class DriverConnections:
    """Uses the connections of an engine directly, each on its thread. `begin` begins a transaction."""

    def __init__(self, engine: AsyncEngine, begin: str) -> None:
        self._engine, self._begin = engine, begin
        self._direct: WeakKeyDictionary[aiosqlite.Connection, Engine] = WeakKeyDictionary()

    async def run(self, connection: AsyncConnection, function: Callable[[Connection], T]) -> T:
        """Call a function with the same connection on its thread. It is rolled back unless the function commits."""
        driver: Any = (await connection.get_raw_connection()).driver_connection
        if driver not in self._direct:
            self._direct[driver] = self._engine_of(driver._conn)
        engine = self._direct[driver]

        def run() -> T:
            with engine.connect() as direct:
                return function(direct)

        result: T = await driver._execute(run)
        return result

    def result_of(self, work: Work[T], connection: Connection) -> T:
        """The result of a coroutine that uses this connection. Raises RuntimeError if it waits for anything else."""
        return run_without_waiting(work(_DirectConnection(self._engine, connection)))

    def _engine_of(self, raw: object) -> Engine:
        # SQLAlchemy's engine for the driver without an event loop.
        engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
        ciphers[engine.dialect] = ciphers[self._engine.dialect]
        begin_with(engine, self._begin)
        return engine


class _DirectConnection(AsyncConnection):
    """A connection that runs its statements on the present thread, so that nobody waits for them."""

    async def execute(self, *args: Any, **options: Any) -> CursorResult[Any]:
        return self._direct.execute(*args, **options)

    async def exec_driver_sql(self, *args: Any, **options: Any) -> CursorResult[Any]:
        return self._direct.exec_driver_sql(*args, **options)

    @property
    def _direct(self) -> Connection:
        assert self.sync_connection is not None
        return self.sync_connection


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
    raise RuntimeError("a transaction must not wait for anything but its connection")
