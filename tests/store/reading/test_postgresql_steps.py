"""Plans on PostgreSQL send one statement where that is enough, and otherwise read in a transaction."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from sqlalchemy import delete, literal_column

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.raw_postgresql import RawPool
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, Position, SortOrder
from abandoned_checkouts.store.reading.postgresql_steps import answered_by
from abandoned_checkouts.store.reading.queries import PAUSE, ChildrenQuery, PageQuery, QuerySteps, RowsQuery
from abandoned_checkouts.store.reading.search_ways import SearchWays
from abandoned_checkouts.store.tables import line_items

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"])
NOW = 1_780_000_000_000_000
TRANSACTION = ["BEGIN", "SELECT", "SELECT", "COMMIT"]
Rows = list[tuple[Any, ...]]


@dataclass(slots=True)
class Plan:
    """A plan for the checkouts of a query and their lines. `kept` is shared by its runs, as in a compiled plan."""

    shop_id: int
    lines: PageWindow | None = field(default_factory=lambda: PageWindow(first=2))
    customers_too: bool = False
    kept: tuple[dict[Any, Any], dict[Any, Any]] = field(default_factory=lambda: ({}, {}))

    def page(self, window: PageWindow, order: SortOrder, conditions: tuple[Any, ...] = ()) -> QuerySteps[list[Rows]]:
        listing = Listing("abandoned_checkouts", self.shop_id, order, conditions)
        query = PageQuery(listing, window, ("name", "id"), True, (), self.kept[0])
        return self._steps(query, window.size)

    def row(self, number: int) -> QuerySteps[list[Rows]]:
        query = RowsQuery("abandoned_checkouts", self.shop_id, ("name", "id"), "id", [number], (), self.kept[0])
        return self._steps(query, 1)

    def _steps(self, query: PageQuery | RowsQuery, size: int) -> QuerySteps[list[Rows]]:
        rows = yield query
        found = [[tuple(row) for row in rows]]
        parents = [row[1] for row in rows[:size]]
        if parents and self.lines is not None:
            yield PAUSE
            columns, order = ("title", "checkout_id", "quantity"), SortOrder("position", "position")
            lines = yield ChildrenQuery(
                "line_items", self.shop_id, order, self.lines, columns, False,
                "checkout_id", parents, False, 500, (), self.kept[1], 1,
            )  # fmt: skip
            found.append([tuple(row) for row in lines])
        if self.customers_too:
            customers = yield RowsQuery("customers", self.shop_id, ("id",), "id", [1])
            found.append([tuple(row) for row in customers])
        return found


@dataclass(slots=True)
class Recorded:
    """A connection that records the first word of each message, and calls `after_first` after the first SELECT."""

    connection: Any
    messages: list[str] = field(default_factory=list)
    after_first: Callable[[], Any] | None = None

    async def execute(self, sql: str) -> None:
        self.messages.append(sql.split()[0])
        await self.connection.execute(sql)

    async def fetch(self, sql: str, *parameters: object) -> Any:
        self.messages.append(sql.split()[0])
        rows = await self.connection.fetch(sql, *parameters)
        if self.after_first is not None:
            await self.after_first()
            self.after_first = None
        return rows


@dataclass(slots=True)
class Runner:
    pool: RawPool

    async def run(
        self, restart: Callable[[], QuerySteps[list[Rows]]], after_first: Callable[[], Any] | None = None
    ) -> tuple[list[Rows], list[str]]:
        """What the plan returns, and the messages that it sends."""
        messages: list[str] = []

        async def work(connection: Any) -> list[Rows]:
            return await answered_by(Recorded(connection, messages, after_first), restart(), restart, SearchWays())

        return await self.pool.run(work), messages


@pytest.fixture
async def runner(store: Database) -> AsyncIterator[Runner]:
    pool = RawPool(store, 1)
    yield Runner(pool)
    await pool.close()


@pytest.fixture
async def plan(store: Database, shop: Shop) -> Plan:
    """Of a shop with 12 checkouts, of which every third has no lines, and the others have three."""
    checkouts = [
        Checkout(
            id=number,
            platform="shopify",
            created_at=NOW - number // 2,
            updated_at=NOW,
            currency="USD",
            line_items=[
                LineItem(key=f"{number}-{place}", quantity=place, title="Lamp") for place in range(1, 4) if number % 3
            ],
        )
        for number in range(1, 13)
    ]
    async with store.begin() as connection:
        await save_checkouts(connection, shop, checkouts)
    return Plan(shop.id)


def cut(found: list[Rows], size: int) -> list[Rows]:
    """The page and, of the lines of each checkout, as many as a page of two needs: two and one more."""
    page, lines = found
    return [page, *([line for line in lines if line[1] == row[1]][:3] for row in page[:size])]


WINDOWS = [
    PageWindow(first=5),
    PageWindow(last=5),
    PageWindow(first=5, reverse=True),
    PageWindow(first=5, after=Position(4, 4)),
    PageWindow(last=3, before=Position(9, 9)),
]


@pytest.mark.parametrize("lines", [PageWindow(first=2), PageWindow(last=2), PageWindow(first=3, reverse=True)])
@pytest.mark.parametrize("window", WINDOWS)
async def test_the_second_run_sends_one_statement(
    runner: Runner, plan: Plan, window: PageWindow, lines: PageWindow
) -> None:
    plan.lines = lines
    for order in (SortOrder("id"), SortOrder("created_at")):
        plan.kept = ({}, {})
        place = window
        if order.column != "id":
            place = PageWindow(window.first, window.last, None, None, window.reverse)
        first, messages = await runner.run(partial(plan.page, place, order))
        assert messages == TRANSACTION
        for _ in range(2):
            second, messages = await runner.run(partial(plan.page, place, order))
            assert messages == ["WITH"]
            assert cut(second, place.size) == cut(first, place.size)


async def test_other_values_use_the_same_statement(runner: Runner, plan: Plan) -> None:
    await runner.run(partial(plan.row, 2))
    found, messages = await runner.run(partial(plan.row, 4))
    assert messages == ["WITH"]
    assert [row[1] for row in found[0]] == [4] and [line[1:] for line in found[1]] == [(4, 1), (4, 2), (4, 3)]
    for absent, lines in ((3, [[]]), (99, [])):
        found, messages = await runner.run(partial(plan.row, absent))
        assert messages == ["WITH"] and found[1:] == lines


async def test_a_condition_of_a_search_is_part_of_the_statement(runner: Runner, plan: Plan) -> None:
    listings = [(), (literal_column("abandoned_checkouts.id") > literal_column("6"),)]
    await runner.run(partial(plan.page, PageWindow(first=2), SortOrder("id")))
    starts = []
    for conditions in listings:
        found, messages = await runner.run(partial(plan.page, PageWindow(first=2), SortOrder("id"), conditions))
        assert messages == ["WITH"]
        starts.append(found[0][0][1])
    assert starts == [1, 7]


async def test_a_page_without_lines_is_one_statement_without_a_transaction(runner: Runner, plan: Plan) -> None:
    plan.lines = None
    page = partial(plan.page, PageWindow(first=2), SortOrder("id"))
    first, messages = await runner.run(page)
    assert messages == ["BEGIN", "SELECT", "COMMIT"]
    assert await runner.run(page) == (first, ["SELECT"])


async def test_a_plan_that_reads_more_than_before_starts_again_in_a_transaction(runner: Runner, plan: Plan) -> None:
    page = partial(plan.page, PageWindow(first=2), SortOrder("id"))
    await runner.run(page)
    plan.lines = PageWindow(first=1)
    found, messages = await runner.run(page)
    assert messages == ["WITH", *TRANSACTION] and len(found) == 2
    assert (await runner.run(page))[1] == TRANSACTION


async def test_a_large_page_is_read_in_a_transaction(runner: Runner, plan: Plan) -> None:
    for size, expected in ((60, TRANSACTION), (60, TRANSACTION), (50, ["WITH"])):
        assert (await runner.run(partial(plan.page, PageWindow(first=size), SortOrder("id"))))[1] == expected


async def test_a_page_without_rows_does_not_show_what_a_plan_reads(runner: Runner, plan: Plan) -> None:
    nothing = partial(plan.page, PageWindow(first=2, after=Position(12, 12)), SortOrder("id"))
    assert await runner.run(nothing) == ([[]], ["BEGIN", "SELECT", "COMMIT"])
    page = partial(plan.page, PageWindow(first=2), SortOrder("id"))
    assert (await runner.run(page))[1] == TRANSACTION
    assert await runner.run(nothing) == ([[]], ["WITH"])


async def test_several_statements_read_one_snapshot(store: Database, runner: Runner, plan: Plan) -> None:
    """Between the first statement and the others, another connection deletes all lines."""
    plan.customers_too = True
    page = partial(plan.page, PageWindow(first=5), SortOrder("id"))

    async def delete_lines() -> None:
        async with store.begin() as connection:
            await connection.execute(delete(line_items).where(line_items.c.shop_id == plan.shop_id))

    before, _ = await runner.run(page)
    during, messages = await runner.run(page, delete_lines)
    assert messages == ["BEGIN", "SELECT", "SELECT", "SELECT", "COMMIT"]
    assert during == before and len(before[1]) == 12
    assert (await runner.run(page))[0][1] == []
