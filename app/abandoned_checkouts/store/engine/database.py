"""Opens the store, for one writer at a time and many readers. SQLite and PostgreSQL have the same interface."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import NullPool, QueuePool, StaticPool

from abandoned_checkouts.store.engine.address import url_of
from abandoned_checkouts.store.engine.driver_thread import DriverConnections, T, Work
from abandoned_checkouts.store.engine.failures import LOCK_TIMEOUT, failures_as_store_errors, reason, shown
from abandoned_checkouts.store.engine.failures import StoreError as StoreError
from abandoned_checkouts.store.engine.group_commit import GroupCommit
from abandoned_checkouts.store.engine.migrate import OtherStoreError, check_upgradable, migrate, version_of
from abandoned_checkouts.store.engine.new_engine import new_engine
from abandoned_checkouts.store.engine.online_upgrade import upgrade_online
from abandoned_checkouts.store.engine.replica import Replica, responding
from abandoned_checkouts.store.engine.rewrite import rewrite
from abandoned_checkouts.store.engine.secret_key import SecretKey, SecretKeyError
from abandoned_checkouts.store.engine.sqlite_connections import NOT_DURABLE, READING_MUCH, set_up_connections
from abandoned_checkouts.store.engine.sqlite_file import UnusableFileError, check_file, create_private
from abandoned_checkouts.store.engine.unlock import KeySource, check_key, unlock
from abandoned_checkouts.store.tables.encrypted import ciphers

# The type of the store's connections, so that callers need not import SQLAlchemy.
Connection = AsyncConnection

READERS = 4


class Database:
    """An open store: `write` and `begin` are for writing, `read` for reading. Close it in the end."""

    def __init__(self, url: URL, writer: AsyncEngine, reader: AsyncEngine) -> None:
        self.url = url
        self.dialect = writer.dialect.name
        self._writer = writer
        self._reader = reader
        # SQLite has one writer at a time. Writers of this process wait here, in order, not for the lock of the file.
        self._turn = asyncio.Lock() if self.dialect == "sqlite" else None
        self._group_commit = None if self._turn is None else GroupCommit(writer, self._turn)
        # A store in memory has one connection, which is not for reading only.
        self._direct_reader = DriverConnections(reader, "BEGIN") if self.is_sqlite and reader is not writer else None
        self._secret_key: SecretKey | None = None
        # A copy for reads, on PostgreSQL, while the server that watches it runs.
        self.replica: Replica | None = None

    def replica_of(self, address: str, most_seconds: float) -> Replica:
        """The replica at this URL. Its reads are at most `most_seconds` behind. The caller opens it. Raises
        StoreError."""
        replica = Replica(address, self._writer, most_seconds)
        ciphers[replica.engine.dialect] = self.secret_key
        return replica

    @asynccontextmanager
    async def reading_replica(self, address: str | None, most_seconds: float) -> AsyncIterator[None]:
        """While the block runs, reads that may be `most_seconds` behind use the replica at this URL, if there is one.
        Nothing changes on SQLite. Raises StoreError."""
        if address is None or self.is_sqlite:
            yield
            return
        async with self.replica_of(address, most_seconds) as replica:
            self.replica = replica
            try:
                yield
            finally:
                self.replica = None

    @property
    def secret_key(self) -> SecretKey:
        """The key that encrypts the store's secrets; other keys are derived from it."""
        assert self._secret_key is not None, "the store is not open yet"
        return self._secret_key

    def use_key(self, key: SecretKey) -> None:
        self._secret_key = key
        for engine in (self._writer, self._reader):
            ciphers[engine.dialect] = key

    @property
    def is_sqlite(self) -> bool:
        return self.dialect == "sqlite"

    @property
    def shares_connection(self) -> bool:
        """Whether all reads and writes use one connection, as in a store in memory."""
        return self.is_sqlite and self._reader is self._writer

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that can write. It is committed at the end of the block, and rolled back after an exception.

        Raises StoreError if the store is full, locked for too long, unreachable or damaged.
        """
        with failures_as_store_errors(self.url):
            if self._turn is None:
                async with self._writer.begin() as connection:
                    yield connection
                if self.replica is not None:
                    self.replica.note_write()
            else:
                async with self._turn, self._writer.begin() as connection:
                    yield connection

    async def write(self, work: Work[T]) -> T:
        """Run `work` in a transaction that can write, and return its result after the commit. Raises errors like
        `begin`.

        It is faster than `begin` on SQLite, where several of them share a commit (see store/engine/group_commit). So
        `work` runs on another thread. It must await nothing but its connection, and must not change what other
        tasks use.
        """
        if self._group_commit is None:
            async with self.begin() as connection:
                return await work(connection)
        with failures_as_store_errors(self.url):
            return await self._group_commit.run(work)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection that reads one snapshot of the store. Raises StoreError like `begin`."""
        with failures_as_store_errors(self.url):
            if self._turn is not None and self._reader is self._writer:
                async with self._turn, self._reader.connect() as connection:
                    yield connection
            else:
                async with self._reader.connect() as connection:
                    yield connection

    async def read_behind(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """The result of `work` with a connection like that of `read`, or of the replica if it may be used now. If the
        replica fails, `work` is called again. For reports and exports, which may be some seconds behind."""
        replica = self.replica
        if replica is not None and replica.may_read:
            try:
                async with responding(replica), replica.read() as connection:
                    return await work(connection)
            except StoreError as problem:
                replica.lose(problem)
        async with self.read() as connection:
            return await work(connection)

    async def read_report(self, work: Work[T]) -> T:
        """Like `read_behind`. On SQLite, `work` runs on another thread, so it does not hold up the event loop; see
        `write`."""
        if self._direct_reader is None:
            return await self.read_behind(work)
        with failures_as_store_errors(self.url):
            return await self._direct_reader.read(work, beside=True)

    async def fetch(self, work: Work[T]) -> T:
        """The result of `work` with a connection like that of `read`. Faster for several statements on SQLite, where
        `work` runs on another thread; see `write`."""
        if self._direct_reader is None:
            async with self.read() as connection:
                return await work(connection)
        with failures_as_store_errors(self.url):
            return await self._direct_reader.read(work)

    def another_reader(self, *, at_replica: bool = False) -> AsyncEngine:
        """An engine for reading large parts of the store, also on another event loop. The caller disposes of it.

        Each of its connections reads one snapshot of the store, taken by its first statement. `at_replica` reads from
        the replica, if there is one.
        """
        if not self.is_sqlite:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            url = self.replica.url if at_replica and self.replica is not None else self.url
            engine = new_engine(url, poolclass=NullPool, execution_options=options)
            ciphers[engine.dialect] = self.secret_key
            return engine
        engine = new_engine(self.url, poolclass=NullPool, connect_args={"check_same_thread": False})
        set_up_connections(engine, "BEGIN", *READING_MUCH)
        ciphers[engine.dialect] = self.secret_key
        return engine

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[Callable[[str], Awaitable[list[tuple[object, ...]]]]]:
        """A function that runs a statement outside any transaction and returns its rows."""
        async with AsyncExitStack() as held:
            if self._turn is not None:
                await held.enter_async_context(self._turn)
            connection = await held.enter_async_context(self._writer.connect())
            driver: Any = (await connection.get_raw_connection()).driver_connection

            async def execute(statement: str) -> list[tuple[object, ...]]:
                if not self.is_sqlite:
                    return list(await driver.fetch(statement))
                return list(await driver.execute_fetchall(statement))

            yield execute

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[Any | None]:
        """While the block runs, no transaction of this process writes to a SQLite store.

        Yields the driver's connection of a store in memory, and None for one in a file.
        """
        async with AsyncExitStack() as held:
            if self._turn is not None:
                await held.enter_async_context(self._turn)
            if not self.shares_connection:
                yield None
                return
            connection = await held.enter_async_context(self._writer.connect())
            yield (await connection.get_raw_connection()).driver_connection

    def pool_use(self) -> dict[str, tuple[int, int]]:
        """For each pool, how many connections are in use and how many are open. A store in memory has no pool."""
        pools = {"writer": self._writer.pool, "reader": self._reader.pool}
        return {
            name: (pool.checkedout(), pool.checkedin() + pool.checkedout())
            for name, pool in pools.items()
            if isinstance(pool, QueuePool)
        }

    async def close(self) -> None:
        if self._group_commit is not None:
            await self._group_commit.finished()
        if self._direct_reader is not None:
            await self._direct_reader.close()
        await self._reader.dispose()
        if self._writer is not self._reader:
            await self._writer.dispose()


async def open_database(
    address: str, *, create: bool = True, whole_up_to: int = 0, secret_key: str | None = None, durable: bool = True
) -> Database:
    """Open the store at a SQLAlchemy URL and bring its tables up to date. Raises StoreError.

    Commits to a SQLite file wait for the disk, unless it is not `durable`: a power failure may then damage the file.
    `secret_key` is the setting of that name, by default the one in the environment. A SQLite file of at most
    `whole_up_to` bytes is first read completely to find damage.
    """
    url = url_of(address)
    source = _key_source(url, secret_key)
    if url.get_backend_name() == "sqlite":
        await asyncio.to_thread(_prepare_file, url, create, whole_up_to)
        database = _open_sqlite(url, durable)
    else:
        engine = new_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=10)
        database = Database(url, engine, engine)
    try:
        await _bring_up_to_date(database, source)
    except OtherStoreError as problem:
        await database.close()
        raise StoreError(str(problem)) from None
    except StoreError:
        await database.close()
        raise
    except (DBAPIError, OSError) as problem:
        await database.close()
        raise StoreError(f"the store at {shown(url)} cannot be opened: {reason(problem)}") from problem
    return database


