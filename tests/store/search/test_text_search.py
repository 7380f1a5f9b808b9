"""Pages by id of lists that a text narrows: in both directions, after and before any cursor, the rows of the predicate.

The limits of store/reading/text_statement and rare_words are small here, so that the rows of every way of reading
decide some pages.
"""

import os
import random
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.store.engine.sqlite_connections import add_functions
from abandoned_checkouts.store.outbox import id_ranges
from abandoned_checkouts.store.reading import counts, rare_words, text_statement
from abandoned_checkouts.store.reading.pages import Listing, Page, PageWindow, Position, SortOrder, page_of
from abandoned_checkouts.store.reading.queries import CountQuery, PageQuery
from abandoned_checkouts.store.reading.query_sql import statement_for
from abandoned_checkouts.store.reading.statement_shapes import SHAPES
from search_syntax import text
from search_syntax.tree import And, Comparison, Or, Phrase, Prefix, Term, Tree
from tests.store.search.shelf import Shelf, Store
from tests.store.search.test_narrowing import any_of, bought, branches, leaves

PAGES = int(os.environ.get("EXAMPLES", "0")) or 300
WORDS = ("green", "hoodie", "wool", "cup", "norman", "straße")

words: st.SearchStrategy[Tree] = st.one_of(
    st.builds(Term, st.just("default"), st.sampled_from(WORDS)),
    st.builds(Prefix, st.just("default"), st.sampled_from(("g", "ho", "n", "str", "cup"))),
    st.builds(Phrase, st.just("default"), st.sampled_from(("green hoodie", "wool cup", "hoodie wool"))),
    st.builds(Prefix, st.just("product_title"), st.sampled_from(("g", "wo"))),
)


def joined(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(And, parts), st.builds(Or, parts))


# Ranges that begin late, and states.
parts: st.SearchStrategy[Tree] = st.one_of(
    st.builds(Term, st.just("status"), st.sampled_from(("open", "closed"))),
    st.builds(Term, st.just("recovery_state"), st.sampled_from(("recovered", "not_recovered"))),
    st.builds(Term, st.just("email_state"), st.sampled_from(("sent", "not_sent", "scheduled"))),
    st.builds(any_of, st.just("email_state"), st.just(["sent", "suppressed"])),
    st.builds(
        Comparison, st.just("created_at"), st.sampled_from((">=", "<")), st.sampled_from(("2005", "2015", "2025"))
    ),
)

texts = st.recursive(words, joined, max_leaves=4)
filters: st.SearchStrategy[Tree] = st.recursive(leaves, branches, max_leaves=3)
searches = st.one_of(
    texts,
    st.builds(lambda *parts: And(parts), texts, filters),
    st.builds(lambda *parts: And(parts), texts, leaves, leaves),
    st.builds(lambda *parts: And(parts), texts, parts),
    st.builds(lambda *parts: And(parts), texts, parts, parts),
    st.builds(lambda *parts: And(parts), parts, parts),
    st.builds(lambda *parts: And(parts), parts, parts, parts),
    st.recursive(st.one_of(words, leaves), branches, max_leaves=6),
)


