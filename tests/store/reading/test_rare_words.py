"""Pages of text searches on PostgreSQL: by the first rows of the list, by few documents, and by many."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from abandoned_checkouts.checkouts.moment import HOUR, from_datetime
from abandoned_checkouts.store.reading import rare_words
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, Position, SortOrder
from tests.store.search.shelf import NOW, Shelf, Store
from tests.store.search.test_narrowing import bought

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"])


@pytest.fixture
def store(store_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The first four rows are near, and up to three documents are few."""
    monkeypatch.setattr(rare_words, "_NEAR", 4)
    monkeypatch.setattr(rare_words, "_FEW", 3)
    opened = Store(store_url)
    yield opened
    opened.close()


def shelf_of(store: Store) -> Shelf:
    """20 checkouts: "lamp" in all, "chair" in the even ones, "mug" in the last six, "vase" in two of the middle. Every
    third is recovered. The dates are in the opposite order of the ids, with two checkouts for each."""
    rows = []
    for number in range(20):
        words = [
            "lamp",
            *(["chair"] * (number % 2 == 0)),
            *(["mug"] * (number >= 14)),
            *(["vase"] * (number in (9, 11))),
        ]
        moment = from_datetime(NOW) - number // 2 * HOUR
        recovered = moment if number % 3 == 0 else None
        rows.append(bought(" ".join(words), created_at=moment, updated_at=moment, recovered_at=recovered))
    store.shop(rows[:3])
    return store.shop(rows)


QUERIES = ["lamp", "mug", "vase", "sofa", "lamp chair", "mug recovery_state:recovered", "vase -mug"]


def lists_of(shelf: Shelf) -> Iterator[tuple[str, Listing, list[int]]]:
    """Each search with its list, by id and by time, and the ids of the rows in that order."""
    created = {one["id"]: one["created_at"] for one in shelf.records}
    for query in QUERIES:
        expected = shelf.expected(query)
        by_time = sorted(expected, key=lambda number: (created[number], number))
        for order, ids in ((SortOrder("id"), expected), (SortOrder("created_at"), by_time)):
            yield query, replace(shelf.listing(query), order=order), ids


def test_each_page_has_the_rows_of_the_predicate(store: Store) -> None:
    shelf = shelf_of(store)
    for query, listing, ids in lists_of(shelf):
        for window in (PageWindow(first=2), PageWindow(first=30), PageWindow(first=3, reverse=True)):
            expected = ids[::-1] if window.reverse else ids
            assert _pages(shelf, listing, window) == expected, (query, listing.order, window)
        assert [row["id"] for row in shelf.page(listing, PageWindow(last=2)).rows] == ids[-2:]


def _pages(shelf: Shelf, listing: Listing, window: PageWindow) -> list[int]:
    """The ids of all pages, one page after another."""
    found: list[int] = []
    while True:
        page = shelf.page(listing, window)
        found += [row["id"] for row in page.rows]
        if not page.has_next:
            return found
        last = page.rows[-1]
        window = replace(window, after=Position(last["sort_value"], last["sort_id"]))
