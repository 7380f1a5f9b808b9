"""The lifecycle of a checkout in our own topics, for events that the platforms do not have."""

import orjson
import pytest

from abandoned_checkouts.checkouts.moment import DAY, MINUTE
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.formats.webhooks.signature import signature
from abandoned_checkouts.store.checkouts.open_checkouts import find_abandoned_checkout
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.outbox.events import NewEvent, write_events
from abandoned_checkouts.store.outbox.subscriptions import SubscriptionError, add_subscription
from abandoned_checkouts.work.own_topics import TOPICS
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import START, Clock
from tests.work.conftest import ReportCheckout
from tests.work.receiver import Receiver

pytestmark = pytest.mark.anyio


async def test_events_of_our_own_topics(
    store: Database, shop: Shop, report_checkout: ReportCheckout, workers: Workers, receiver: Receiver, clock: Clock
) -> None:
    async with store.begin() as connection:
        for topic in TOPICS.values():
            await add_subscription(connection, shop, "own", topic, receiver.url(), secret="own secret", now=START)
        with pytest.raises(SubscriptionError, match="already"):
            await add_subscription(connection, shop, "own", topic, receiver.url(), secret="x", now=START)
    for token in ("t1", "t2", "t3"):
        await report_checkout(token)
    clock.pass_minutes(11)
    await workers.settle()
    clock.pass_minutes(60)
    await report_checkout("t1", completed_at="2026-09-21T11:24:20-04:00")
    await report_checkout("t2", closed_at="2026-09-21T11:24:20-04:00")
    await workers.settle()
    clock.now += 30 * DAY
    await workers.settle()
    sent = [(each.headers["x-abandoned-checkouts-topic"], orjson.loads(each.body)) for each in receiver.received]
    for each in receiver.received:
        assert each.headers["x-abandoned-checkouts-hmac-sha256"] == signature(each.body, "own secret")
        assert not any(name.startswith("x-shopify") for name in each.headers)
    lives: dict[str, list[str]] = {}
    for topic, body in sent:
        lives.setdefault(body["checkout"]["token"], []).append(topic.removeprefix("abandoned_checkouts/"))
    assert lives == {
        "t1": ["abandoned", "recovered"],
        "t2": ["abandoned", "closed", "lapsed"],
        "t3": ["abandoned", "lapsed"],
    }
    first = sent[0][1]
    assert first["life"]["abandoned_at"] == "2026-09-21T14:23:20.000000Z" and first["shop_domain"] == shop.domain


async def test_a_purchase_after_a_visit_is_a_recovery_at_any_time(
    store: Database, shop: Shop, report_checkout: ReportCheckout, workers: Workers, clock: Clock
) -> None:
    await report_checkout()
    clock.pass_minutes(11)
    await workers.settle()
    clock.now += 40 * DAY
    await workers.settle()
    async with store.begin() as connection:
        found = await find_abandoned_checkout(connection, shop, token="t1")
        assert found is not None and found[0].lapsed_at is not None
        number = found[0].id
        visit = NewEvent("recovery_link_visited", f"checkout/{number}", "{}", number)
        await write_events(connection, shop, [visit], clock())
    clock.now += MINUTE
    assert await report_checkout(completed_at="2026-10-31T10:45:20-04:00") == "recovered"
