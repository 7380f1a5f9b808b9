"""Moving the clock: when the call returns, all work that became due has run, each at its due time."""

import asyncio

import pytest

from abandoned_checkouts.twin import travel as module
from tests.twin.conftest import TwinUser
from tests.work.receiver import Receiver

DEADLINE = "2026-12-01T09:00:00.000000Z"


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
async def test_an_open_checkout_is_abandoned_at_its_own_moment(twin: TwinUser) -> None:
    await twin.freeze("2026-12-01T09:00:00Z")
    await twin.checkout(state="open", email="ada@example.com")
    assert await twin.count() == 0
    ran = (await twin.advance("3 days"))["ran"]
    # On PostgreSQL, a worker also adds up the counts of reports.
    happened = {name: count for name, count in ran["moments"][-1].items() if name != "report counts"}
    assert happened == {"instant": "2026-12-01T09:10:00.000000Z", "abandonments": 1, "events": 1}
    found = await twin.graphql(
        "{abandonedCheckouts(first:5){nodes{createdAt customer{email} lineItems(first:1){nodes{title}}}}}"
    )
    assert len(found["data"]["abandonedCheckouts"]["nodes"]) == 1
    assert (await twin.ask("GET", "/clock"))["currentInstant"] == "2026-12-04T09:00:00.000000Z"


async def test_retries_of_a_delivery_happen_on_the_way(twin: TwinUser) -> None:
    await twin.freeze("2026-12-01T09:00:00Z")
    async with Receiver(behave=lambda *_: 500) as receiver:
        created = await twin.graphql(
            "mutation($u:String!){webhookSubscriptionCreate(topic:CHECKOUTS_CREATE,webhookSubscription:{uri:$u})"
            "{userErrors{message} webhookSubscription{id}}}",
            u=receiver.url(),
        )
        assert created["data"]["webhookSubscriptionCreate"]["userErrors"] == []
        await twin.checkout(state="open")
        await twin.ask("PUT", "/clock", {"action": "advance", "durationMillis": 0})
        assert len(receiver.received) == 1
        ran = (await twin.advance("1 day"))["ran"]
        assert len(receiver.received) > 5
        assert len({each.headers["x-shopify-webhook-id"] for each in receiver.received}) == 1
        moments = [moment["instant"] for moment in ran["moments"] if "deliveries" in moment]
        assert moments == sorted(set(moments))


async def test_the_clock_does_not_go_back(twin: TwinUser) -> None:
    await twin.freeze("2026-12-01T09:00:00Z")
    for body in (
        {"action": "advance", "instant": "2026-11-01T00:00:00Z"},
        {"action": "freeze", "instant": "2026-11-01T00:00:00Z"},
        {"action": "reset"},
    ):
        assert "Restore a snapshot" in (await twin.ask("PUT", "/clock", body, 409))["errors"]
    assert (await twin.ask("GET", "/clock"))["currentInstant"] == DEADLINE


async def test_a_running_clock_abandons_by_itself(twin: TwinUser) -> None:
    await twin.checkout(state="open")
    twin.real.pass_minutes(11)
    for _ in range(100):
        if await twin.count():
            break
        await asyncio.sleep(0.05)
    assert await twin.count() == 1


async def test_a_jump_reports_its_progress_and_can_be_cancelled(twin: TwinUser) -> None:
    await twin.freeze("2026-12-01T09:00:00Z")
    for minutes in range(30):
        await twin.checkout(state="open", ago=f"{minutes % 10} minutes")
    jump = asyncio.create_task(twin.advance("1 day"))
    state = await twin.ask("GET", "/clock")
    while state["status"] != "advancing":
        await asyncio.sleep(0)
        state = await twin.ask("GET", "/clock")
    assert (
        "is advancing" in (await twin.ask("PUT", "/clock", {"action": "advance", "duration": "1 day"}, 409))["errors"]
    )
    await twin.ask("PUT", "/clock", {"action": "cancel"})
    ended = await jump
    assert ended["travel"]["status"] == "cancelled"
    assert ended["currentInstant"] < "2026-12-02T09:00:00.000000Z"
    assert "not advancing" in (await twin.ask("PUT", "/clock", {"action": "cancel"}, 409))["errors"]
    # The rest is done by the next jump.
    await twin.advance("1 day")
    assert await twin.count() == 30


async def test_a_report_lists_a_bounded_number_of_moments_and_counts_all(
    twin: TwinUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_LISTED", 3)
    await twin.freeze("2026-12-01T09:00:00Z")
    for minutes in range(8):
        await twin.checkout(state="open", ago=f"{minutes} minutes")
    ran = (await twin.advance("1 hour"))["ran"]
    assert len(ran["moments"]) == 3
    assert ran["total"]["abandonments"] == 8
