"""Pages of lists sorted by relevance on PostgreSQL: the same as by a join of all documents with their rows."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from abandoned_checkouts.store.reading.pages import PageWindow, Position, page_of
from abandoned_checkouts.store.reading.queries import PageQuery
from abandoned_checkouts.store.reading.query_sql import statement_for
from abandoned_checkouts.store.reading.text_statement import FIRST_FOREIGN_DOCUMENT
from tests.store.search.shelf import Shelf, Store
from tests.store.search.test_text_search import stock

# Each search, and the query of the full-text index that ranks its rows.
SEARCHES = {
    "green": "green",
    "wool cup": "wool | cup",
    '"green hoodie"': "green <-> hoodie",
    "green OR cup": "green | cup",
    # Words beyond ASCII are stored in another form.
    "hood*": "hood:* | _686f6f64:*",
    "cup status:closed": "cup",
    "nothing": "nothing",
}
pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"])


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = Store(store_url)
    yield opened
    opened.close()


def shelf_of(store: Store) -> Shelf:
    """A shop beside another with the same ids. Every third of its documents has another number than its row, as after a
    copy from SQLite, and these are in the opposite order."""
    store.shop(stock())
    shelf = store.shop(stock())
    for table in ("checkout_text", "abandoned_checkouts"):
        run(
            shelf,
            f"UPDATE {table} SET document_id = {FIRST_FOREIGN_DOCUMENT} + {2**40} - document_id "
            "WHERE shop_id = :shop AND document_id % 3 = 0",
        )
    return shelf


def run(shelf: Shelf, sql: str) -> list[Any]:
    async def rows() -> list[Any]:
        async with shelf.store.database.begin() as connection:
            result = await connection.execute(text(sql), {"shop": shelf.shop.id})
            return list(result.all()) if result.returns_rows else []

    return shelf.store.runner.run(rows())


def ranked(shelf: Shelf, query: str) -> list[tuple[float, int]]:
    """The score and id of each row of the predicate, in the order of the list."""
    scores = run(
        shelf,
        f"SELECT id, -CAST(ts_rank(tokens, '{SEARCHES[query]}'::tsquery) AS DOUBLE PRECISION) FROM abandoned_checkouts "
        "JOIN checkout_text USING (shop_id, document_id) WHERE shop_id = :shop",
    )
    score_of = dict(scores)
    return sorted((score_of[number], number) for number in shelf.expected(query))


def windows(rows: list[tuple[float, int]]) -> Iterator[tuple[PageWindow, list[tuple[float, int]]]]:
    """Windows, each with its rows."""
    for reverse in (False, True):
        listed = rows[::-1] if reverse else rows
        places = (0, len(listed) // 2, len(listed) - 1) if listed else ()
        for size in (1, 3, 20):
            yield PageWindow(first=size, reverse=reverse), listed[:size]
            yield PageWindow(last=size, reverse=reverse), listed[-size:]
            for at in places:
                position = Position(*listed[at])
                yield PageWindow(first=size, after=position, reverse=reverse), listed[at + 1 :][:size]
                yield PageWindow(last=size, before=position, reverse=reverse), listed[:at][-size:]


@pytest.mark.parametrize("query", SEARCHES)
def test_pages_are_parts_of_the_ranked_list(store: Store, query: str) -> None:
    shelf = shelf_of(store)
    rows = ranked(shelf, query)
    assert (query == "nothing") == (not rows)
    listing = shelf.listing(query, ranked=True)
    assert (listing.scores is not None, listing.ranked_text) == (True, None)
    for window, expected in windows(rows):
        read = shelf.page(listing, window)
        assert [(row["sort_value"], row["sort_id"]) for row in read.rows] == expected, window

        async def raw(window: PageWindow = window) -> list[tuple[Any, ...]]:
            async with shelf.store.database.read() as connection:
                sql, parameters = statement_for(PageQuery(listing, window, ("id", "name"), True), "postgresql")
                assert ("ranked" in sql) == (not listing.conditions)
                found = await connection.exec_driver_sql(sql, tuple(parameters))
                return [tuple(row) for row in page_of(list(found), window).rows]

        assert [(row[2], row[0]) for row in shelf.store.runner.run(raw())] == expected, window


def test_a_list_with_rows_that_no_word_finds_is_not_read_by_documents(store: Store) -> None:
    shelf = shelf_of(store)
    assert shelf.listing("green OR status:open", ranked=True).scores is None
    again = shelf.listing("cup", ranked=True, of=shelf.listing("green", ranked=True))
    ids = {row["id"] for row in shelf.page(again, PageWindow(first=20)).rows}
    assert ids == {*shelf.expected("green")} & {*shelf.expected("cup")}
