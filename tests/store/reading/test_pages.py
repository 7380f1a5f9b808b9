"""Paging while others write: a row that does not change is returned exactly once.

A state machine pages through a shop's list in both directions, over every sort key, while rules insert, update and
delete rows between two pages.
"""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import bindparam, delete, select

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.schema.resolving.checkout_lists import SORT_KEYS
from abandoned_checkouts.shopify.values.cursor import decode_cursor, encode_cursor
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.store.reading.pages import (
    Listing,
    PageWindow,
    Position,
    SortOrder,
    StateSearch,
    TextSearch,
    listing_select,
    page_of,
)
from abandoned_checkouts.store.reading.shop_rows import window_of
from abandoned_checkouts.store.search.full_text import delete_documents
from abandoned_checkouts.store.tables import abandoned_checkouts, carts
from abandoned_checkouts.store.tenants.shops import create_shop
from tests.databases import Databases

PLAIN_SORTS = sorted(name for name, key in SORT_KEYS.items() if not key.ranked)
NAMES = st.sampled_from(["Ada", "ada", "Ça", "山", "", "Zoë/\\", "O'Hara"])


def checkout(number: int, moment: int, price: int, last_name: str) -> Checkout:
    return Checkout(
        platform="shopify",
        id=number,
        created_at=moment,
        updated_at=moment,
        currency="USD",
        total_price=price,
        presentment_total_price=price,
        customer=Customer(id=number, created_at=1, updated_at=1, last_name=last_name, first_name="B"),
    )


class Store:
    """One open store and one event loop for all examples. Each example has a new shop."""

    def __init__(self, url: str) -> None:
        self.runner = asyncio.Runner()
        self.database: Database = self.runner.run(open_database(url))
        self.shops = 0

    def shop(self) -> Shop:
        self.shops += 1
        return self.runner.run(self._shop(f"shop{self.shops}.example.com"))

    async def _shop(self, domain: str) -> Shop:
        async with self.database.begin() as connection:
            return await create_shop(connection, domain, now=1)

    def save(self, shop: Shop, *checkouts: Checkout) -> None:
        async def run() -> None:
            async with self.database.begin() as connection:
                await save_checkouts(connection, shop, checkouts)

        self.runner.run(run())

    def remove(self, shop: Shop, number: int) -> None:
        async def run() -> None:
            async with self.database.begin() as connection:
                table = abandoned_checkouts
                mine = (table.c.shop_id == shop.id, table.c.id == number)
                documents = (await connection.execute(select(table.c.document_id).where(*mine))).scalars().all()
                await delete_documents(connection, shop.id, list(documents))
                await connection.execute(delete(table).where(*mine))

        self.runner.run(run())

    def window(self, listing: Listing, window: PageWindow) -> Any:
        async def run() -> Any:
            async with self.database.read() as connection:
                return await window_of(connection, listing, window)

        return self.runner.run(run())

    def close(self) -> None:
        self.runner.run(self.database.close())
        self.runner.close()


class Paging(RuleBasedStateMachine):
    """The test sets the store on the class."""

    store: Store

    @initialize(
        sort=st.sampled_from(PLAIN_SORTS),
        reverse=st.booleans(),
        backward=st.booleans(),
        rows=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), NAMES), min_size=1, max_size=12),
    )
    def begin(self, sort: str, reverse: bool, backward: bool, rows: list[tuple[int, int, str]]) -> None:
        self.key, self.reverse, self.backward = SORT_KEYS[sort], reverse, backward
        self.shop = self.store.shop()
        self.listing = Listing("abandoned_checkouts", self.shop.id, self.key.order)
        # No rule changes every third row.
        self.store.save(self.shop, *(checkout(number, *row) for number, row in enumerate(rows, 1)))
        self.next_number = len(rows) + 1
        self.untouched = {number for number in range(1, len(rows) + 1) if number % 3 == 1}
        self.met: list[int] = []
        self.position: Position | None = None
        self.finished = False

    @rule(row=st.tuples(st.integers(0, 3), st.integers(0, 3), NAMES))
    def insert(self, row: tuple[int, int, str]) -> None:
        self.store.save(self.shop, checkout(self.next_number, *row))
        self.next_number += 1

    @rule(which=st.integers(1, 14), row=st.tuples(st.integers(4, 9), st.integers(0, 3), NAMES))
    def change(self, which: int, row: tuple[int, int, str]) -> None:
        if which < self.next_number and which not in self.untouched:
            self.store.save(self.shop, checkout(which, *row))

    @rule(which=st.integers(1, 14))
    def remove(self, which: int) -> None:
        if which not in self.untouched:
            self.store.remove(self.shop, which)

    @rule(size=st.integers(1, 4))
    def page(self, size: int) -> None:
        if self.finished:
            return
        ends = {"before": self.position} if self.backward else {"after": self.position}
        sizes = {"last": size} if self.backward else {"first": size}
        cut = self.store.window(self.listing, PageWindow(**sizes, **ends, reverse=self.reverse))
        numbers = [row["id"] for row in cut.rows]
        self.met += reversed(numbers) if self.backward else numbers
        if cut.rows:
            end = cut.rows[0] if self.backward else cut.rows[-1]
            cursor = encode_cursor(self.key.form, end["sort_value"], end["sort_id"])
            self.position = Position(*decode_cursor(self.key.form, cursor))
        self.finished = not (cut.has_previous if self.backward else cut.has_next)

    @invariant()
    def no_untouched_row_is_met_twice(self) -> None:
        met = [number for number in getattr(self, "met", []) if number in self.untouched]
        assert len(met) == len(set(met)), (self.key, self.reverse, self.backward, self.met)

    def teardown(self) -> None:
        if not hasattr(self, "met"):
            return
        while not self.finished:
            self.page(3)
        missed = self.untouched - set(self.met)
        assert not missed, f"never met {missed}: {self.key} reverse={self.reverse} backward={self.backward} {self.met}"


