"""PostgreSQL plans searches for their words, on both ways to read."""

import asyncio
from collections.abc import Iterator

import pytest

from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.reading.pages import PageWindow
from abandoned_checkouts.store.reading.queries import PageQuery, QuerySteps
from abandoned_checkouts.store.reading.shop_rows import count_of, window_of
from abandoned_checkouts.store.reading.snapshots import ConnectionSnapshot, snapshots_of
from abandoned_checkouts.store.reading.word_plans import is_planned_by_words
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
