"""After the clock jumps by an hour, due work is done once, and does not wait for an hour."""

import pytest
from sqlalchemy import select, update

from abandoned_checkouts.checkouts.moment import HOUR, MINUTE, SECOND
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.flows.flow_steps import claim_due_steps, schedule_step
from abandoned_checkouts.store.outbox.claims import claim_deliveries
from abandoned_checkouts.store.tables import deliveries, flow_steps, open_checkouts
from abandoned_checkouts.work.after_clock_change import longest_pauses, plan_again
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import Clock
from tests.work.conftest import ReportCheckout, Subscribe, tokens
from tests.work.receiver import Receiver

pytestmark = pytest.mark.anyio
LEASE = 11 * SECOND


async def test_no_work_is_late_after_the_clock_is_set_back(
    store: Database,
    shop: Shop,
    subscribe: Subscribe,
    report_checkout: ReportCheckout,
    workers: Workers,
    receiver: Receiver,
    clock: Clock,
) -> None:
    await subscribe("CHECKOUTS_CREATE")
    clock.pass_minutes(60)
    await report_checkout()
    await workers._dispatcher.turn()
    clock.pass_minutes(-60)
    await workers.settle()
    assert receiver.received == [], "the delivery was planned by the wrong clock"
    for _ in range(2):
        await plan_again(store, clock(), delivery_lease=LEASE, bulk_lease=LEASE)
        await workers.settle()
    assert len(receiver.received) == 1 and await tokens(store) == []
    clock.pass_minutes(10)
    await workers.settle()
    assert await tokens(store) == ["t1"], "abandoned by the shop's threshold"


async def test_claims_and_retries_keep_their_pauses(
    store: Database, shop: Shop, subscribe: Subscribe, report_checkout: ReportCheckout, workers: Workers, clock: Clock
) -> None:
    await subscribe("CHECKOUTS_CREATE")
    for token in ("claimed", "retried", "new"):
        await report_checkout(token)
    await workers._dispatcher.turn()
    now, wrong = clock(), clock() + HOUR
    table = deliveries
    async with store.begin() as connection:
        numbers = list((await connection.execute(select(table.c.id).order_by(table.c.id))).scalars())
        for number, columns in zip(
            numbers, ({"claim": "c"}, {"attempts": 2, "due_at": wrong + MINUTE}, {"attempts": 0}), strict=True
        ):
            values = {"due_at": wrong, **columns}
            await connection.execute(update(table).where(table.c.id == number).values(values))
    await plan_again(store, now, delivery_lease=LEASE, bulk_lease=LEASE)
    async with store.read() as connection:
        due = list((await connection.execute(select(table.c.due_at).order_by(table.c.id))).scalars())
        opened = (await connection.execute(select(open_checkouts.c.due_at))).scalars().all()
    assert due == [now + LEASE, now + longest_pauses()["shopify", 2], now]
    assert all(now < moment <= now + 10 * MINUTE for moment in opened)


async def test_steps_keep_their_waits(store: Database, shop: Shop, clock: Clock) -> None:
    now, wrong = clock(), clock() + HOUR
    async with store.begin() as connection:
        for position, (created, wait) in enumerate([(wrong, 2 * HOUR), (now - MINUTE, 30 * MINUTE)]):
            await schedule_step(
                connection,
                shop,
                flow_id=1,
                checkout_id=1,
                position=position,
                action="send_email",
                due_at=created + wait,
                now=created,
            )
    for _ in range(2):
        await plan_again(store, now, delivery_lease=LEASE, bulk_lease=LEASE)
    async with store.read() as connection:
        due = list((await connection.execute(select(flow_steps.c.due_at).order_by(flow_steps.c.id))).scalars())
    assert due == [now + 2 * HOUR, now + 29 * MINUTE]


async def test_a_running_attempt_is_not_repeated_after_the_clock_is_set_forward(
    store: Database, shop: Shop, subscribe: Subscribe, report_checkout: ReportCheckout, workers: Workers, clock: Clock
) -> None:
    """The lease has expired by the clock, but the attempt is still running."""
    await subscribe("CHECKOUTS_CREATE")
    await report_checkout()
    await workers._dispatcher.turn()
    async with store.begin() as connection:
        assert len(await claim_deliveries(connection, clock(), LEASE, 10)) == 1
        await schedule_step(
            connection,
            shop,
            flow_id=1,
            checkout_id=1,
            position=0,
            action="send_email",
            due_at=clock(),
            now=clock(),
        )
        assert len(await claim_due_steps(connection, clock(), LEASE, 10)) == 1
    clock.pass_minutes(60)
    async with store.begin() as connection:
        assert await claim_deliveries(connection, clock(), LEASE, 10, takes_over=False) == []
        assert await claim_due_steps(connection, clock(), LEASE, 10, takes_over=False) == []
        assert len(await claim_deliveries(connection, clock(), LEASE, 10)) == 1
        assert len(await claim_due_steps(connection, clock(), LEASE, 10)) == 1
