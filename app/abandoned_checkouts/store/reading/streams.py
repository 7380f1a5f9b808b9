"""Reading a whole list: one moment of the store over a connection of its own, rows in portions, memory flat.

The rows come from one open statement, so a sort is done once and no page is looked up. On SQLite the moment is one
read transaction, on PostgreSQL one at REPEATABLE READ.
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
    """What reads on this connection, through here or through `connection`, reads the same moment.

    To be used by the loop that opened it, for one thing at a time. On SQLite rows are read right there, because a hop
    to the driver's thread and back costs more than reading them: that loop should have nothing else to do.
    """

    def __init__(self, connection: Connection, driver: Any) -> None:
        self.connection = connection
        self.dialect = connection.dialect.name
        self._driver = driver
        self._interrupted = False

    async def portions(self, query: PageQuery, size: int) -> AsyncIterator[Sequence[Any]]:
        """All rows of the list in portions of that size; the window says the direction only."""
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
                    # Whoever called this off is heard here.
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
        """Run what asks for rows, or for something to await, to its end."""
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
        """End the statement that runs now, as if its task were cancelled; from any thread. What PostgreSQL's driver
        does for a task that is cancelled has to be done for SQLite."""
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
    """A stream over the store as it is now. It may be opened on another loop than the database was, except for a
    store in memory, whose one connection it holds as long as it is open."""
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
    # The first statement begins the transaction and so fixes the moment.
    await connection.exec_driver_sql("SELECT count(*) FROM shops")
    driver: Any = (await connection.get_raw_connection()).driver_connection
    # aiosqlite hands work to a thread of its own; behind it is the connection of the standard library.
    return Stream(connection, driver._conn if connection.dialect.name == "sqlite" else driver)
