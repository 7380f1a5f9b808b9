"""Connections of asyncpg without SQLAlchemy, for the statements of every request, which must be fast."""

import asyncio
from typing import Any

import asyncpg

from abandoned_checkouts.store.engine.database import Database


class RawPool:
    """A pool that opens with its first use; statements stay prepared on each connection."""

    def __init__(self, database: Database, size: int) -> None:
        self._address = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._size = size
        self._pool: Any = None
        self._opening = asyncio.Lock()

    async def acquire(self) -> Any:
        """A context that lends a connection. It is not reset afterwards: leave no setting, lock or cursor on it."""
        if self._pool is None:
            async with self._opening:
                if self._pool is None:
                    self._pool = await asyncpg.create_pool(
                        self._address, min_size=1, max_size=self._size, reset=_nothing_to_reset
                    )
        return self._pool.acquire()

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()


async def _nothing_to_reset(_connection: Any) -> None:
    """The driver would send the server a statement to reset the connection after every request."""
