"""One request: its caller, shop and time, and the rows that it has read so far."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from strawberry.dataloader import DataLoader

from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.failures import StoreError, is_of_the_store
from abandoned_checkouts.store.engine.replica import Replica, responding
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.reading.pages import Listing, Page, PageWindow
from abandoned_checkouts.store.reading.shop_rows import count_of, rows_where, window_of, windows_of_children
from abandoned_checkouts.store.tenants.access_tokens import Access
from abandoned_checkouts.store.tenants.idempotent_requests import Claim, mark_executed
from search_syntax.parsed import JsonObject

Result = TypeVar("Result")


@dataclass(slots=True)
class Request:
    """The context of all resolvers. A request reads everything from one snapshot, so its fields are consistent.

    `now` is in microseconds. `version` is the API version of the response. `search` collects the entries of
    extensions.search. `base` is the server's URL as the caller used it, with the scheme.
    """

    access: Access
    now: int
    version: str
    # An open snapshot; without one, the first read opens it.
    connection: Connection | None = None
    base: str = ""
    extended_search: bool = False
    strict_search: bool = False
    debug_search: bool = False
    # The database for mutations; a request without one is read-only.
    database: Database | None = None
    # Whether the snapshot may be one of the replica, which can be some seconds behind. Not for mutations.
    may_be_behind: bool = False
    # The replica that this request reads, after its first read.
    replica: Replica | None = None
    # The addresses to which webhooks may be sent.
    reach: Reach = Reach.PUBLIC
    # The types that the caller may not read, each with the error to raise if an id finds one.
    hidden: Mapping[str, Exception] = field(default_factory=dict)
    search: list[JsonObject] = field(default_factory=list)
    # The key under which the running mutation executes, and whether a transaction of it is committed.
    claim: Claim | None = None
    is_executed: bool = False
    _closed: bool = False
    _is_decided: bool = False
    # Created when they are needed: most requests are answered by a plan, which needs neither.
    _turn: asyncio.Lock | None = None
    _opened: AsyncExitStack | None = None
    _loaders: dict[Hashable, DataLoader[Any, Any]] = field(default_factory=dict)

    @property
    def shop(self) -> Shop:
        return self.access.shop

    @property
    def turn(self) -> asyncio.Lock:
        """The lock of the snapshot: one read at a time."""
        if self._turn is None:
            self._turn = asyncio.Lock()
        return self._turn

    @property
    def dialect(self) -> str:
        """The database's dialect: sqlite or postgresql."""
        if self.database is not None:
            return self.database.dialect
        assert self.connection is not None
        return self.connection.dialect.name

    async def connected(self) -> Connection:
        """The snapshot that resolvers read. Plans usually read from another snapshot."""
        if self.connection is None:
            assert self.database is not None
            self._opened = self._opened or AsyncExitStack()
            source = self._source() or self.database
            self.connection = await self._opened.enter_async_context(source.read())
        return self.connection

    def _source(self) -> Replica | None:
        """The replica that this request reads, decided once; None for the store."""
        if not self._is_decided:
            self._is_decided = True
            replica = self.database.replica if self.may_be_behind and self.database is not None else None
            self.replica = replica if replica is not None and replica.may_read else None
        return self.replica

    def _responding(self) -> AbstractAsyncContextManager[None]:
        """For uses of the connection: raises StoreError if it is the replica's, and that stops responding."""
        replica = self._source()
        return nullcontext() if replica is None else responding(replica)

    def lost_replica(self, problems: Iterable[BaseException]) -> bool:
        """Whether this request read a replica, and one of these errors shows that it failed. Other requests then do not
        use it until its position is read again."""
        if self.replica is None:
            return False
        failures = (each for each in problems if isinstance(each, StoreError | OSError) or is_of_the_store(each))
        failure = next(failures, None)
        if failure is None:
            return False
        self.replica.lose(failure)
        return True

    def restarted(self) -> "Request":
        """The request before its first read. It reads from the store, not from a replica."""
        return Request(
            access=self.access,
            now=self.now,
            version=self.version,
            base=self.base,
            extended_search=self.extended_search,
            strict_search=self.strict_search,
            debug_search=self.debug_search,
            database=self.database,
            reach=self.reach,
            hidden=self.hidden,
        )

    async def close(self) -> None:
        """Return the connection that this request opened to its pool, after the running read. Later reads fail."""
        self._closed = True
        if self.connection is not None or (self._turn is not None and self._turn.locked()):
            async with self.turn:
                if self._opened is not None:
                    # A lost replica has no effect on what has been read.
                    with suppress(StoreError):
                        async with self._responding():
                            await self._opened.aclose()

    async def read(self, query: Callable[[Connection], Awaitable[Result]]) -> Result:
        """Run one read at a time on the snapshot.

        If a field fails, graphql-core cancels its siblings. A connection whose statement is cancelled is lost to the
        pool. So a read that has started runs to its end; a read that has not started does not start.
        """

        async def reading() -> Result:
            async with self.turn:
                if self._closed:
                    raise asyncio.CancelledError
                async with self._responding():
                    return await query(await self.connected())

        return await asyncio.shield(asyncio.ensure_future(reading()))

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Connection]:
        """A transaction for writing. It commits at the end of the block; an exception rolls it back.

        Later reads of the request see the store after the transaction.
        """
        if self.database is None:
            raise RuntimeError("this request is read-only")
        if self.database.shares_connection:
            shared = await self.connected()
            await shared.rollback()
            async with shared.begin():
                await self._mark(shared)
                yield shared
        else:
            async with self.database.begin() as connection:
                await self._mark(connection)
                yield connection
            if self.connection is not None:
                await self.connection.rollback()
        self.is_executed = self.claim is not None
        self._loaders.clear()

    async def _mark(self, connection: Connection) -> None:
        if self.claim is not None:
            await mark_executed(connection, self.claim)

    def forget(self) -> None:
        """Free the rows that were read. Needed to read more rows than fit into memory."""
        self._loaders.clear()

    async def row(self, table: str, column: str, value: object) -> Row | None:
        """The row of this shop with that value. Concurrent calls share one statement."""
        rows = await self.rows(table, column, value)
        return rows[0] if rows else None

    async def rows(self, table: str, column: str, value: object) -> list[Row]:
        """All rows of this shop with that value. Concurrent calls share one statement."""
        key = ("rows", table, column)
        if key not in self._loaders:

            async def load(values: list[object]) -> Sequence[list[Row]]:
                found = await self.read(lambda store: rows_where(store, table, self.shop.id, column, values))
                grouped: dict[object, list[Row]] = {}
                for row in found:
                    grouped.setdefault(row[column], []).append(row)
                return [grouped.get(value, []) for value in values]

            self._loaders[key] = DataLoader(load_fn=load)
        return list(await self._loaded(key, value))

    async def window(self, listing: Listing, window: PageWindow) -> Page[Row]:
        return await self.read(lambda store: window_of(store, listing, window))

    async def children(self, listing: Listing, window: PageWindow, parent: str, value: object) -> Page[Row]:
        """The window of one parent's children. Concurrent calls for other parents share one statement."""
        key = ("children", listing.table, listing.order, parent, window)
        if key not in self._loaders:

            async def load(parents: list[object]) -> Sequence[Page[Row]]:
                cuts = await self.read(lambda store: windows_of_children(store, listing, window, parent, parents))
                return [cuts.get(each, Page((), False, False)) for each in parents]

            self._loaders[key] = DataLoader(load_fn=load)
        result: Page[Row] = await self._loaded(key, value)
        return result

    async def _loaded(self, key: Hashable, value: Any) -> Any:
        """The loaded value. Fields share it, so it is shielded from graphql-core's cancellation of one of them."""
        return await asyncio.shield(self._loaders[key].load(value))

    async def count(self, listing: Listing, limit: int | None) -> int:
        return await self.read(lambda store: count_of(store, listing, limit))
