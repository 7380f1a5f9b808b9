"""Reads a complete list in portions, with constant memory, from one snapshot on a separate connection.

The rows come from one open statement, so the database sorts only once. The snapshot is a read transaction on SQLite,
and a transaction at REPEATABLE READ on PostgreSQL.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Any

from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.reading.pages import PageWindow
from abandoned_checkouts.store.reading.queries import PageQuery, Pause, QuerySteps, Result, StoreQuery
from abandoned_checkouts.store.reading.query_sql import statement_for

# Greater than the number of rows of any table: a window of this size is the complete list.
EVERYTHING = 1 << 62


class Stream:
    """A snapshot of the store. All reads by this object and by its `connection` see the same data.

    Use it on the event loop that opened it, for one read at a time. On SQLite it blocks the thread of the loop, because
    using the driver's thread would take longer than reading. Run nothing else on that loop.
    """

    def __init__(self, connection: Connection, driver: Any) -> None:
        self.connection = connection
        self.dialect = connection.dialect.name
        self._driver = driver
        self._interrupted = False

    async def portions(self, query: PageQuery, size: int) -> AsyncIterator[Sequence[RowValues]]:
        """All rows of the list, in portions of `size` rows. Of the window, only the direction is used."""
        window = PageWindow(first=EVERYTHING, reverse=query.window.reverse)
        sql, parameters = statement_for(replace(query, window=window), self.dialect)
        if self.dialect == "sqlite":
            cursor = self._driver.cursor()
            try:
                with self._interruptible():
                    cursor.execute(sql, parameters)
                    rows = cursor.fetchmany(size)
                while rows:
                    yield rows
                    # Lets a cancellation of the task arrive.
                    await asyncio.sleep(0)
                    with self._interruptible():
                        rows = cursor.fetchmany(size)
            finally:
                cursor.close()
        else:
            cursor = await self._driver.cursor(sql, *parameters)
            while rows := await cursor.fetch(size):
                yield rows

    async def answer(self, steps: QuerySteps[Result]) -> Result:
        """Run the steps to their end and return their result."""
        try:
            query = next(steps)
            while True:
                if isinstance(query, Pause):
                    query = steps.send(None)
                else:
                    query = steps.send(await (self.rows(query) if isinstance(query, StoreQuery) else query))
        except StopIteration as end:
            result: Result = end.value
            return result
        finally:
            steps.close()

    async def rows(self, query: StoreQuery) -> Sequence[RowValues]:
        sql, parameters = statement_for(query, self.dialect)
        if self.dialect == "sqlite":
            with self._interruptible():
                found: Sequence[RowValues] = self._driver.execute(sql, parameters).fetchall()
        else:
            found = await self._driver.fetch(sql, *parameters)
        return found

    def interrupt(self) -> None:
        """Interrupt the running statement, from any thread, because its task is cancelled. Only for SQLite:
        PostgreSQL's driver interrupts the statement of a cancelled task itself."""
        self._interrupted = True
        if self.dialect == "sqlite":
            self._driver.interrupt()

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        try:
            yield
        except Exception:
            if self._interrupted:
                raise asyncio.CancelledError from None
            raise


@asynccontextmanager
async def open_stream(database: Database) -> AsyncIterator[Stream]:
    """Open a stream over the present state of the store, or of its replica if that has everything of now.

    Its event loop can differ from the database's, unless the store is in memory: then the stream uses the store's only
    connection."""
    if database.shares_connection:
        async with database.read() as connection:
            yield await _stream(connection)
        return
    at_replica = database.replica is not None and await database.replica.has_all_of_now()
    engine = database.another_reader(at_replica=at_replica)
    try:
        async with engine.connect() as connection:
            yield await _stream(connection)
    finally:
        await engine.dispose()


async def _stream(connection: Connection) -> Stream:
    # The first statement begins the transaction, which takes the snapshot.
    await connection.exec_driver_sql("SELECT count(*) FROM shops")
    driver: Any = (await connection.get_raw_connection()).driver_connection
    # The standard library's connection, which aiosqlite uses in its own thread.
    return Stream(connection, driver._conn if connection.dialect.name == "sqlite" else driver)
