"""Subscribers receive one message about the checkouts that retention announced on a day, without personal data."""

import orjson
import pytest
from sqlalchemy import select

from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tables import deliveries
from abandoned_checkouts.work import retention
from abandoned_checkouts.work.retention import run_retention
from abandoned_checkouts.work.subscribe import subscribe
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import START, Clock
from tests.work.conftest import ReportCheckout
from tests.work.receiver import Receiver
from tests.work.test_retention import abandoned, set_retention

pytestmark = pytest.mark.anyio


async def test_one_message_for_all_batches(
    store: Database,
    shop: Shop,
    report_checkout: ReportCheckout,
    clock: Clock,
    receiver: Receiver,
    workers: Workers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await abandoned(store, report_checkout, clock, "ann", "bea", "cleo")
    shop = await set_retention(store, shop.domain, retention="anonymise", retention_days=10, retention_grace_days=3)
    async with store.begin() as connection:
        for topic in ("retention_announced", "lapsed"):
            address = receiver.url(f"/{topic}")
            await subscribe(connection, shop, "own", topic, address, now=START, reach=Reach.PRIVATE, secret="s")
    monkeypatch.setattr(retention, "BATCH", 2)
    clock.now = START - START % DAY + 11 * DAY
    for _ in range(2):
        await run_retention(store, shop, clock())
    await workers.settle()
    async with store.read() as connection:
        rows = (await connection.execute(select(deliveries.c.topic, deliveries.c.state, deliveries.c.body))).all()
    (row,) = [row for row in rows if row.topic == "abandoned_checkouts/retention_announced"]
    assert row.state == "delivered"
    body = orjson.loads(row.body)
    assert body.pop("event_id")
    assert body == {
        "topic": "abandoned_checkouts/retention_announced",
        "occurred_at": "2026-10-02T00:00:00.000000Z",
        "shop_domain": shop.domain,
        "checkouts": 3,
        "unchanged_for_days": 10,
        "action": "anonymise",
        "from": "2026-10-05",
    }
    (request,) = [each for each in receiver.received if each.path == "/retention_announced"]
    assert request.headers["x-abandoned-checkouts-topic"] == body["topic"]
    assert request.headers["x-abandoned-checkouts-hmac-sha256"]
