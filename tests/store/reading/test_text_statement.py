"""The statement of SQLite for a page of a text search by id. Its results are tested in tests/store/search."""

import re

import pytest

from abandoned_checkouts.store.reading.pages import Listing, PageWindow, SortOrder
from abandoned_checkouts.store.reading.text_statement import ids_of_page
from abandoned_checkouts.store.search.narrowing import narrowed
from search_syntax import check, parse
from tests.store.search.shelf import FIELDS, NOW, ZONE

SEARCHES = (
    "lamp",
    "l*",
    "lamp created_at:>=2026-06-05",
    "lamp status:open total_price:>5",
    "l* status:open created_at:>=2026-06-05 updated_at:<2026-07-01 id:>5",
)


@pytest.mark.parametrize("query", SEARCHES)
@pytest.mark.parametrize("window", [PageWindow(first=50), PageWindow(last=50), PageWindow(first=5, reverse=True)])
def test_a_step_refers_to_the_step_before_it_once(query: str, window: PageWindow) -> None:
    """SQLite prepares a table again for each reference. With two in each step, preparing took half a second."""
    root = check(parse(query), FIELDS, zone=ZONE, now=NOW).root
    listing = narrowed(Listing("abandoned_checkouts", 1, SortOrder("id")), root, dialect="sqlite")
    assert listing.text_search is not None
    sql = ids_of_page(listing.text_search, window)
    steps = re.findall(r"\b(step_\d+) AS MATERIALIZED", sql)
    assert len(steps) >= 5
    for name in steps:
        assert len(re.findall(rf"\b{name}\b", sql)) == 2, sql
    assert len(re.findall(r"\b(?:span|created) \(start, end\)", sql)) == ("created_at" in query) + any(
        field in query for field in ("created_at", "total_price", "updated_at")
    )