async def _bring_up_to_date(database: Database, source: KeySource) -> None:
    """Create or upgrade the tables, and find the secret key.

    If two processes create a SQLite file at the same moment, SQLite refuses one of them without waiting; this tries
    again.
    """
    if not database.is_sqlite:
        await _upgrade_online(database, source)
    give_up_at = time.monotonic() + LOCK_TIMEOUT
    while True:
        try:
            async with database.begin() as connection:
                await connection.run_sync(migrate)
                key, had_clear_text = await connection.run_sync(unlock, source)
        except StoreError as problem:
            if not isinstance(problem.__cause__, OperationalError) or time.monotonic() > give_up_at:
                raise
            if "locked" not in str(problem.__cause__):
                raise
            await asyncio.sleep(0.02)
        else:
            break
    database.use_key(key)
    if had_clear_text:
        async with database.alone() as execute:
            await rewrite(execute, is_sqlite=database.is_sqlite)


async def _upgrade_online(database: Database, source: KeySource) -> None:
    """Upgrade an older store on PostgreSQL. Other servers can work on it meanwhile."""
    async with database.read() as connection:
        version = await connection.run_sync(version_of)
        if version is None or version == check_upgradable(version):
            return
        await connection.run_sync(check_key, source)
    with failures_as_store_errors(database.url):
        await upgrade_online(database.url)


