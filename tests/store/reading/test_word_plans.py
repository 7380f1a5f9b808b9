"""PostgreSQL plans searches for their words, on both ways to read."""

import asyncio
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import asyncpg
import pytest

from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.reading import postgresql_steps
from abandoned_checkouts.store.reading.pages import PageWindow
from abandoned_checkouts.store.reading.postgresql_steps import answered_by
from abandoned_checkouts.store.reading.queries import CountQuery, PageQuery, QuerySteps, StoreQuery
from abandoned_checkouts.store.reading.search_ways import SearchWays
from abandoned_checkouts.store.reading.shop_rows import count_of, window_of
from abandoned_checkouts.store.reading.snapshots import ConnectionSnapshot, snapshots_of
from abandoned_checkouts.store.reading.word_plans import FITS, PLAN_ALL, is_planned_by_words
from tests.store.search.shelf import Shelf, Store
from tests.store.search.test_narrowing import bought


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = Store(store_url)
    yield opened
    opened.close()


@pytest.mark.parametrize(("query", "planned"), [("green", True), ("status:open", False), ("green status:open", True)])
def test_only_statements_with_words_are_planned_by_words(store: Store, query: str, planned: bool) -> None:
    shelf = store.shop([bought("green"), bought("cup")])
    on_postgresql = store.database.dialect == "postgresql"
    page = PageQuery(shelf.listing(query), PageWindow(first=5), ("id",), False)

    def read() -> QuerySteps[list[tuple[object, ...]]]:
        rows: list[tuple[object, ...]] = yield page
        return rows

    async def modes() -> list[str]:
        found = []
        async with store.database.read() as connection:
            await window_of(connection, page.listing, page.window)
            found.append(await mode(connection, on_postgresql))
        async with store.database.read() as connection:
            await count_of(connection, page.listing, None)
            found.append(await mode(connection, on_postgresql))
        async with store.database.read() as connection:
            await ConnectionSnapshot(connection, asyncio.Lock()).answer(read(), short=True)
            found.append(await mode(connection, on_postgresql))
        async with store.database.read() as connection:
            found.append(await mode(connection, on_postgresql))  # the setting ends with the transaction
        return found

    expected = "force_custom_plan" if planned and on_postgresql else "auto"
    assert store.runner.run(modes()) == [expected, expected, expected, "auto"]


async def mode(connection: Connection, on_postgresql: bool) -> str:
    if not on_postgresql:
        return "auto"
    return str((await connection.exec_driver_sql("SHOW plan_cache_mode")).scalar())


def test_a_plan_on_raw_connections_finds_the_rows(store: Store) -> None:
    shelf: Shelf = store.shop([bought("green"), bought("cup")])
    raw = snapshots_of(store.database)
    if raw is None:
        pytest.skip("a store in memory has no raw connections")
    page = PageQuery(shelf.listing("green"), PageWindow(first=5), ("id",), False)

    def read() -> QuerySteps[list[tuple[object, ...]]]:
        rows: list[tuple[object, ...]] = yield page
        return [tuple(row) for row in rows]

    async def run() -> list[tuple[object, ...]]:
        try:
            return await raw.answer(read(), short=True)
        finally:
            await raw.close()

    assert [row[0] for row in store.runner.run(run())] == shelf.expected("green")


def test_sql_with_a_text_query() -> None:
    assert is_planned_by_words("tokens @@ CAST(CAST($1 AS TEXT) AS TSQUERY)")
    assert not is_planned_by_words("SELECT 1 FROM abandoned_checkouts")


class Watched:
    """A connection of asyncpg that notes the settings of each statement that reads checkouts."""

    def __init__(self, connection: Any, noted: list[list[str]]) -> None:
        self.connection, self.noted = connection, noted

    async def execute(self, sql: str) -> None:
        await self.connection.execute(sql)

    async def fetch(self, sql: str, *parameters: object) -> Any:
        if "EXPLAIN" not in sql:
            self.noted.append([await self.connection.fetchval(f"SHOW {name}") for name in SETTINGS])
        return await self.connection.fetch(sql, *parameters)


SETTINGS = ("random_page_cost", "cpu_index_tuple_cost", "work_mem")


@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.parametrize(
    ("own", "is_larger", "default", "for_all"),
    [
        ({}, False, ["4", "0.005", "4MB"], ["1.1", "0.01", "16MB"]),
        ({}, True, ["4", "0.005", "4MB"], ["4", "0.005", "4MB"]),
        # The operator's settings are better.
        ({"random_page_cost": "0.5", "work_mem": "1GB"}, False, ["0.5", "0.005", "1GB"], ["0.5", "0.01", "1GB"]),
    ],
)
def test_only_statements_that_read_all_documents_are_planned_for_it(
    store: Store,
    own: dict[str, str],
    is_larger: bool,
    default: list[str],
    for_all: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`is_larger` is whether the table is larger than PostgreSQL's memory."""
    if is_larger:
        monkeypatch.setattr(postgresql_steps, "PLAN_ALL", PLAN_ALL.replace(FITS, "8192 <= pg_size_bytes('0')"))
    shelf = store.shop([bought("green"), bought("cup"), bought("green cup")])
    green, ranked = shelf.listing("green"), shelf.listing("green", ranked=True)
    window, columns = PageWindow(first=5), ("id",)
    queries: list[tuple[StoreQuery, list[str], int]] = [
        (CountQuery(green, 1), default, 1),
        (CountQuery(green, None), for_all, 2),
        (PageQuery(ranked, window, columns, False), for_all, 2),
        (PageQuery(green, window, columns, False), default, 2),
        (CountQuery(shelf.listing("green status:open"), None), for_all, 2),
        (CountQuery(green, 5), default, 2),
    ]

    def read() -> QuerySteps[list[int]]:
        found = []
        for query, _, _ in queries:
            rows = yield query
            found.append(rows[0][0] if isinstance(query, CountQuery) else len(rows))
        return found

    async def run() -> tuple[list[int], list[list[str]]]:
        noted: list[list[str]] = []
        address = store.database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(address, server_settings=own)
        try:
            return await answered_by(Watched(connection, noted), read(), None, SearchWays()), noted
        finally:
            await connection.close()

    found, noted = store.runner.run(run())
    assert found == [number for _, _, number in queries]
    # A page may need more than one statement.
    wanted = [default, for_all, default, for_all, default]
    assert [key for key, _ in groupby(noted)] == [key for key, _ in groupby(wanted)]
