"""Opening the store: one writer with its lock up front, many readers, the same calls on SQLite and PostgreSQL."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, InterfaceError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool, StaticPool

from abandoned_checkouts.store.engine.migrate import OtherStoreError, migrate

# What the store's functions take; those who call them need not know SQLAlchemy.
Connection = AsyncConnection

READERS = 4
# How long a writer waits for another process's lock before it gives up, in seconds.
LOCK_TIMEOUT = 30

_ASYNC_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}

# Every connection: wait for locks, hold references, keep the log beside the store and sort in memory.
_SQLITE_PRAGMAS = (
    f"PRAGMA busy_timeout = {LOCK_TIMEOUT * 1000}",
    # Of a new file only. A checkout's row fills a good third of a page of 4 KiB: of 8 KiB less is left empty.
    "PRAGMA page_size = 8192",
    "PRAGMA foreign_keys = ON",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -65536",
    "PRAGMA mmap_size = 268435456",
)
# Whoever reads everything once needs little memory, and sorts on disk.
_READING_MUCH = (
    "PRAGMA query_only = ON",
    "PRAGMA mmap_size = 0",
    "PRAGMA cache_size = -16384",
    "PRAGMA temp_store = FILE",
)


# Failures of the store itself; statements that break a rule of its tables raise other kinds of DBAPIError.
_OF_THE_STORE = (OperationalError, InterfaceError, DatabaseError, DBAPIError)


class StoreError(Exception):
    """The store cannot be used; the message says why and what to do, in one line."""


class Database:
    """A store that is open. `begin` for writes, `read` for reads; close it when done."""

    def __init__(self, url: URL, writer: AsyncEngine, reader: AsyncEngine) -> None:
        self.url = url
        self.dialect = writer.dialect.name
        self._writer = writer
        self._reader = reader
        # SQLite has one writer at a time: those of this process queue here, fairly, instead of at the file's lock.
        self._turn = asyncio.Lock() if self.dialect == "sqlite" else None

    @property
    def is_sqlite(self) -> bool:
        return self.dialect == "sqlite"

    @property
    def shares_connection(self) -> bool:
        """Whether all reads and writes go over one connection, as in a store in memory."""
        return self.is_sqlite and self._reader is self._writer

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that may write; it commits at the end of the block or is undone by an exception.

        Raises StoreError when the store fails: full, locked for too long, lost, damaged.
        """
        with self._failures_told():
            if self._turn is None:
                async with self._writer.begin() as connection:
                    yield connection
            else:
                async with self._turn, self._writer.begin() as connection:
                    yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees one moment of the store and writes nothing. Raises StoreError as `begin` does."""
        with self._failures_told():
            if self._turn is not None and self._reader is self._writer:
                async with self._turn, self._reader.connect() as connection:
                    yield connection
            else:
                async with self._reader.connect() as connection:
                    yield connection

    @contextmanager
    def _failures_told(self) -> Iterator[None]:
        """Failures of the store as StoreError; one that our own statement is at fault for stays what it is."""
        try:
            yield
        except (DBAPIError, NoConnectionError, ConnectionRefusedError) as problem:
            if isinstance(problem, DBAPIError) and type(problem) not in _OF_THE_STORE:
                raise
            raise StoreError(f"the store at {_shown(self.url)} cannot be used: {_reason(problem)}") from problem

    def another_reader(self) -> AsyncEngine:
        """For reading much, on a loop of its own if need be; whoever asks for it disposes of it.

        Each of its connections sees one moment of the store from its first statement on.
        """
        if not self.is_sqlite:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            return create_async_engine(self.url, poolclass=NullPool, execution_options=options)
        engine = create_async_engine(self.url, poolclass=NullPool, connect_args={"check_same_thread": False})
        _speak_sqlite(engine, "BEGIN", *_READING_MUCH)
        return engine

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[Callable[[str], Awaitable[list[Any]]]]:
        """For statements that no transaction may hold: a function that runs one and gives its rows."""
        async with AsyncExitStack() as held:
            if self._turn is not None:
                await held.enter_async_context(self._turn)
            connection = await held.enter_async_context(self._writer.connect())
            driver: Any = (await connection.get_raw_connection()).driver_connection

            async def execute(statement: str) -> list[Any]:
                if not self.is_sqlite:
                    return list(await driver.fetch(statement))
                return list(await driver.execute_fetchall(statement))

            yield execute

    async def close(self) -> None:
        await self._reader.dispose()
        if self._writer is not self._reader:
            await self._writer.dispose()


async def open_database(address: str, *, create: bool = True) -> Database:
    """Open the store at a SQLAlchemy URL and bring its tables up to date. Raises StoreError."""
    url = _parsed(address)
    if url.get_backend_name() == "sqlite":
        database = _open_sqlite(url, create)
    else:
        engine = create_async_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=10)
        database = Database(url, engine, engine)
    try:
        await _bring_up_to_date(database)
    except OtherStoreError as problem:
        await database.close()
        raise StoreError(str(problem)) from None
    except (DBAPIError, OSError) as problem:
        await database.close()
        raise StoreError(f"the store at {_shown(url)} cannot be opened: {_reason(problem)}") from problem
    return database


async def _bring_up_to_date(database: Database) -> None:
    """Two that make a new SQLite file at the same moment get in each other's way at once, whatever time they are given:
    the one that was refused tries again."""
    given_up = time.monotonic() + LOCK_TIMEOUT
    while True:
        try:
            async with database.begin() as connection:
                await connection.run_sync(migrate)
        except StoreError as problem:
            if not isinstance(problem.__cause__, OperationalError) or time.monotonic() > given_up:
                raise
            if "locked" not in str(problem.__cause__):
                raise
            await asyncio.sleep(0.02)
        else:
            return


def _parsed(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError:
        raise StoreError(
            f"{address!r} is not a database URL; use sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER@HOST/NAME"
        ) from None
    driver = _ASYNC_DRIVERS.get(url.drivername, url.drivername)
    if driver not in _ASYNC_DRIVERS.values():
        raise StoreError(f"no store is kept in {url.drivername!r}; use sqlite+aiosqlite or postgresql+asyncpg")
    return url.set(drivername=driver)


def _open_sqlite(url: URL, create: bool) -> Database:
    in_memory = url.database in (None, "", ":memory:")
    if not in_memory:
        file = Path(url.database or "")
        if not file.exists() and not create:
            raise StoreError(f"there is no store at {file}; fill one by `abandoned-checkouts demo` or `import`")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise StoreError(f"the folder {file.parent} cannot be made: {problem.strerror}") from problem
    try:
        if in_memory:
            # Read by streams too, which take turns with the driver's thread.
            engine = create_async_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
            _speak_sqlite(engine, "BEGIN IMMEDIATE")
            return Database(url, engine, engine)
        writer = create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=3600)
        reader = create_async_engine(url, pool_size=READERS, max_overflow=0, pool_timeout=60)
    except (NoSuchModuleError, ImportError) as problem:
        raise StoreError(f"the driver for {url.drivername} is not installed") from problem
    _speak_sqlite(writer, "BEGIN IMMEDIATE")
    _speak_sqlite(reader, "BEGIN", "PRAGMA query_only = ON")
    return Database(url, writer, reader)


def _speak_sqlite(engine: AsyncEngine, begin: str, *pragmas: str) -> None:
    """The driver's own transactions begin too late for a reader that turns writer, so this program begins them."""

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (*_SQLITE_PRAGMAS, *pragmas):
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)


def _reason(problem: Exception) -> str:
    if isinstance(problem, NoConnectionError):
        return "all connections are busy; try again, or ask less at a time"
    cause = problem.orig if isinstance(problem, DBAPIError) else problem
    text = " ".join(str(cause).split())
    if "not a database" in text or "malformed" in text:
        return f"the file is damaged or is not a store ({text}); restore a copy or name another file"
    if "locked" in text:
        return f"another process holds it locked for more than {LOCK_TIMEOUT} seconds"
    if "is full" in text:
        return "the disk is full; make room and do the same again"
    if "readonly" in text or "unable to open" in text or "disk I/O" in text:
        return f"the file cannot be read or written any more ({text}); look at the disk and at the file's rights"
    return text