def test_pages_neither_repeat_nor_skip_rows_during_changes(databases: Databases, database_kind: str) -> None:
    store = Store(databases.new(database_kind))
    machine = type("Paging", (Paging,), {"store": store})
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=20 if database_kind == "sqlite" else 10,
                stateful_step_count=12,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        store.close()


@pytest.mark.parametrize("sort", PLAIN_SORTS)
@pytest.mark.parametrize("reverse", [False, True])
def test_pages_of_every_size_make_up_the_same_list(sqlite_url: str, sort: str, reverse: bool) -> None:
    """With equal sort values, pages of every size, from the start or the end, make up the same list."""
    key = SORT_KEYS[sort]
    store = Store(sqlite_url)
    try:
        shop = store.shop()
        store.save(
            shop, *(checkout(number, number % 2, number % 3, "Ab" if number % 4 else "") for number in range(1, 20))
        )
        listing = Listing("abandoned_checkouts", shop.id, key.order)
        whole = [row["id"] for row in store.window(listing, PageWindow(first=250, reverse=reverse)).rows]
        assert sorted(whole) == list(range(1, 20))
        for size in (1, 2, 5, 19, 20):
            for backward in (False, True):
                assert paged(store, listing, key, size, reverse, backward) == whole, (size, backward)
    finally:
        store.close()


def paged(store: Store, listing: Listing, key: Any, size: int, reverse: bool, backward: bool) -> list[int]:
    met: list[int] = []
    position: Position | None = None
    for _ in range(40):
        if backward:
            cut = store.window(listing, PageWindow(last=size, before=position, reverse=reverse))
            met = [row["id"] for row in cut.rows] + met
            end, more = cut.rows[0], cut.has_previous
        else:
            cut = store.window(listing, PageWindow(first=size, after=position, reverse=reverse))
            met += [row["id"] for row in cut.rows]
            end, more = cut.rows[-1], cut.has_next
        if not more:
            break
        position = Position(*decode_cursor(key.form, encode_cursor(key.form, end["sort_value"], end["sort_id"])))
    return met


CREATED, BY_ID = SortOrder("created_at"), SortOrder("id")
AT = Position(5, 7)


def sql(order: SortOrder, window: PageWindow) -> str:
    """The end of the statement: its conditions on the position, order and limit."""
    statement = listing_select(Listing("abandoned_checkouts", 3, order), window, ["token"])
    written = str(statement.compile(compile_kwargs={"literal_binds": True})).replace("abandoned_checkouts.", "")
    return " ".join(written.partition("shop_id = 3")[2].split())