@pytest.fixture
def store(store_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    for name, limit in (("_TESTED", 2), ("_WALKED", 2), ("_PICKED", 2), ("_RANGE", 3), ("_CREATED", 2), ("_MANY", 4)):
        monkeypatch.setattr(text_statement, name, limit)
    monkeypatch.setattr(id_ranges, "_AT_ONCE", 20)
    monkeypatch.setattr(counts, "_FEW", 2)
    monkeypatch.setattr(rare_words, "_NEAR", 3)
    monkeypatch.setattr(rare_words, "_FEW", 4)
    SHAPES.clear()
    opened = Store(store_url)
    yield opened
    opened.close()
    SHAPES.clear()


def stock() -> list[Checkout]:
    """Checkouts whose dates and amounts do not follow their ids."""
    titles = ("green hoodie", "wool cup", "green wool", "cup", "hoodie norman", "green cup", "hoodie wool", "straße")
    moments = (7, 3, 9, 1, 8, 2, 6, 4)
    return [
        bought(
            f"{titles[at % 8]} {titles[at // 2 % 8]}",
            created_at=moments[at % 8] * 10**15 // 5,
            total_price=moments[(at * 3) % 8] * 20_0000,
            closed_at=1 if at % 5 == 0 else None,
            recovered_at=1 if at % 3 == 0 else None,
            email_state="sent" if at % 4 == 1 else "not_sent",
            note="green" if at % 3 else "",
        )
        for at in range(16)
    ]


def shelves(store: Store) -> list[Shelf]:
    """The only shop of a store; then two shops with the same numbers, of which SQLite's index can have only one's."""
    return [store.shop(stock()) for _ in range(2)]


def raw_page(shelf: Shelf, listing: Listing, window: PageWindow) -> Page[tuple[object, ...]]:
    """The page as plans read it."""

    async def run() -> Page[tuple[object, ...]]:
        async with shelf.store.database.read() as connection:
            page = PageQuery(listing, window, ("id",), True)
            sql, parameters = statement_for(page, connection.dialect.name)
            return page_of([tuple(row) for row in await connection.exec_driver_sql(sql, tuple(parameters))], window)

    return shelf.store.runner.run(run())


def expected_ids(shelf: Shelf, query: str, window: PageWindow) -> list[int]:
    ids = shelf.expected(query)
    if window.reverse:
        ids.reverse()
    sign = -1 if window.reverse else 1
    if window.after is not None:
        ids = [each for each in ids if sign * each > sign * int(str(window.after.id))]
    if window.before is not None:
        ids = [each for each in ids if sign * each < sign * int(str(window.before.id))]
    return ids[: window.first] if window.first is not None else ids[-(window.last or 0) :]


@pytest.mark.parametrize("alone", [True, False], ids=["one shop", "two shops"])
def test_pages_have_the_rows_of_the_predicate(store: Store, alone: bool) -> None:
    made = [store.shop(stock())] if alone else shelves(store)
    places = st.integers(-1, 16)

    @settings(max_examples=PAGES, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
    @given(st.sampled_from(made), searches, st.integers(1, 9), st.booleans(), st.booleans(), places, places)
    def agree(shelf: Shelf, tree: Tree, size: int, backward: bool, reverse: bool, after: int, before: int) -> None:
        first = shelf.records[0]["id"]
        ends = [None if place < 0 else Position(first + place, first + place) for place in (after, before)]
        window = PageWindow(
            first=None if backward else size,
            last=size if backward else None,
            after=ends[0],
            before=ends[1],
            reverse=reverse,
        )
        query = text(tree)
        rows, ids = shelf.page(shelf.listing(query), window), expected_ids(shelf, query, window)
        assert [row["id"] for row in rows.rows] == ids, query
        raw = raw_page(shelf, shelf.listing(query), window)
        assert [row[0] for row in raw.rows] == ids, query
        assert (raw.has_next, raw.has_previous) == (rows.has_next, rows.has_previous)
        assert shelf.count(query) == len(shelf.expected(query)), query

    agree()


@pytest.mark.parametrize(
    "query", ["green", "gre*", "green status:open", "green total_price:>=100", "green OR cup id:>0"]
)
def test_all_pages_together_are_the_list(store: Store, query: str) -> None:
    for shelf in shelves(store):
        for backward in (False, True):
            ids: list[int] = []
            position, more = None, True
            while more:
                window = PageWindow(last=2, before=position) if backward else PageWindow(first=2, after=position)
                page = shelf.page(shelf.listing(query), window)
                found = [row["id"] for row in page.rows]
                ids = [*found, *ids] if backward else [*ids, *found]
                more = page.has_previous if backward else page.has_next
                position = Position(found[0], found[0]) if backward else Position(found[-1], found[-1])
            assert ids == shelf.expected(query)


def test_a_list_by_another_column_or_narrowed_twice_keeps_all_conditions(store: Store) -> None:
    shelf = store.shop(stock())
    twice = shelf.listing("cup", of=shelf.listing("green"))
    assert [row["id"] for row in shelf.page(twice, PageWindow(first=20)).rows] == shelf.expected("green cup")
    ranked = shelf.listing("cup", ranked=True, of=shelf.listing("green"))
    assert sorted(row["id"] for row in shelf.page(ranked, PageWindow(first=20)).rows) == shelf.expected("green cup")


@pytest.mark.parametrize("others", ["", "status:open ", "-hoodie "], ids=["all", "by state", "none"])
@pytest.mark.parametrize("limits", ["id:>0", "id:<99999999", "id:>0 id:<99999999", "id:{first},{last}"])
def test_the_rows_of_a_range_of_ids_are_read_once(sqlite_url: str, limits: str, others: str) -> None:
    """SQLite must find the row of each document by its number. With a limit of the range, it would read all rows up to
    the limit for each document: 8 to 80 times the steps for these 250 checkouts, and more in a larger store."""
    store = Store(sqlite_url)
    shelf = store.shop([bought("hoodie")] * 250)
    numbers = [each["id"] for each in shelf.records]
    limits = limits.format(first=min(numbers), last=max(numbers))

    def steps(query: str, window: PageWindow) -> int:
        return steps_of(sqlite_url, PageQuery(shelf.listing(query), window, ("id",), True))

    for window in (PageWindow(first=100), PageWindow(last=100)):
        assert steps(f"hoodie {others}{limits}", window) < 3 * steps(f"hoodie {others}", window) + 50
    store.close()


@pytest.fixture
def many(sqlite_url: str) -> Iterator[Shelf]:
    """1,200 checkouts, 960 of them with the word "green", and half of them closed."""
    store = Store(sqlite_url)
    made = [bought("green hoodie" if at % 5 else "hoodie", closed_at=at % 2 or None) for at in range(1_200)]
    for at, checkout in enumerate(made):
        checkout.created_at += at // 8
    yield store.shop(made)
    store.close()


OTHERS = [
    "product_id:>0",
    "(product_id:>0 OR status:closed)",
    "(status:closed OR green)",
    "(status:closed OR total_price:0)",
    "-product_id:>5",
]


@pytest.mark.parametrize("others", OTHERS)
@pytest.mark.parametrize("column", ["id", "created_at", "rank"])
def test_the_rows_of_another_condition_are_read_once(sqlite_url: str, many: Shelf, column: str, others: str) -> None:
    """With an index for the condition, SQLite would read all of its rows for each document: 20 to 1,000 times the
    steps."""
    whole = Listing("abandoned_checkouts", many.shop.id, SortOrder("id" if column == "rank" else column))

    def steps(query: str) -> int:
        listing = many.listing(query, ranked=column == "rank", of=whole)
        return steps_of(sqlite_url, PageQuery(listing, PageWindow(first=100), ("id",), True))

    assert steps(f"hoodie {others}") < 6 * steps("hoodie accepts_marketing:false") + 400


@pytest.mark.parametrize(
    "query",
    ["status:closed", "created_at:<2030-01-01 status:closed", "created_at:<2030-01-01 (email_state:sent,not_sent)"],
)
def test_the_rows_between_two_cursors_are_read_once(sqlite_url: str, many: Shelf, query: str) -> None:
    """Otherwise they would be read again for each row with the states of the search: 100 times the steps."""
    whole = Listing("abandoned_checkouts", many.shop.id, SortOrder("created_at"))
    listing = many.listing(f"hoodie -green {query}", of=whole)
    rows = many.page(listing, PageWindow(first=250)).rows
    ends = [Position(row["created_at"], row["id"]) for row in (rows[0], rows[-1])]

    def steps(window: PageWindow) -> int:
        return steps_of(sqlite_url, PageQuery(listing, window, ("id",), True))

    between = PageWindow(first=250, after=ends[0], before=ends[1])
    assert [row["id"] for row in many.page(listing, between).rows] == [row["id"] for row in rows[1:-1]]
    sql, _ = statement_for(PageQuery(listing, between, ("id",), True), "sqlite")
    # The planner of this small store takes the right index in any case.
    for table in re.findall(
        r"FROM (?:with_states|documents) CROSS JOIN abandoned_checkouts (.*?) LIMIT", sql, re.DOTALL
    ):
        assert "(abandoned_checkouts.created_at," not in table
    assert steps(between) < 2 * steps(PageWindow(first=250))


def test_a_count_of_few_states_reads_the_texts_of_its_rows_only(sqlite_url: str, many: Shelf) -> None:
    """A Bloom filter would be made of the numbers of all texts."""
    listing = many.listing("hoodie status:closed recovery_state:recovered")
    sql, parameters = statement_for(CountQuery(listing, None), "sqlite")
    with analyzed(sqlite_url) as connection:
        steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", tuple(parameters))]
        assert connection.execute(sql, tuple(parameters)).fetchone() == (0,)
    assert steps and not [step for step in steps if "BLOOM" in step]


@pytest.mark.parametrize("query", ["created_at:>2001-01-01 OR green", "green OR -cup", "total_price:<10 OR green"])
def test_scores_are_found_by_an_index_if_rows_need_no_word(sqlite_url: str, many: Shelf, query: str) -> None:
    """Otherwise all scores would be compared with each row: 19 s for 40,000 checkouts."""
    listing = many.listing(query, ranked=True)
    ranked = PageQuery(listing, PageWindow(first=10), ("id",), True)
    assert steps_of(sqlite_url, ranked, times=1) < 5_000
    assert sorted(row["id"] for row in many.page(listing, PageWindow(first=1_200)).rows) == many.expected(query)


@contextmanager
def analyzed(url: str, times: int = 100) -> Iterator[sqlite3.Connection]:
    """A connection to the store, whose planner has the statistics of so many times as many checkouts."""
    connection = sqlite3.connect(url.partition(":///")[2])
    add_functions(connection)
    connection.execute("ANALYZE")
    for table, index, numbers in connection.execute("SELECT tbl, idx, stat FROM sqlite_stat1").fetchall():
        larger = " ".join(str(int(each) * times) if each != "1" else each for each in numbers.split())
        connection.execute("UPDATE sqlite_stat1 SET stat = ? WHERE tbl = ? AND idx IS ?", (larger, table, index))
    connection.execute("ANALYZE sqlite_schema")
    yield connection
    connection.close()


def steps_of(url: str, query: PageQuery, times: int = 100) -> int:
    """The instructions of SQLite for a page, in hundreds."""
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    sql, parameters = statement_for(query, "sqlite")
    with analyzed(url, times) as connection:
        connection.set_progress_handler(count, 100)
        connection.execute(sql, tuple(parameters)).fetchall()
        connection.set_progress_handler(None, 0)
    return counted


# Words, prefixes, also of words that SQLite's index stores encoded, and other conditions.
NESTED = ("g*", "zz*", '"wool c*"', "cup", "id:>3", "status:open", "created_at:>2015-01-01", "total_price:>500", "str*")


def nested(dice: random.Random, levels: int) -> str:
    """A search whose groups are nested up to so many levels."""
    if levels == 0 or dice.random() < 0.15:
        return dice.choice(NESTED)
    parts = [nested(dice, levels - 1) for _ in range(dice.randrange(2, 5))]
    return dice.choice(("(", "-(")) + dice.choice((" ", " OR ")).join(parts) + ")"


@pytest.mark.parametrize("seed", range(25))
def test_nested_searches_have_the_rows_of_the_predicate(store: Store, seed: int) -> None:
    """On SQLite, the stack of its parser limits how deeply statements are nested."""
    dice, shelf = random.Random(seed), store.shop(stock())
    query = " ".join(nested(dice, dice.randrange(6)) for _ in range(dice.randrange(1, 4)))
    listing, window = shelf.listing(query), PageWindow(first=20)
    found = [row[0] for row in raw_page(shelf, listing, window).rows]
    assert found == expected_ids(shelf, query, window), query
    by_time = shelf.listing(query, of=Listing("abandoned_checkouts", shelf.shop.id, SortOrder("created_at")))
    assert sorted(str(row[0]) for row in raw_page(shelf, by_time, window).rows) == sorted(map(str, found)), query
    assert shelf.count(query) == len(found), query
