"""One request: who asks, for which shop, at what moment, and what it has read of the store so far."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from strawberry.dataloader import DataLoader

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.reading.pages import Listing, Page, PageWindow
from abandoned_checkouts.store.reading.shop_rows import count_of, rows_where, window_of, windows_of_children
from abandoned_checkouts.store.tenants.access_tokens import Access
from search_syntax.parsed import JsonObject

Result = TypeVar("Result")


@dataclass(slots=True)
class Request:
    """Every field of an answer tells of the same moment: whatever a request reads, it reads from one snapshot.

    `now` is in microseconds; `version` is the API version that answers; `search` collects the entries of
    extensions.search, `base` is the address, with its scheme, at which the caller reached this server.
    """

    access: Access
    now: int
    version: str
    # A snapshot that is open already; else one is opened when first something is read by it.
    connection: Connection | None = None
    base: str = ""
    extended_search: bool = False
    strict_search: bool = False
    debug_search: bool = False
    # Where mutations write; a request without it can only read.
    database: Database | None = None
    # Whether webhooks may be sent inside the network.
    allow_private_targets: bool = False
    # Types that the caller may not read, each with the answer to whoever finds one by its id.
    hidden: Mapping[str, Exception] = field(default_factory=dict)
    search: list[JsonObject] = field(default_factory=list)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _closed: bool = False
    _opened: AsyncExitStack = field(default_factory=AsyncExitStack)
    _loaders: dict[Hashable, DataLoader[Any, Any]] = field(default_factory=dict)

    @property
    def shop(self) -> Shop:
        return self.access.shop

    @property
    def dialect(self) -> str:
        """The database's: sqlite or postgresql."""
        if self.database is not None:
            return self.database.dialect
        assert self.connection is not None
        return self.connection.dialect.name

    async def connected(self) -> Connection:
        """The snapshot that this request reads; plans have one of their own and may need none."""
        if self.connection is None:
            assert self.database is not None
            self.connection = await self._opened.enter_async_context(self.database.read())
        return self.connection

    async def close(self) -> None:
        """Give back the connection that this request opened, once nothing reads by it any more; nothing begins to."""
        self._closed = True
        if self.connection is not None or self.turn.locked():
            async with self.turn:
                await self._opened.aclose()

    async def read(self, asked: Callable[[Connection], Awaitable[Result]]) -> Result:
        """What is asked of the snapshot, when it is this one's turn.

        A field that fails makes graphql-core cancel its siblings, and a connection whose statement is cancelled is
        lost to the pool: so whatever has begun to read reads to its end, and whatever has not does not begin.
        """

        async def reading() -> Result:
            async with self.turn:
                if self._closed:
                    raise asyncio.CancelledError
                return await asked(await self.connected())

        return await asyncio.shield(asyncio.ensure_future(reading()))

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Connection]:
        """One transaction that writes: it commits at the end of the block, or an exception undoes it.

        What the request reads afterwards is the store as it is then, not as it was when the request came.
        """
        if self.database is None:
            raise RuntimeError("this request was opened for reading only")
        if self.database.shares_connection:
            shared = await self.connected()
            await shared.rollback()
            async with shared.begin():
                yield shared
        else:
            async with self.database.begin() as connection:
                yield connection
            if self.connection is not None:
                await self.connection.rollback()
        self._loaders.clear()

    def forget(self) -> None:
        """Let go of the rows that were read: for whoever reads more than memory should hold."""
        self._loaders.clear()

    async def row(self, table: str, column: str, value: object) -> Row | None:
        """The row of this shop with that value; asked for many at once, it is one statement."""
        rows = await self.rows(table, column, value)
        return rows[0] if rows else None

    async def rows(self, table: str, column: str, value: object) -> list[Row]:
        """All rows of this shop with that value."""
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

    async def window(self, listing: Listing, window: PageWindow) -> Page:
        return await self.read(lambda store: window_of(store, listing, window))

    async def children(self, listing: Listing, window: PageWindow, parent: str, value: object) -> Page:
        """The window of one parent's children; asked for many parents at once, it is one statement."""
        key = ("children", listing.table, listing.order, parent, window)
        if key not in self._loaders:

            async def load(parents: list[object]) -> Sequence[Page]:
                cuts = await self.read(lambda store: windows_of_children(store, listing, window, parent, parents))
                return [cuts.get(each, Page((), False, False)) for each in parents]

            self._loaders[key] = DataLoader(load_fn=load)
        result: Page = await self._loaded(key, value)
        return result

    async def _loaded(self, key: Hashable, value: Any) -> Any:
        """Fields that ask for the same wait for the same; one that graphql-core cancels takes it from no other."""
        return await asyncio.shield(self._loaders[key].load(value))

    async def count(self, listing: Listing, limit: int | None) -> int:
        return await self.read(lambda store: count_of(store, listing, limit))
