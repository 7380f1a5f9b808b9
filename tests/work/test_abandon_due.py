"""Due checkouts are marked once by several processes, in order after downtime, and despite a row that fails."""

import asyncio

import pytest
from sqlalchemy import select, update

from abandoned_checkouts.checkouts.moment import DAY, MINUTE
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.open_checkouts import find_abandoned_checkout
from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.store.tables import abandoned_checkouts, events, open_checkouts, shops
from abandoned_checkouts.work.abandon_due import abandon_due, lapse_due
from tests.intake.messages import START, Clock
from tests.work.conftest import ReportCheckout, tokens

pytestmark = pytest.mark.anyio


async def test_several_processes_mark_each_checkout_once(
    store: Database, store_url: str, shop: Shop, report_checkout: ReportCheckout, clock: Clock
) -> None:
    for number in range(150):
        await report_checkout(f"t{number:03}")
    clock.pass_minutes(11)
    others = [await open_database(store_url) for _ in range(3)]
    try:

        async def work(database: Database) -> int:
            done = 0
            for _ in range(20):
                done += await abandon_due(database, clock())
            return done

        counts = await asyncio.gather(*map(work, [store, *others]))
    finally:
        for database in others:
            await database.close()
    assert sum(counts) == 150 == len(await tokens(store))
    async with store.read() as connection:
        kinds = select(events.c.checkout_id).where(events.c.kind == "checkout_abandoned")
        numbers = list((await connection.execute(kinds)).scalars())
        assert len(numbers) == len(set(numbers)) == 150
        waiting = select(open_checkouts.c.token).where(open_checkouts.c.due_at.is_not(None))
        assert (await connection.execute(waiting)).first() is None


async def test_work_after_downtime_is_done_in_order(
    store: Database, shop: Shop, report_checkout: ReportCheckout, clock: Clock
) -> None:
    for number in range(5):
        await report_checkout(f"t{number}")
        clock.pass_minutes(1)
    clock.pass_minutes(60 * 24)
    while await abandon_due(store, clock()):
        pass
    async with store.read() as connection:
        statement = select(events.c.checkout_id).where(events.c.kind == "checkout_abandoned").order_by(events.c.id)
        order = list((await connection.execute(statement)).scalars())
        found = [await find_abandoned_checkout(connection, shop, token=f"t{number}") for number in range(5)]
    assert order == [each[0].id for each in found if each]
    moments = [each[0].abandoned_at for each in found if each]
    assert moments == [START + (10 + number) * MINUTE for number in range(5)], "as if it had been done in time"


async def test_a_row_that_fails_does_not_hold_up_others(
    store: Database, shop: Shop, report_checkout: ReportCheckout, clock: Clock
) -> None:
    for token in ("a", "b", "c"):
        await report_checkout(token)
    async with store.begin() as connection:
        broken = {"document": '{"line_items": [], "customer": null, "present_fields": null, "platform": "shopify"}'}
        await connection.execute(update(open_checkouts).where(open_checkouts.c.token == "b").values(broken))
    clock.pass_minutes(11)
    for _ in range(3):
        await abandon_due(store, clock())
    assert await tokens(store) == ["a", "c"]
    async with store.read() as connection:
        left = (await connection.execute(select(open_checkouts.c.token))).scalars().all()
    assert left == ["b"]


async def test_a_shop_can_change_the_threshold(
    store: Database, shop: Shop, report_checkout: ReportCheckout, clock: Clock
) -> None:
    async with store.begin() as connection:
        await connection.execute(update(shops).values(abandoned_after_minutes=60))
    shop.abandoned_after_minutes = 60
    await report_checkout()
    clock.pass_minutes(59)
    assert await abandon_due(store, clock()) == 0
    clock.now -= 3 * DAY
    assert await abandon_due(store, clock()) == 0
    clock.now += 3 * DAY + MINUTE
    assert await abandon_due(store, clock()) == 1
    assert await abandon_due(store, clock()) == 0


async def test_an_imported_checkout_lapses_without_an_event(
    store: Database, shop: Shop, report_checkout: ReportCheckout, clock: Clock
) -> None:
    await report_checkout()
    clock.pass_minutes(11)
    await abandon_due(store, clock())
    async with store.begin() as connection:
        await connection.execute(events.delete())
    clock.now += 31 * DAY
    assert await lapse_due(store, clock()) == 1
    assert await lapse_due(store, clock()) == 0
    async with store.read() as connection:
        assert (await connection.execute(select(events.c.id))).first() is None
        lapsed = (await connection.execute(select(abandoned_checkouts.c.lapsed_at))).scalar()
    assert lapsed == START + 10 * MINUTE + 30 * DAY
