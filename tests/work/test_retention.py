"""Retention is off by default. If a shop turns it on, old checkouts and records of finished work are deleted."""

from typing import Any

import orjson
import pytest
from sqlalchemy import func, select, update

from abandoned_checkouts.checkouts.lifecycle import retention_deletes_at
from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.open_checkouts import find_abandoned_checkout
from abandoned_checkouts.store.engine.audit_log import list_audit_log
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.privacy.retention_marks import hold_checkout
from abandoned_checkouts.store.reports.changes import add_changes
from abandoned_checkouts.store.tables import (
    abandoned_checkouts,
    deliveries,
    events,
    metadata,
    open_checkouts,
    report_days,
    shops,
)
from abandoned_checkouts.store.tenants.shops import find_shop
from abandoned_checkouts.store.twin.next_due import Delays, next_due
from abandoned_checkouts.work.abandon_due import abandon_due
from abandoned_checkouts.work.retention import (
    RetentionRun,
    forget_old_checkouts,
    forget_settled_work,
    preview_retention,
    run_retention,
)
from tests.intake.messages import START, Clock
from tests.stored_events import events_of
from tests.work.conftest import ReportCheckout, Subscribe, tokens

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


async def set_retention(store: Database, domain: str, **settings: Any) -> Shop:
    async with store.begin() as connection:
        values = update(shops).values(settings=orjson.dumps(settings).decode())
        await connection.execute(values.where(shops.c.domain == domain))
        found = await find_shop(connection, domain)
    assert found is not None
    return found


async def everything(store: Database) -> str:
    """All texts of all tables."""
    found: list[str] = []
    async with store.read() as connection:
        for table in metadata.sorted_tables:
            for row in await connection.execute(select(table)):
                found += [str(value) for value in row]
    return "\n".join(found)


async def sums(store: Database) -> list[Any]:
    """The figures of the reports."""
    await add_changes(store)
    async with store.read() as connection:
        return sorted(tuple(row) for row in await connection.execute(select(report_days)))


async def abandoned(store: Database, report_checkout: ReportCheckout, clock: Clock, *names: str) -> None:
    for name in names:
        await report_checkout(name, email=f"{name}@buyers.example", note=f"for {name}@buyers.example", id=None)
    clock.pass_minutes(11)
    await abandon_due(store, clock())


async def number_of(store: Database, token: str) -> int:
    async with store.read() as connection:
        table = abandoned_checkouts
        return int((await connection.execute(select(table.c.id).where(table.c.token == token))).scalar_one())


@pytest.mark.parametrize("action", ["anonymise", "delete"])
async def test_old_checkouts_are_announced_and_after_the_grace_cleared(
    store: Database, shop: Shop, report_checkout: ReportCheckout, clock: Clock, action: str
) -> None:
    await abandoned(store, report_checkout, clock, "ann")
    shop = await set_retention(store, shop.domain, retention=action, retention_days=10, retention_grace_days=3)
    figures = await sums(store)
    today = START - START % DAY
    # A checkout is old at the beginning of the day after the ten days.
    assert await preview_retention(store, shop, today + 11 * DAY - 1) == RetentionRun(action)
    assert await forget_old_checkouts(store, today + 11 * DAY - 1) == 0
    assert await preview_retention(store, shop, today + 11 * DAY) == RetentionRun(action, announced=1)
    assert await run_retention(store, shop, today + 11 * DAY) == RetentionRun(action, announced=1, in_grace=1)
    assert await forget_old_checkouts(store, today + 14 * DAY - 1) == 0 and "ann@" in await everything(store)
    assert await preview_retention(store, shop, today + 14 * DAY) == RetentionRun(action, cleared=1)
    run = await run_retention(store, shop, today + 14 * DAY)
    assert run is not None and (run.cleared, run.in_grace) == (1, 0)
    assert await forget_old_checkouts(store, today + 14 * DAY) == 0
    assert await tokens(store) == (["ann"] if action == "anonymise" else [])
    left = await everything(store)
    assert "ann@" not in left and "buyers.example" not in left
    assert await sums(store) == figures
    async with store.read() as connection:
        log = [(row["action"], row["subject"]) for row in await list_audit_log(connection)][-2:]
    past = {"anonymise": "anonymised", "delete": "deleted"}[action]
    assert log == [
        ("retention.announced", f"1 checkouts unchanged for 10 days: {action} from 2026-10-05"),
        ("retention.applied", f"1 checkouts {past}: unchanged for 10 days"),
    ]


async def test_the_first_run_announces_even_very_old_checkouts(
    store: Database, shop: Shop, report_checkout: ReportCheckout, clock: Clock
) -> None:
    await abandoned(store, report_checkout, clock, "ann", "bea")
    shop = await set_retention(store, shop.domain, retention="delete", retention_days=10)
    later = START - START % DAY + 500 * DAY
    assert await run_retention(store, shop, later) == RetentionRun("delete", announced=2, in_grace=2)
    async with store.begin() as connection:
        changed = update(abandoned_checkouts).where(abandoned_checkouts.c.token == "bea")
        await connection.execute(changed.values(updated_at=later + DAY))
    run = await run_retention(store, shop, later + 7 * DAY)
    assert run is not None and run.cleared == 1 and await tokens(store) == ["bea"]
    shop = await set_retention(store, shop.domain, retention="delete", retention_days=10, retention_grace_days=0)
    assert (await preview_retention(store, shop, later + 30 * DAY)) == RetentionRun("delete", announced=1, cleared=1)
    run = await run_retention(store, shop, later + 30 * DAY)
    assert run is not None and (run.announced, run.cleared) == (1, 1) and await tokens(store) == []


