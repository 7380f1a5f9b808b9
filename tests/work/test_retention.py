"""Retention is off by default. If a shop turns it on, old checkouts and records of finished work are deleted."""

import pytest
from sqlalchemy import select, update

from abandoned_checkouts.checkouts.lifecycle import retention_deletes_at
from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.open_checkouts import find_abandoned_checkout
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tables import open_checkouts, shops
from abandoned_checkouts.work.abandon_due import abandon_due
from abandoned_checkouts.work.retention import forget_old_checkouts, forget_settled_work
from tests.intake.messages import START, Clock
from tests.stored_events import events_of
from tests.work.conftest import ReportCheckout, tokens

pytestmark = pytest.mark.anyio


async def test_retention_is_off_by_default(
    store: Database, shop: Shop, report_checkout: ReportCheckout, clock: Clock
) -> None:
    await report_checkout("kept", completed_at=None)
    await report_checkout("gone")
    clock.pass_minutes(11)
    await abandon_due(store, clock())
    await report_checkout("kept", completed_at="2026-09-21T10:24:20-04:00")
    clock.now = START + 400 * DAY
    assert await forget_old_checkouts(store, clock()) == 0
    async with store.begin() as connection:
        await connection.execute(update(shops).values(settings='{"retention": "shopify"}'))
        found = await find_abandoned_checkout(connection, shop, token="gone")
    assert found is not None
    number, monday = found[0].id or 0, retention_deletes_at(found[0], shop.timezone)
    assert monday is not None and await forget_old_checkouts(store, monday - 1) == 0
    assert await forget_old_checkouts(store, monday) == 1
    assert await tokens(store) == ["kept"]
    async with store.read() as connection:
        assert (await events_of(connection, shop, number))[-1]["kind"] == "checkout_deleted"
    await forget_settled_work(store, clock())
    async with store.read() as connection:
        assert (await connection.execute(select(open_checkouts.c.state))).scalars().all() in ([], ["deleted"])