def _key_source(url: URL, setting: str | None) -> KeySource:
    in_memory = url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:")
    file = Path(url.database or "") if url.get_backend_name() == "sqlite" and not in_memory else None
    try:
        return KeySource(setting, file, in_memory=in_memory)
    except SecretKeyError as problem:
        raise StoreError(str(problem)) from None


def _prepare_file(url: URL, create: bool, whole_up_to: int) -> None:
    """Check the file of a SQLite store; create it if it does not exist. Blocks. Raises StoreError."""
    if url.database in (None, "", ":memory:"):
        return
    file = Path(url.database or "")
    if not file.exists() and not create:
        raise StoreError(f"the store {file} does not exist; create it with `abandoned-checkouts demo` or `import`")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise StoreError(f"the folder {file.parent} cannot be created: {problem.strerror}") from problem
    try:
        check_file(file, whole_up_to=whole_up_to)
        create_private(file)
    except UnusableFileError as problem:
        raise StoreError(str(problem)) from None
    except OSError as problem:
        raise StoreError(
            f"the store at {file} cannot be opened: {problem.strerror}; check the permissions of the file"
        ) from None


def _open_sqlite(url: URL, durable: bool) -> Database:
    in_memory = url.database in (None, "", ":memory:")
    try:
        if in_memory:
            # Streams use this connection too, alternating with the driver's thread.
            engine = new_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
            set_up_connections(engine, "BEGIN IMMEDIATE")
            return Database(url, engine, engine)
        writer = new_engine(url, pool_size=1, max_overflow=0, pool_timeout=3600)
        reader = new_engine(url, pool_size=READERS + 1, max_overflow=0, pool_timeout=60)
    except (NoSuchModuleError, ImportError) as problem:
        raise StoreError(f"the driver for {url.drivername} is not installed") from problem
    set_up_connections(writer, "BEGIN IMMEDIATE", *(() if durable else (NOT_DURABLE,)))
    set_up_connections(reader, "BEGIN", "PRAGMA query_only = ON")
    return Database(url, writer, reader)
