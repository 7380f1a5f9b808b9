"""Counting again: with another zone, from rows alone, after an interruption; and wrong sums are found."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, select, text, update

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.reports.days import Period, day_at
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.rebuild.rebuild import rebuild, rebuild_due
from abandoned_checkouts.store.rebuild.repair import repair_sums
from abandoned_checkouts.store.reports.changes import add_changes
from abandoned_checkouts.store.reports.read_sums import is_counting
from abandoned_checkouts.store.tables import (
    report_actions,
    report_changes,
    report_checkouts,
    report_days,
    report_progress,
    shops,
)
from tests.store.reports.lives import START, live, make_world
from tests.store.reports.oracle import recompute
from tests.store.reports.test_read_sums import WINDOW, stored_sums

pytestmark = pytest.mark.anyio
WHOLE = Period(day_at(START, "UTC") - 400, day_at(START, "UTC") + 800)


async def counting(store: Database, shop: Shop) -> bool:
    async with store.read() as connection:
        return await is_counting(connection, shop)


async def test_another_time_zone(store: Database, shop: Shop) -> None:
    world = make_world(40, seed=1)
    await live(world, store, shop)
    while await rebuild_due(store) + await add_changes(store):
        pass
    before = await stored_sums(store, shop, WHOLE)
    async with store.begin() as connection:
        await connection.execute(update(shops).values(timezone="Asia/Kathmandu"))
    moved = replace(shop, timezone="Asia/Kathmandu")
    assert await counting(store, moved)
    while await rebuild_due(store):
        pass
    assert not await counting(store, moved)
    expected = await recompute(store, moved, world, WINDOW)
    assert await stored_sums(store, moved, WHOLE) == expected.sums != before


async def test_from_rows_alone_as_after_an_upgrade(store: Database, shop: Shop) -> None:
    """What is still stored is counted as before; mails and visits are read from their records."""
    world = make_world(40, seed=2)
    world.steps = [each for each in world.steps if "_erase" not in str(each[1]) and "_delete" not in str(each[1])]
    await live(world, store, shop)
    before = await stored_sums(store, shop, WHOLE)
    async with store.begin() as connection:
        for table in (report_actions, report_checkouts, report_days, report_changes, report_progress):
            await connection.execute(delete(table))
    assert await stored_sums(store, shop, WHOLE) == {}
    await rebuild(store, shop)
    assert await stored_sums(store, shop, WHOLE) == before
    await rebuild(store, shop)
    assert await stored_sums(store, shop, WHOLE) == before
    assert await repair_sums(store, shop) == 0


async def test_wrong_sums_are_corrected(store: Database, shop: Shop) -> None:
    world = make_world(30, seed=3)
    await live(world, store, shop)
    await add_changes(store)
    before = await stored_sums(store, shop, WHOLE)
    async with store.begin() as connection:
        await connection.execute(
            update(report_days).where(report_days.c.measure == "abandoned").values(number=report_days.c.number + 3)
        )
        await connection.execute(delete(report_days).where(report_days.c.measure == "begun"))
        wrong = len((await connection.execute(select(report_days).where(text("measure = 'abandoned'")))).all())
    assert await repair_sums(store, shop) > wrong
    assert await stored_sums(store, shop, WHOLE) == before
    assert await repair_sums(store, shop) == 0


async def test_nothing_is_due_for_a_counted_shop(store: Database, shop: Shop) -> None:
    while await rebuild_due(store):
        pass
    async with store.read() as connection:
        (row,) = (await connection.execute(select(report_progress))).mappings().all()
    assert (row["timezone"], row["step"]) == (shop.timezone, None)
    assert await rebuild_due(store) == 0
