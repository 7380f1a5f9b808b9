"""Faults of webhooks: lost, twice, late, out of order, in an old version, refused by the receiver."""

from collections.abc import AsyncIterator

import pytest

from tests.twin.conftest import TwinUser
from tests.work.receiver import Receiver


@pytest.fixture
async def receiver(twin: TwinUser) -> AsyncIterator[Receiver]:
    await twin.freeze("2026-12-01T09:00:00Z")
    async with Receiver() as receiver:
        for topic in ("CHECKOUTS_CREATE", "CHECKOUTS_DELETE"):
            await twin.graphql(
                f"mutation($u:String!){{webhookSubscriptionCreate(topic:{topic},webhookSubscription:{{uri:$u}})"
                "{userErrors{message}}}",
                u=receiver.url(),
            )
        yield receiver


async def _now(twin: TwinUser) -> None:
    await twin.ask("PUT", "/clock", {"action": "advance", "durationMillis": 0})


async def _fault(twin: TwinUser, **fault: object) -> None:
    await twin.ask("POST", "/faults", {"topic": "checkouts/create", "endpoint": "webhook", **fault})


def _topics(receiver: Receiver) -> list[str]:
    return [each.headers["x-shopify-topic"] for each in receiver.received]


async def test_lost(twin: TwinUser, receiver: Receiver) -> None:
    await _fault(twin, webhook="lost", times=1)
    await twin.checkout(state="open")
    await twin.advance("3 days")
    assert receiver.received == []
    (entry,) = (await twin.ask("GET", "/deliveries"))["deliveries"]
    assert (entry["fault"], entry["outcome"]) == ("webhook", "delivered")
    await twin.checkout(state="open")
    await _now(twin)
    assert len(receiver.received) == 1


async def test_twice_with_the_same_id(twin: TwinUser, receiver: Receiver) -> None:
    await _fault(twin, webhook="twice")
    await twin.checkout(state="open")
    await _now(twin)
    first, second = receiver.received
    assert first.body == second.body
    assert first.headers["x-shopify-webhook-id"] == second.headers["x-shopify-webhook-id"]


async def test_late(twin: TwinUser, receiver: Receiver) -> None:
    await _fault(twin, webhook="late", delay="2 hours")
    await twin.checkout(state="open")
    await twin.advance("119 minutes")
    assert receiver.received == []
    ran = (await twin.advance("5 minutes"))["ran"]
    assert len(receiver.received) == 1
    assert {"instant": "2026-12-01T11:00:00.000000Z", "late deliveries": 1} in ran["moments"]


async def test_a_late_webhook_is_part_of_a_snapshot(twin: TwinUser, receiver: Receiver) -> None:
    await _fault(twin, webhook="late", delay="2 hours")
    await twin.checkout(state="open")
    await _now(twin)
    await twin.ask("PUT", "/snapshots/s")
    for expected in (1, 2):
        await twin.advance("3 hours")
        assert len(receiver.received) == expected
        await twin.ask("POST", "/snapshots/s/restore")


async def test_out_of_order(twin: TwinUser, receiver: Receiver) -> None:
    await _fault(twin, webhook="out-of-order")
    number = (await twin.checkout(state="open"))["id"]
    await _now(twin)
    assert receiver.received == []
    await twin.ask("POST", f"/checkouts/{number}/delete")
    await _now(twin)
    assert _topics(receiver) == ["checkouts/delete", "checkouts/create"]


async def test_an_old_version(twin: TwinUser, receiver: Receiver) -> None:
    await _fault(twin, webhook="old-version")
    await twin.checkout(state="open")
    await _now(twin)
    assert receiver.received[0].headers["x-shopify-api-version"] == "2023-01"


async def test_a_status_is_retried(twin: TwinUser, receiver: Receiver) -> None:
    await _fault(twin, status=503, times=2)
    await twin.checkout(state="open")
    await twin.advance("1 day")
    assert len(receiver.received) == 1
    outcomes = [each["outcome"] for each in (await twin.ask("GET", "/deliveries"))["deliveries"]]
    assert outcomes == ["failed", "failed", "delivered"]
