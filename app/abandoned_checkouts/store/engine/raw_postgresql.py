"""Connections of asyncpg without SQLAlchemy, because the statements of every request must be fast."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.engine import URL

from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.failures import failures_as_store_errors


class RawPool:
    """A pool of connections, opened at its first use. Statements stay prepared on each connection."""

    def __init__(self, database: Database, size: int, url: URL | None = None) -> None:
        """`url` is that of a replica; by default, the connections are to the store."""
        self._url = url or database.url
        self._address = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._size = size
        self._pool: Any = None
        self._opening = asyncio.Lock()

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Any]:
        """A connection from the pool. It is not reset afterwards, so leave no setting, lock or cursor on it. Raises
        StoreError."""
        with failures_as_store_errors(self._url):
            if self._pool is None:
                async with self._opening:
                    if self._pool is None:
                        # Imported here, because a store in SQLite runs without this driver.
                        import asyncpg

                        self._pool = await asyncpg.create_pool(
                            self._address, min_size=1, max_size=self._size, reset=_nothing_to_reset
                        )
            async with self._pool.acquire() as connection:
                yield connection

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()


async def _nothing_to_reset(_connection: object) -> None:
    """Replaces the driver's reset, which would send a statement to the server after every request."""