async def test_a_customer_with_a_younger_checkout_stays(
    store: Database, shop: Shop, report_checkout: ReportCheckout, clock: Clock
) -> None:
    person = {"email": "ann@buyers.example", "id": None}
    await report_checkout("old", **person)
    clock.pass_minutes(11)
    await abandon_due(store, clock())
    await report_checkout("young", **person)
    clock.pass_minutes(11)
    await abandon_due(store, clock())
    later = START - START % DAY + 100 * DAY
    shop = await set_retention(store, shop.domain, retention="anonymise", retention_days=10, retention_grace_days=0)
    table = abandoned_checkouts
    async with store.begin() as connection:
        customers = set((await connection.execute(select(table.c.customer_id))).scalars())
        await connection.execute(update(table).where(table.c.token == "young").values(updated_at=later))
    assert len(customers) == 1 and customers != {None}
    run = await run_retention(store, shop, later)
    assert run is not None and run.cleared == 1
    async with store.read() as connection:
        found = await connection.execute(
            select(table.c.token, table.c.email, table.c.customer_id, table.c.customer_name)
        )
        rows = {row.token: row for row in found}
    assert (rows["old"].email, rows["old"].customer_id) == (None, None)
    assert rows["young"].email == "ann@buyers.example" and rows["young"].customer_id is not None


async def test_a_hold_stops_every_rule(
    store: Database, shop: Shop, report_checkout: ReportCheckout, clock: Clock
) -> None:
    await abandoned(store, report_checkout, clock, "ann", "bea")
    held = await number_of(store, "ann")
    async with store.begin() as connection:
        assert await hold_checkout(connection, shop, held, clock())
        assert not await hold_checkout(connection, shop, 999_999, clock())
    for settings in ({"retention": "delete", "retention_grace_days": 0}, {"retention": "shopify"}):
        shop = await set_retention(store, shop.domain, **settings, legal_hold="on")
        assert await preview_retention(store, shop, START + 800 * DAY) is None
        assert await forget_old_checkouts(store, START + 800 * DAY) == 0
    shop = await set_retention(store, shop.domain, retention="shopify")
    assert await preview_retention(store, shop, START + 800 * DAY) == RetentionRun("shopify", cleared=1)
    assert await forget_old_checkouts(store, START + 800 * DAY) == 1 and await tokens(store) == ["ann"]
    shop = await set_retention(store, shop.domain, retention="delete", retention_grace_days=0)
    run = await run_retention(store, shop, START + 800 * DAY)
    assert run is not None and (run.announced, run.cleared, run.on_hold) == (0, 0, 1)
    async with store.begin() as connection:
        assert await hold_checkout(connection, shop, held, None)
    assert await forget_old_checkouts(store, START + 800 * DAY) == 2 and await tokens(store) == []


async def test_messages_are_deleted_with_the_policy(
    store: Database, shop: Shop, report_checkout: ReportCheckout, clock: Clock, subscribe: Subscribe, workers: Any
) -> None:
    await subscribe("CHECKOUTS_CREATE")
    await abandoned(store, report_checkout, clock, "ann")
    await workers.settle()
    shop = await set_retention(store, shop.domain, retention="delete", retention_days=2, retention_grace_days=1)

    async def counts() -> tuple[int, ...]:
        async with store.read() as connection:
            found = [await connection.execute(select(func.count()).select_from(each)) for each in (events, deliveries)]
            return tuple(each.scalar_one() for each in found)

    before = await counts()
    assert all(before)
    today = START - START % DAY
    await forget_old_checkouts(store, today + 3 * DAY)
    assert await counts() == before
    preview = await preview_retention(store, shop, today + 4 * DAY)
    assert preview is not None and preview.payloads == sum(before)
    await forget_old_checkouts(store, today + 4 * DAY)
    # The event that the checkout was deleted is left.
    assert await counts() == (1, 0)


async def test_the_clock_of_a_twin_stops_where_retention_works(
    store: Database, shop: Shop, report_checkout: ReportCheckout, clock: Clock
) -> None:
    await abandoned(store, report_checkout, clock, "ann")
    shop = await set_retention(store, shop.domain, retention="anonymise", retention_days=10, retention_grace_days=3)
    today = START - START % DAY

    async def following(after: int) -> int | None:
        async with store.read() as connection:
            return await next_due(connection, [shop], after, today + 20 * DAY, Delays(0, 0))

    assert await following(clock()) == today + 11 * DAY
    await run_retention(store, shop, today + 11 * DAY)
    assert await following(today + 11 * DAY) == today + 14 * DAY
    await run_retention(store, shop, today + 14 * DAY)
    assert await following(today + 14 * DAY) is None