@pytest.mark.parametrize(
    ("order", "window", "end"),
    [
        (CREATED, PageWindow(first=2), "ORDER BY created_at ASC, id ASC LIMIT 3"),
        (CREATED, PageWindow(first=2, reverse=True), "ORDER BY created_at DESC, id DESC LIMIT 3"),
        (CREATED, PageWindow(last=2), "ORDER BY created_at DESC, id DESC LIMIT 3"),
        (CREATED, PageWindow(last=2, reverse=True), "ORDER BY created_at ASC, id ASC LIMIT 3"),
        (
            CREATED,
            PageWindow(first=2, after=AT),
            "AND (created_at, id) > (5, 7) ORDER BY created_at ASC, id ASC LIMIT 3",
        ),
        (
            CREATED,
            PageWindow(first=2, after=AT, reverse=True),
            "AND (created_at, id) < (5, 7) ORDER BY created_at DESC, id DESC LIMIT 3",
        ),
        (
            CREATED,
            PageWindow(last=2, before=AT),
            "AND (created_at, id) < (5, 7) ORDER BY created_at DESC, id DESC LIMIT 3",
        ),
        (
            CREATED,
            PageWindow(last=2, before=AT, reverse=True),
            "AND (created_at, id) > (5, 7) ORDER BY created_at ASC, id ASC LIMIT 3",
        ),
        (BY_ID, PageWindow(first=2), "AND id > -9223372036854775808 ORDER BY id ASC LIMIT 3"),
        (BY_ID, PageWindow(first=2, after=AT), "AND id > 7 ORDER BY id ASC LIMIT 3"),
        (BY_ID, PageWindow(last=2, before=AT), "AND id < 7 ORDER BY id DESC LIMIT 3"),
        (
            BY_ID,
            PageWindow(first=2, after=AT, before=Position(9, 9)),
            "AND id > 7 AND id < 9 ORDER BY id ASC LIMIT 3",
        ),
        (BY_ID, PageWindow(), "AND id > -9223372036854775808 ORDER BY id DESC LIMIT 1"),
    ],
)
def test_a_window_becomes_this_statement(order: SortOrder, window: PageWindow, end: str) -> None:
    assert sql(order, window) == end


def test_a_statement_has_the_columns_the_conditions_and_the_rank_of_its_listing() -> None:
    table = abandoned_checkouts
    listing = Listing("abandoned_checkouts", 3, CREATED, [table.c.token == "t"], rank=table.c.total_price)
    statement = listing_select(listing, PageWindow(first=1, after=Position(bindparam("rank"), 7)), ["token", "note"])
    assert statement.selected_columns.keys() == ["token", "note", "sort_value", "sort_id"]
    written = str(statement).replace("abandoned_checkouts.", "")
    assert "total_price AS sort_value, id AS sort_id" in written
    assert "token = :token_1 AND (total_price, id) > (:rank, :param_1)" in written
    joined = Listing("abandoned_checkouts", 3, CREATED, joined=table.join(carts, carts.c.shop_id == table.c.shop_id))
    assert "FROM abandoned_checkouts JOIN carts ON" in str(listing_select(joined, PageWindow(first=1), ["token"]))


@pytest.mark.parametrize(
    ("read", "window", "rows", "has_next", "has_previous"),
    [
        ([], PageWindow(first=2, after=AT), [], False, False),
        ([], PageWindow(last=2, before=AT), [], False, False),
        ([1], PageWindow(first=2), [1], False, False),
        ([1, 2], PageWindow(first=2), [1, 2], False, False),
        ([1, 2, 3], PageWindow(first=2), [1, 2], True, False),
        ([1, 2], PageWindow(first=2, after=AT), [1, 2], False, True),
        ([1, 2], PageWindow(first=2, before=AT), [1, 2], False, False),
        ([2, 1], PageWindow(last=2), [1, 2], False, False),
        ([3, 2, 1], PageWindow(last=2), [2, 3], False, True),
        ([2, 1], PageWindow(last=2, before=AT), [1, 2], True, False),
        ([2, 1], PageWindow(last=2, after=AT), [1, 2], False, False),
        ([1], PageWindow(first=0), [], False, False),
    ],
)
def test_rows_become_a_page(
    read: list[int], window: PageWindow, rows: list[int], has_next: bool, has_previous: bool
) -> None:
    page = page_of(read, window)
    assert (list(page.rows), page.has_next, page.has_previous) == (rows, has_next, has_previous)


def a_text_search(value: int = 1, **changes: Any) -> TextSearch:
    parameters = (bindparam("shop", value), bindparam("words", "bob"))
    return TextSearch(
        "m", "", "t", False, "o", (), (), "", "n", (), "", "", False, "c", **{"parameters": parameters, **changes}
    )


def test_sql_of_a_text_search_has_the_parameters_that_it_names() -> None:
    clause = a_text_search().clause("shop_id = :shop AND id > :id", bindparam("id", 7), bindparam("size", 8))
    assert clause.compile().params == {"shop": 1, "id": 7}


def test_text_searches_that_differ_in_their_values_only_have_the_same_shape() -> None:
    assert a_text_search(1).shape == a_text_search(2).shape
    for name in ("matches", "test", "others", "narrow", "range_by_id", "range_in_order"):
        assert replace(a_text_search(), **{name: "x"}).shape != a_text_search().shape
    assert replace(a_text_search(), states=("s",)).shape != a_text_search().shape
    assert StateSearch(("x",), ()).shape == StateSearch(("x",), ()).shape != StateSearch(("x", "y"), ()).shape
    assert replace(a_text_search(), is_wide=True).shape != a_text_search().shape
    assert replace(a_text_search(), has_prefix=True).shape != a_text_search().shape
    assert replace(a_text_search(), bounds=(("id > :id", "id"),)).shape != a_text_search().shape
