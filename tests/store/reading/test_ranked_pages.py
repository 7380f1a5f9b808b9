"""Pages of lists sorted by relevance on SQLite: in both directions, after and before any row, the rows of the predicate
with the score of the full-text index."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from abandoned_checkouts.store.reading.pages import PageWindow, Position
from tests.store.search.shelf import Shelf, Store
from tests.store.search.test_text_search import raw_page, shelves, stock

PAGES = int(os.environ.get("EXAMPLES", "0")) or 30
# Each search, and its query of the full-text index.
SEARCHES = {
    "green": "green",
    "wool cup": "wool AND cup",
    '"green hoodie"': '"green hoodie"',
    "green OR cup": "green OR cup",
    "hood*": "hood*",
    "green status:open": "green",
    "cup -hoodie": "cup",
    "hoodie total_price:>=100 created_at:<2033-01-01": "hoodie",
    "cup status:closed recovery_state:recovered": "cup",
    "nothing": "nothing",
}

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = Store(store_url)
    yield opened
    opened.close()


def ranked(shelf: Shelf, query: str) -> list[tuple[float, int]]:
    """The score and id of each row, in the order of the list."""

    async def scores() -> dict[int, float]:
        sql = "SELECT rowid, bm25(checkout_text) FROM checkout_text WHERE checkout_text MATCH :words"
        words = SEARCHES[query]
        if shelf.store.shops > 1:
            words = f'"__shop{shelf.shop.id}" AND ({words})'
        ids = "SELECT document_id, id FROM abandoned_checkouts WHERE shop_id = :shop"
        async with shelf.store.database.read() as connection:
            id_of = {row[0]: row[1] for row in await connection.execute(text(ids), {"shop": shelf.shop.id})}
            found = await connection.execute(text(sql), {"words": words})
            return {id_of[row[0]]: row[1] for row in found}

    found = shelf.store.runner.run(scores())
    return sorted((found[number], number) for number in shelf.expected(query))


@pytest.mark.parametrize("alone", [True, False], ids=["one shop", "two shops"])
def test_pages_are_parts_of_the_ranked_list(store: Store, alone: bool) -> None:
    made = [store.shop(stock())] if alone else shelves(store)
    lists = {(shelf.shop.id, query): ranked(shelf, query) for shelf in made for query in SEARCHES}
    places = st.integers(-1, 15)

    @settings(max_examples=PAGES, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
    @given(
        st.sampled_from(made),
        st.sampled_from([*SEARCHES]),
        st.integers(1, 6),
        st.booleans(),
        st.booleans(),
        places,
        places,
    )
    def agree(shelf: Shelf, query: str, size: int, backward: bool, reverse: bool, after: int, before: int) -> None:
        rows = lists[shelf.shop.id, query][:: -1 if reverse else 1]
        start, end = (at if 0 <= at < len(rows) else None for at in (after, before))
        window = PageWindow(
            first=None if backward else size,
            last=size if backward else None,
            after=None if start is None else Position(*rows[start]),
            before=None if end is None else Position(*rows[end]),
            reverse=reverse,
        )
        part = rows[0 if start is None else start + 1 : end]
        expected = part[-size:] if backward else part[:size]
        read = shelf.page(shelf.listing(query, ranked=True), window)
        assert [(row["sort_value"], row["sort_id"]) for row in read.rows] == expected, query
        raw = raw_page(shelf, shelf.listing(query, ranked=True), window)
        assert [(row[1], row[2]) for row in raw.rows] == expected and [row[0] for row in raw.rows] == [
            number for _, number in expected
        ]
        assert (raw.has_next, raw.has_previous) == (read.has_next, read.has_previous)

    agree()


def test_a_list_with_rows_that_no_word_finds_is_not_read_by_documents(store: Store) -> None:
    shelf = store.shop(stock())
    assert shelf.listing("green status:open", ranked=True).ranked_text is not None
    assert shelf.listing("green OR status:open", ranked=True).ranked_text is None
    again = shelf.listing("cup", ranked=True, of=shelf.listing("green", ranked=True))
    ids = {row["id"] for row in shelf.page(again, PageWindow(first=20)).rows}
    assert ids == {*shelf.expected("green")} & {*shelf.expected("cup")}
