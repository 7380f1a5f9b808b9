"""Every sum and figure against an independent computation from raw rows, for 2,000 generated lives on each database.
`make oracle` generates 50,000 (LIVES=).
"""

import os
from typing import get_args

import pytest
from sqlalchemy import func, select

from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.reports.days import Period, day_at
from abandoned_checkouts.reports.figures import Money
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.reports.changes import add_changes
from abandoned_checkouts.store.reports.cohort_rows import MOST_IN_MEMORY, CohortFigures, cohort_figures
from abandoned_checkouts.store.reports.from_checkouts import product_key
from abandoned_checkouts.store.reports.read_sums import read_part_sums, read_sums
from abandoned_checkouts.store.tables import report_changes
from tests.store.reports.lives import START, live, make_world
from tests.store.reports.oracle import Sums, recompute

pytestmark = pytest.mark.anyio
LIVES = int(os.environ.get("LIVES", "2000"))
# How many of them happen step by step; PostgreSQL needs longer for each step. The others are stored in bulk.
STEP_BY_STEP = {"sqlite": 80, "postgresql": 25}
WINDOW = 30 * DAY
MEASURES = (
    *("begun", "contact", "abandoned", "slot", "slot_recovered", "reminded", "visited", "recovered", "recovered_step"),
    *("bought", "elsewhere", "product", "product_recovered", "sent", "visit"),
)
BY_WEEK = ("slot/week", "slot_recovered/week", "product/week", "product_recovered/week")


async def stored_sums(store: Database, shop: Shop, period: Period) -> Sums:
    """The sums in the shop's money and in the buyers', as the report reads them."""
    gift, found = product_key(LineItem(key="", quantity=1, title="Gift")), {}
    for money in get_args(Money):
        async with store.read() as connection:
            measures = (*MEASURES, *BY_WEEK) if money == "shop" else MEASURES
            sums = await read_sums(connection, shop, measures, period, money=money, by_day=True, by_part=True)
        for each in sums:
            part = "gift" if each.part == gift else each.part or ""
            found[(money, each.measure, each.day or 0, part, each.currency)] = (each.sum.number, each.sum.total)
    return found


@pytest.mark.timeout(0 if LIVES > 2000 else 180)
async def test_every_sum_is_that_of_the_raw_rows(store: Database, shop: Shop) -> None:
    step_by_step = STEP_BY_STEP[store.dialect] * max(1, LIVES // 10_000)
    world = make_world(step_by_step, bulk=LIVES - step_by_step)
    now = await live(world, store, shop)
    whole = Period(day_at(START, shop.timezone) - 400, day_at(now, shop.timezone))
    expected = await recompute(store, shop, world, WINDOW)
    assert {key[1] for key in expected.sums} == {*MEASURES, *BY_WEEK}
    assert {key[3] for key in expected.sums if key[1] == "recovered"} == {"link", "mail", "itself"}
    assert await stored_sums(store, shop, whole) == expected.sums
    while await add_changes(store):
        pass
    async with store.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(report_changes))).scalar() == 0
        # In memory, and by the database alone as for many checkouts.
        figures = [await cohort_figures(connection, shop, whole, about) for about in (LIVES, MOST_IN_MEMORY + 1)]
    assert await stored_sums(store, shop, whole) == expected.sums
    assert figures == 2 * [CohortFigures(expected.shoppers, expected.median, expected.p90)]


async def test_parts_of_a_period_are_those_of_its_days(store: Database, shop: Shop) -> None:
    await live(make_world(30, seed=4), store, shop)
    first = day_at(START, shop.timezone)
    for period in (Period(first, first + 2), Period(first, first + 9), Period(first + 3, first + 40)):
        async with store.read() as connection:
            for measure in ("product", "product_recovered", "slot"):
                found = await read_part_sums(connection, shop, measure, period)
                sums = await read_sums(connection, shop, (measure,), period, by_part=True)
                assert found == {each.part: each.sum for each in sums if each.currency == shop.currency}
                assert list(found) == sorted(found)
                best = sorted(found.items(), key=lambda item: (-item[1].total, item[0]))[:3]
                assert list((await read_part_sums(connection, shop, measure, period, most=3)).items()) == best
                assert await read_part_sums(connection, shop, measure, period, parts=list(found)[1:2]) == dict(
                    list(found.items())[1:2]
                )


async def test_a_cohort_without_checkouts(store: Database, shop: Shop) -> None:
    async with store.read() as connection:
        for about in (0, MOST_IN_MEMORY + 1):
            assert await cohort_figures(connection, shop, Period(1, 9), about) == CohortFigures(0, None, None)
