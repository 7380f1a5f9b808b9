"""Pages of text searches on PostgreSQL: by its plan, near the start of the page, and by the rest; first and again."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest

from abandoned_checkouts.checkouts.moment import from_datetime
from abandoned_checkouts.store.reading import rare_words, search_ways
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, Position, page_of
from abandoned_checkouts.store.reading.queries import CountQuery, PageQuery
from abandoned_checkouts.store.reading.search_ways import SearchWays, is_search
from tests.store.reading.test_rare_words import lists_of, shelf_of
from tests.store.search.shelf import Shelf, Store

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"])


@pytest.fixture
def store(store_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The first four rows are near, up to three documents are few, and no plan is cheap."""
    monkeypatch.setattr(rare_words, "_NEAR", 4)
    monkeypatch.setattr(rare_words, "_FEW", 3)
    monkeypatch.setattr(search_ways, "_CHEAP", 0)
    opened = Store(store_url)
    yield opened
    opened.close()


@dataclass(slots=True)
class Recorded:
    """A connection that records how each statement reads."""

    connection: Any
    read: list[str] = field(default_factory=list)
    # What it returns for an EXPLAIN, if not PostgreSQL's plan.
    plan: str = ""

    async def fetch(self, sql: str, *parameters: object) -> Any:
        is_explained, has_near, has_words = (part in sql for part in ("EXPLAIN", "near AS", "words AS"))
        self.read.append("explain" if is_explained else "near" if has_near else "rest" if has_words else "plan")
        if is_explained and self.plan:
            return [(self.plan,)]
        rows = await self.connection.fetch(sql, *parameters)
        # SQLAlchemy's connections decode JSON; those of plans do not.
        return [(orjson.dumps(row[0]).decode(),) for row in rows] if is_explained else rows


WALK = '[{"Plan": {"Node Type": "Limit", "Plans": [{"Node Type": "Index Scan", "Total Cost": 9.5}]}}]'
SORT = WALK.replace("Index Scan", "Sort")


@dataclass(slots=True)
class Reader:
    """Reads pages by the ways that it remembers."""

    shelf: Shelf
    plan: str = WALK
    ways: SearchWays = field(default_factory=SearchWays)

    def page(self, listing: Listing, window: PageWindow) -> tuple[list[int], list[str]]:
        """The ids of a page, and how they were read."""
        read: list[str] = []

        async def run() -> list[Any]:
            async with self.shelf.store.database.read() as connection:
                raw = (await connection.get_raw_connection()).driver_connection
                query = PageQuery(listing, window, ("id",), True)
                assert is_search(query)
                return list(await self.ways.rows(Recorded(raw, read, self.plan), query))

        page = page_of([tuple(row) for row in self.shelf.store.runner.run(run())], window)
        return [row[0] for row in page.rows], read


@pytest.mark.parametrize("plan", [WALK, SORT, ""], ids=["walk", "sort", "of PostgreSQL"])
def test_each_page_has_the_rows_of_the_predicate(store: Store, plan: str) -> None:
    shelf = shelf_of(store)
    reader = Reader(shelf, plan)
    created = {one["id"]: one["created_at"] for one in shelf.records}
    for query, listing, ids in lists_of(shelf):
        for window in (PageWindow(first=2), PageWindow(first=30), PageWindow(first=2, reverse=True)):
            right = ids[::-1][:2] if window.reverse else ids[: window.size]
            # Again, by what it remembers.
            found = [reader.page(listing, window)[0] for _ in range(2)]
            assert found == [right, right], (query, listing.order, window)
        assert reader.page(listing, PageWindow(last=2))[0] == ids[-2:]
        if ids:
            value = from_datetime(created[ids[0]]) if listing.order.column == "created_at" else ids[0]
            after = PageWindow(first=3, after=Position(value, ids[0]))
            found = [reader.page(listing, after)[0] for _ in range(2)]
            assert found == [ids[1:4], ids[1:4]], (query, listing.order)


def test_statements_of_a_search(store: Store) -> None:
    shelf = shelf_of(store)
    first = PageWindow(first=2)
    for query, then, again in (
        ("lamp", ["explain", "near"], ["plan"]),
        ("lamp recovery_state:*", ["explain", "near"], ["near"]),
        ("vase", ["explain", "near", "rest"], ["rest"]),
        ("mug", ["explain", "near", "rest"], ["rest"]),
    ):
        reader = Reader(shelf)
        assert [reader.page(shelf.listing(query), first)[1] for _ in range(2)] == [then, again], query
    assert Reader(shelf, SORT).page(shelf.listing("lamp"), first)[1] == ["explain", "plan"]
    last = PageWindow(last=2)
    reader = Reader(shelf)
    assert [reader.page(shelf.listing("lamp"), last)[1] for _ in range(2)] == [["explain", "near"], ["plan"]]
    after = PageWindow(first=2, after=Position(shelf.records[3]["id"], shelf.records[3]["id"]))
    reader = Reader(shelf)
    assert [reader.page(shelf.listing("lamp"), after)[1] for _ in range(2)] == [["explain", "near"], ["near"]]


def test_a_cheap_plan_reads_the_page(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = shelf_of(store)
    monkeypatch.setattr(search_ways, "_CHEAP", 9.5)
    assert Reader(shelf).page(shelf.listing("vase"), PageWindow(first=2))[1] == ["explain", "plan"]
    monkeypatch.setattr(search_ways, "_CHEAP", 9.4)
    assert Reader(shelf).page(shelf.listing("vase"), PageWindow(first=2))[1][:2] == ["explain", "near"]


def test_a_plan_of_another_form_is_not_cheap(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_ways, "_CHEAP", 1_000)
    shelf = shelf_of(store)
    for plan in (WALK.replace("Limit", "Custom Scan"), '[{"Plan": {"Node Type": "Limit"}}]'):
        assert Reader(shelf, plan).page(shelf.listing("lamp"), PageWindow(first=2))[1] == ["explain", "near"]


def test_a_way_is_forgotten_after_a_minute_and_among_many(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf, now = shelf_of(store), [1000.0]
    monkeypatch.setattr(search_ways, "monotonic", lambda: now[0])
    monkeypatch.setattr(search_ways, "_MOST", 2)
    reader = Reader(shelf, SORT)

    def is_explained(query: str) -> bool:
        return "explain" in reader.page(shelf.listing(query), PageWindow(first=2))[1]

    assert [is_explained("lamp"), is_explained("lamp")] == [True, False]
    now[0] += 59
    assert not is_explained("lamp")
    now[0] += 61
    assert [is_explained(query) for query in ("lamp", "mug", "vase", "lamp")] == [True, True, True, True]


def test_only_pages_of_text_searches_are_read_by_ways(store: Store) -> None:
    shelf = shelf_of(store)

    def page(listing: Listing, size: int) -> PageQuery:
        return PageQuery(listing, PageWindow(first=size), ("id",), True)

    lamp = shelf.listing("lamp")
    assert is_search(page(lamp, 1_000))
    others = [page(lamp, 1_001), page(shelf.listing("status:open"), 9), page(shelf.listing("lamp", ranked=True), 9)]
    assert not any(map(is_search, [*others, CountQuery(lamp, None)]))
