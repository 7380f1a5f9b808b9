"""Connections of asyncpg without SQLAlchemy, because the statements of every request must be fast."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy.engine import URL

from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.failures import failures_as_store_errors
from abandoned_checkouts.telemetry.counters import is_metered
from abandoned_checkouts.telemetry.spans import is_traced

Result = TypeVar("Result")
# Seconds after which an idle connection is closed, and for which an unusable one may take to close.
_MOST_IDLE, _CLOSING = 300.0, 5.0


class RawPool:
    """A pool of connections, opened when they are needed. Statements stay prepared on each connection.

    It does less than asyncpg's own pool, which creates a task for each request: that takes as much time as two
    statements.
    """

    def __init__(self, database: Database, size: int, url: URL | None = None) -> None:
        """`url` is that of a replica; by default, the connections are to the store."""
        self._url = url or database.url
        self._address = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._free = asyncio.Semaphore(size)
        # Each with the time at which it became idle. The last one is used first.
        self._idle: list[tuple[Any, float]] = []
        self._closing: set[asyncio.Task[None]] = set()

    async def run(self, work: Callable[[Any], Awaitable[Result]]) -> Result:
        """The result of `work` with a connection from the pool, to which it must not leave a setting, lock, cursor or
        transaction. After an error, the connection is closed. Raises StoreError."""
        if is_metered() or is_traced():
            with failures_as_store_errors(self._url):
                return await self._run(work)
        try:
            return await self._run(work)
        except Exception as problem:
            # Entered only now, because entering it for every request would take a noticeable part of a short one.
            with failures_as_store_errors(self._url):
                raise problem

    async def _run(self, work: Callable[[Any], Awaitable[Result]]) -> Result:
        async with self._free:
            connection = await self._taken()
            try:
                result = await work(connection)
            except BaseException:
                # Not waited for: a statement that was cancelled first has to end.
                task = asyncio.create_task(_close(connection))
                self._closing.add(task)
                task.add_done_callback(self._closing.discard)
                raise
            now = monotonic()
            if self._idle and now - self._idle[0][1] > _MOST_IDLE:
                await _close(self._idle.pop(0)[0])
            self._idle.append((connection, now))
            return result

    async def _taken(self) -> Any:
        while self._idle:
            connection, _ = self._idle.pop()
            if not connection.is_closed():
                return connection
        # Imported here, because a store in SQLite runs without this driver.
        import asyncpg

        return await asyncpg.connect(self._address)

    async def close(self) -> None:
        while self._idle:
            await _close(self._idle.pop()[0])
        if self._closing:
            await asyncio.wait(self._closing)


async def _close(connection: Any) -> None:
    try:
        await connection.close(timeout=_CLOSING)
    except Exception:
        connection.terminate()
