"""Reading a whole list from one snapshot of the store, on its own connection, in portions, with constant memory.

The rows come from one open statement: the database sorts once and looks up no page. The snapshot is one read
transaction on SQLite, one transaction at REPEATABLE READ on PostgreSQL.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Any

from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.reading.pages import PageWindow
from abandoned_checkouts.store.reading.queries import PageQuery, QuerySteps, Result, StoreQuery
from abandoned_checkouts.store.reading.query_sql import statement_for

# More rows than any table has: a window of this size is the whole list.
EVERYTHING = 1 << 62


class Stream:
    """All reads through this object, or through its `connection`, see the same snapshot.

    Use it on the event loop that opened it, for one read at a time. On SQLite it reads in the loop's thread, because
    handing a read to the driver's thread takes longer than reading: that loop should have nothing else to do.
    """

    def __init__(self, connection: Connection, driver: Any) -> None:
        self.connection = connection
        self.dialect = connection.dialect.name
        self._driver = driver
        self._interrupted = False

    async def portions(self, query: PageQuery, size: int) -> AsyncIterator[Sequence[Any]]:
        """All rows of the list in portions of that size. Of the window only the direction counts."""
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
                    # A cancellation arrives here.
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
                answer = await (self.rows(query) if isinstance(query, StoreQuery) else query)
                query = steps.send(answer)
        except StopIteration as end:
            result: Result = end.value
            return result
        finally:
            steps.close()

    async def rows(self, query: StoreQuery) -> Sequence[Any]:
        sql, parameters = statement_for(query, self.dialect)
        if self.dialect == "sqlite":
            with self._interruptible():
                found: Sequence[Any] = self._driver.execute(sql, parameters).fetchall()
        else:
            found = await self._driver.fetch(sql, *parameters)
        return found

    def interrupt(self) -> None:
        """End the running statement as if its task were cancelled; from any thread. PostgreSQL's driver does this for
        a cancelled task itself, SQLite's does not."""
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
    """A stream over the store as it is now. It can be opened on another event loop than the database, except for a
    store in memory, whose one connection it holds while it is open."""
    if database.shares_connection:
        async with database.read() as connection:
            yield await _stream(connection)
        return
    engine = database.another_reader()
    try:
        async with engine.connect() as connection:
            yield await _stream(connection)
    finally:
        await engine.dispose()


async def _stream(connection: Connection) -> Stream:
    # The first statement begins the transaction and so takes the snapshot.
    await connection.exec_driver_sql("SELECT count(*) FROM shops")
    driver: Any = (await connection.get_raw_connection()).driver_connection
    # aiosqlite works in its own thread, with the connection of the standard library.
    return Stream(connection, driver._conn if connection.dialect.name == "sqlite" else driver)
