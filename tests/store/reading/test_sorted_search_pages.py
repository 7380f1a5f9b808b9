"""Pages of searches on SQLite that are sorted by a column: in both directions, after and before any row, the rows
of the predicate. The limits are small, so that the rows of every way of reading decide some pages."""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql_text

from abandoned_checkouts.store.reading import sorted_search_pages
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, Position, SortOrder
from abandoned_checkouts.store.reading.statement_shapes import SHAPES
from search_syntax import text
from search_syntax.tree import Tree
from tests.store.search.shelf import Shelf, Store
from tests.store.search.test_text_search import raw_page, searches, shelves, stock

PAGES = int(os.environ.get("EXAMPLES", "0")) or 30
COLUMNS = ("created_at", "updated_at", "total_price", "customer_name")

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture
def store(store_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(sorted_search_pages, "_NEAR", 3)
    monkeypatch.setattr(sorted_search_pages, "_FEW", 4)
    monkeypatch.setattr(sorted_search_pages, "_FEW_ROWS", 3)
    SHAPES.clear()
    opened = Store(store_url)
    yield opened
    opened.close()
    SHAPES.clear()


def places_of(shelf: Shelf, column: str) -> dict[int, tuple[object, int]]:
    """The sort value and id of each row, by id."""

    async def run() -> dict[int, tuple[object, int]]:
        statement = sql_text(f"SELECT {column}, id FROM abandoned_checkouts WHERE shop_id = :shop")
        async with shelf.store.database.read() as connection:
            return {row[1]: (row[0], row[1]) for row in await connection.execute(statement, {"shop": shelf.shop.id})}

    return shelf.store.runner.run(run())


@pytest.mark.parametrize("alone", [True, False], ids=["one shop", "two shops"])
def test_pages_have_the_rows_of_the_predicate(store: Store, alone: bool) -> None:
    made = [store.shop(stock())] if alone else shelves(store)
    places = {(shelf.shop.id, column): places_of(shelf, column) for shelf in made for column in COLUMNS}
    ends = st.integers(-1, 15)

    @settings(max_examples=PAGES, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
    @given(st.sampled_from(made), searches, st.sampled_from(COLUMNS), st.integers(1, 6), st.booleans(), ends, ends)
    def agree(shelf: Shelf, tree: Tree, column: str, size: int, backward: bool, after: int, before: int) -> None:
        query, place_of = text(tree), places[shelf.shop.id, column]
        whole = Listing("abandoned_checkouts", shelf.shop.id, SortOrder(column))
        listing = shelf.listing(query, of=whole)
        for reverse in (False, True):
            order = sorted(place_of.values(), reverse=reverse)
            start, end = (order[at] if at >= 0 else None for at in (after, before))
            window = PageWindow(
                first=None if backward else size,
                last=size if backward else None,
                after=None if start is None else Position(*start),
                before=None if end is None else Position(*end),
                reverse=reverse,
            )
            part = order[0 if start is None else after + 1 : None if end is None else before]
            matching = {*shelf.expected(query)}
            found = [number for _, number in part if number in matching]
            found = found[-size:] if backward else found[:size]
            read = shelf.page(listing, window)
            assert [row["id"] for row in read.rows] == found, (query, window)
            raw = raw_page(shelf, listing, window)
            assert [row[0] for row in raw.rows] == found and [row[2] for row in raw.rows] == found, (query, window)
            assert (raw.has_next, raw.has_previous) == (read.has_next, read.has_previous)

    agree()


def test_a_list_that_gets_another_order_after_its_search_is_read_in_that_order(store: Store) -> None:
    shelf = store.shop(stock())
    listing = shelf.listing("green created_at:>=2010-01-01")
    for column in COLUMNS:
        place_of = places_of(shelf, column)
        ids = sorted(shelf.expected("green created_at:>=2010-01-01"), key=place_of.__getitem__)
        page = shelf.page(replace(listing, order=SortOrder(column)), PageWindow(first=20))
        assert [row["id"] for row in page.rows] == ids
