"""Pages of lists with conditions on states: SQLite merges ranges of the index of states, and sorts nothing."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from abandoned_checkouts.store.reading.pages import PageWindow, Position, SortOrder
from abandoned_checkouts.store.reading.queries import PageQuery
from abandoned_checkouts.store.reading.query_sql import statement_for
from abandoned_checkouts.store.search.state_ranges import STATES
from tests.store.search.shelf import Shelf, Store
from tests.store.search.test_narrowing import bought

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = Store(store_url)
    yield opened
    opened.close()


def shelf_of(store: Store) -> Shelf:
    """Two checkouts with each combination of states except those of closed checkouts with a sent e-mail."""
    rows = [
        bought("lamp", email_state=email, closed_at=1 if status == "closed" else None, recovered_at=recovered)
        for email, status, recovered in (*product(STATES["email_state"], STATES["status"], (None, 1)),) * 2
        if (email, status) != ("sent", "closed")
    ]
    store.shop(rows[:3])
    return store.shop(rows)


QUERIES = [
    "status:closed email_state:sent",
    "status:closed email_state:not_sent",
    "email_state:scheduled",
    "email_state:sent,suppressed",
    "status:open recovery_state:recovered",
    "status:open,closed email_state:sent,not_sent recovery_state:not_recovered",
]


@pytest.mark.parametrize("query", QUERIES)
def test_pages_have_the_rows_of_the_predicate(store: Store, query: str) -> None:
    shelf = shelf_of(store)
    listing, ids = shelf.listing(query), shelf.expected(query)
    assert listing.state_search is not None
    for reverse, backward in product((False, True), repeat=2):
        order = ids[::-1] if reverse else ids
        for after, before in product((None, 1), (None, len(ids) - 2)):
            ends = [None if at is None or at not in range(len(ids)) else at for at in (after, before)]
            places = [None if at is None else Position(order[at], order[at]) for at in ends]
            size = {"last": 3} if backward else {"first": 3}
            window = PageWindow(after=places[0], before=places[1], reverse=reverse, **size)
            part = order[0 if ends[0] is None else ends[0] + 1 : ends[1]]
            found = [row["id"] for row in shelf.page(listing, window).rows]
            assert found == (part[-3:] if backward else part[:3]), window


@pytest.mark.parametrize("query", QUERIES)
def test_only_the_index_of_states_is_read(store: Store, query: str) -> None:
    shelf = shelf_of(store)
    page = PageQuery(shelf.listing(query), PageWindow(first=2), ("id", "name"), True)
    sql, parameters = statement_for(page, "sqlite")
    with sqlite3.connect(str(store.database.url.database)) as connection:
        plan = [step[3] for step in connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)]
    read = [step for step in plan if step.startswith(("SEARCH", "SCAN"))]
    assert all("email_state=? AND status=? AND recovery_state=?" in step or "id=?" in step for step in read), plan
    assert not any("TEMP B-TREE" in step for step in plan), plan


def test_lists_with_other_conditions_or_another_order_are_read_by_other_indexes(store: Store) -> None:
    shelf = shelf_of(store)
    for query in ("status:open", "recovery_state:recovered", "status:open id:>1", "-email_state:sent", "lamp", ""):
        assert shelf.listing(query).state_search is None
    assert shelf.listing("status:open email_state:sent status:closed").state_search is None
    twice = shelf.listing("id:>0", of=shelf.listing("email_state:sent"))
    assert twice.state_search is None
    by_time = replace(shelf.listing("email_state:sent"), order=SortOrder("created_at"))
    assert [row["id"] for row in shelf.page(by_time, PageWindow(first=2)).rows] == shelf.expected("email_state:sent")[
        :2
    ]
