"""The demo shop's reports: every figure has something to show, and the figures are plausible."""

import pytest

from abandoned_checkouts.checkouts.lifecycle import rules_of, state_of
from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.demo.story import FLOW
from abandoned_checkouts.reports.days import period_named
from abandoned_checkouts.store.checkouts.load import load_after
from abandoned_checkouts.store.checkouts.timeline import latest_mails, timeline_of
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.flows.tasks import list_tasks
from abandoned_checkouts.store.rebuild.repair import repair_sums
from abandoned_checkouts.work.dispatch import Dispatcher, consumers
from abandoned_checkouts.work.report import ReportQuery, Reports, lift_rows, skipped_rows, step_rows

pytestmark = pytest.mark.anyio
NOW = 1_790_000_000_000_000


async def test_every_figure_has_something_to_show(store: Database) -> None:
    filled = await fill(store, checkouts=300, seed=1, now=NOW)
    query = ReportQuery(period_named("90", NOW, filled.shop.timezone))
    async with store.read() as connection:
        now = (await Reports().overview(connection, filled.shop, query, NOW)).now
        steps = await step_rows(connection, filled.shop, query)
        skipped = await skipped_rows(connection, filled.shop, query.period)
        (lift,) = await lift_rows(connection, filled.shop, NOW + 40 * DAY)
    assert now.begun.number > now.contact.number > now.abandoned.number >= 290
    assert now.abandoned.number > now.reminded.number > now.visited.number > 0
    assert min(each.number for each in now.recovered_by.values()) > 0 and len(now.recovered_by) == 3
    assert [(each.flow, each.position) for each in steps] == [(FLOW["name"], 1), (FLOW["name"], 2)]
    assert steps[0].sent > steps[1].sent > 0 and steps[0].recovered.number > 0
    assert {reason for reason, _ in skipped} == {"the buyer unsubscribed", "the checkout was recovered"}
    assert lift["mailed"]["people"] > lift["held_out"]["people"] > 0
    assert await repair_sums(store, filled.shop) == 0


async def test_whole_lives(store: Database) -> None:
    filled = await fill(store, checkouts=300, seed=1, now=NOW)
    shop, query = filled.shop, ReportQuery(period_named("90", NOW, filled.shop.timezone))
    # A purchase elsewhere is counted when its event is.
    while await Dispatcher(store, lambda: NOW, consumers("https://server.example")).turn():
        pass
    async with store.read() as connection:
        now = (await Reports().overview(connection, shop, query, NOW)).now
        checkouts = await load_after(connection, shop, 0, 1000)
        mails = await latest_mails(connection, shop, 100)
        mailed = next(each for each in checkouts if each.id == mails[0]["checkout_id"])
        story = await timeline_of(connection, shop, mailed)
        open_tasks = await list_tasks(connection, shop, done=False)
    erased = [each for each in checkouts if each.erased_at is not None]
    assert 1 <= len(erased) <= 20 and 1 <= now.elsewhere.number <= 20
    for each in erased:
        assert each.email is each.phone is each.customer is each.shipping_address is None and each.total_price > 0
        assert each.created_at < each.erased_at <= NOW and each.updated_at <= NOW  # type: ignore[operator]
    assert len(mails) == 30 and all(row["recipient"] and row["subject"] for row in mails)
    assert "mail" in {entry.kind for entry in story} and len(open_tasks) == 2
    states = {state_of(each, NOW, rules_of(shop)) for each in checkouts}
    assert states == {"abandoned", "recovered", "lapsed"}
    assert {each.email_state for each in checkouts} == {"sent", "suppressed", "not_sent", "scheduled"}


async def test_a_reset_counts_once(store: Database) -> None:
    query = None
    for _ in range(2):
        filled = await fill(store, checkouts=40, seed=1, now=NOW)
        query = ReportQuery(period_named("90", NOW, filled.shop.timezone))
    async with store.read() as connection:
        assert query is not None
        assert (await Reports().overview(connection, filled.shop, query, NOW)).now.abandoned.number <= 40
