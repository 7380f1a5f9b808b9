"""Moving the clock: when the call returns, all work that became due has run, each at its due time."""

import asyncio
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import make_url

from abandoned_checkouts.twin import work_report as module
from abandoned_checkouts.work import abandon_due
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import Clock
from tests.twin.conftest import TwinUser
from tests.work.receiver import Receiver

DEADLINE = "2026-12-01T09:00:00.000000Z"


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
async def test_an_open_checkout_is_abandoned_at_its_own_moment(twin: TwinUser) -> None:
    await twin.freeze("2026-12-01T09:00:00Z")
    await twin.checkout(state="open", email="ada@example.com")
    assert await twin.count() == 0
    ran = (await twin.advance("3 days"))["ran"]
    assert ran["moments"][-1] == {"instant": "2026-12-01T09:10:00.000000Z", "abandonments": 1, "events": 1}
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


async def test_a_jump_is_cancelled_within_a_moment_at_which_much_is_due(
    twin: TwinUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each round does one abandonment here, and 100 in a server."""
    monkeypatch.setattr(abandon_due, "BATCH", 1)
    await twin.freeze("2026-12-01T09:00:00Z")
    for _ in range(10):
        await twin.checkout(state="open")
    await twin.advance("0 seconds")
    jump = asyncio.create_task(twin.advance("1 day"))
    state = await twin.ask("GET", "/clock")
    while not (state["status"] == "advancing" and state["travel"]["steps"]):
        await asyncio.sleep(0)
        state = await twin.ask("GET", "/clock")
    await twin.ask("PUT", "/clock", {"action": "cancel"})
    ended = await jump
    assert ended["currentInstant"] == "2026-12-01T09:10:00.000000Z"
    done = ended["ran"]["total"]["abandonments"]
    assert ended["travel"]["status"] == "cancelled" and 0 < done < 10
    # The rest is done by the next jump.
    assert (await twin.advance("1 day"))["ran"]["total"]["abandonments"] == 10 - done


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


async def subscribed(twin: TwinUser, receiver: Receiver) -> None:
    created = await twin.graphql(
        "mutation($u:String!){webhookSubscriptionCreate(topic:CHECKOUTS_CREATE,webhookSubscription:{uri:$u})"
        "{userErrors{message}}}",
        u=receiver.url(),
    )
    assert created["data"]["webhookSubscriptionCreate"]["userErrors"] == []


@pytest.mark.parametrize("background_first", [True, False])
async def test_a_report_has_the_work_that_the_background_did_before(twin: TwinUser, background_first: bool) -> None:
    await twin.freeze("2026-12-01T09:00:00Z")
    async with Receiver() as receiver:
        await subscribed(twin, receiver)
        await twin.advance("0 seconds")
        await twin.checkout(state="open")
        if background_first:
            await twin.ask("POST", "/deliveries/wait-for-count", {"count": 1})
            await twin.ask("POST", "/deliveries/find", {})
        jump = await twin.advance("1 minute")
    # A delivery counts twice: its attempt and its result.
    ran = {"deliveries": 2, "events": 1}
    assert jump["ran"] == {"total": ran, "moments": [{"instant": DEADLINE, **ran}]}
    assert jump["travel"]["steps"] == 3
    assert (await twin.advance("1 minute"))["ran"] == {"total": {}, "moments": []}


async def test_the_report_after_a_restore_is_that_after_the_snapshot(twin: TwinUser) -> None:
    await twin.freeze("2026-12-01T09:00:00Z")
    await twin.checkout(state="open")
    await twin.ask("PUT", "/snapshots/before")
    first = await twin.advance("1 day")
    await twin.ask("POST", "/snapshots/before/restore")
    assert "travel" in await twin.ask("GET", "/clock")
    assert await twin.advance("1 day") == first


async def test_freezing_at_a_later_instant_runs_what_is_due_on_the_way(twin: TwinUser) -> None:
    await twin.freeze("2026-12-01T09:00:00Z")
    await twin.checkout(state="open")
    ran = (await twin.freeze("2026-12-02T09:00:00Z"))["ran"]
    assert ran["moments"][-1]["instant"] == "2026-12-01T09:10:00.000000Z"


async def test_a_reset_runs_what_is_due_until_real_time(twin: TwinUser) -> None:
    await twin.freeze()
    await twin.checkout(state="open")
    twin.real.pass_minutes(60)
    reset = await twin.ask("PUT", "/clock", {"action": "reset"})
    assert reset["status"] == "running"
    assert len({moment["instant"] for moment in reset["ran"]["moments"]}) == 2
    assert await twin.count() == 1


async def test_the_clock_advances_by_nothing_while_it_runs(twin: TwinUser, monkeypatch: pytest.MonkeyPatch) -> None:
    def later_each_time(clock: Clock) -> int:
        clock.now += 1
        return clock.now

    monkeypatch.setattr(Clock, "__call__", later_each_time)
    assert (await twin.advance("0 seconds"))["status"] == "freeze"


async def test_a_field_of_another_action_is_refused(twin: TwinUser) -> None:
    body = {"action": "freeze", "duration": "3 days"}
    assert '"duration" is not a field here' in (await twin.ask("PUT", "/clock", body, 422))["errors"]


async def test_a_fault_applies_only_to_webhooks_of_later_events(twin: TwinUser) -> None:
    await twin.freeze("2026-12-01T09:00:00Z")
    async with Receiver() as receiver:
        await subscribed(twin, receiver)
        await twin.checkout(state="open")
        await twin.ask("POST", "/faults", [{"webhook": "lost", "topic": "checkouts/*"}])
        await twin.checkout(state="open")
        assert [fault["applied"] for fault in (await twin.ask("GET", "/faults"))["faults"]] == [1]
        assert len(receiver.received) == 1


async def test_a_settled_twin_does_not_look_for_work_again(twin: TwinUser, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[str] = []
    settle = Workers.settle

    async def noted(workers: Workers, *hooks: Any) -> Any:
        rounds.append("round")
        return await settle(workers, *hooks)

    monkeypatch.setattr(Workers, "settle", noted)
    await twin.freeze()
    await twin.checkout(state="open")
    await twin.advance("0 seconds")
    # The first search after a change can still find something; the next ones know the result.
    await twin.ask("POST", "/deliveries/count", {})
    rounds.clear()
    for _ in range(5):
        assert await twin.ask("POST", "/deliveries/count", {}) == {"count": 0}
    assert rounds == []
    await twin.checkout(state="open")
    await twin.ask("POST", "/deliveries/count", {})
    assert rounds


async def test_a_running_clock_looks_for_work_when_something_is_due(twin: TwinUser) -> None:
    await twin.checkout(state="open")
    await twin.ask("POST", "/deliveries/count", {})
    twin.real.pass_minutes(0.5)
    await twin.ask("POST", "/deliveries/count", {})
    assert await twin.count() == 0
    # Nothing is written at the moment at which the checkout becomes abandoned.
    twin.real.pass_minutes(9.5)
    await twin.ask("POST", "/deliveries/count", {})
    assert await twin.count() == 1


async def test_a_jump_of_100_000_steps_can_be_cancelled(twin: TwinUser, twin_url: str) -> None:
    """Each of 100,000 checkouts lapses at its own moment."""
    await twin.freeze("2026-12-01T09:00:00Z")
    made = await twin.checkout()
    with closing(sqlite3.connect(make_url(twin_url).database or "")) as connection, connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(abandoned_checkouts)")]
        changed = {name: f"{name} + n" for name in ("id", "document_id", "abandoned_at")}
        changed |= {name: f"{name} || n" for name in ("uuid", "token", "cart_token", "recovery_key")}
        values = ", ".join(changed.get(name, name) for name in names)
        connection.execute(
            "WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < 100000) "
            f"INSERT INTO abandoned_checkouts ({', '.join(names)}) SELECT {values} FROM abandoned_checkouts, copies "
            "WHERE id = ?",
            (made["id"],),
        )
    jump = asyncio.create_task(twin.advance("60 days"))
    while (state := await twin.ask("GET", "/clock")).get("travel", {}).get("steps", 0) < 5:
        assert not jump.done()
        await asyncio.sleep(0.01)
    assert state["status"] == "advancing"
    await twin.ask("PUT", "/clock", {"action": "cancel"})
    ended = await jump
    assert ended["travel"]["status"] == "cancelled" and 5 <= ended["travel"]["steps"] < 1000
