"""Deliveries of Shopify's webhooks: content, order, retries and failure."""

import asyncio
import re
from itertools import pairwise
from xml.etree import ElementTree

import orjson
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import select

from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.moment import HOUR, MINUTE, SECOND
from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.formats.webhooks.signature import signature
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.outbox.delivery_log import find_delivery, list_deliveries, replay_deliveries
from abandoned_checkouts.store.tables import deliveries, events, webhook_subscriptions
from abandoned_checkouts.telemetry.spans import Tracing, span, trace_headers
from abandoned_checkouts.telemetry.tracing import OpenTelemetryTracer
from abandoned_checkouts.work.deliver import Timing
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import SECRET, START, Clock
from tests.pace import slack
from tests.work.conftest import ReportCheckout, Subscribe
from tests.work.receiver import RESET, TIMEOUT, Behaviour, Receiver

pytestmark = pytest.mark.anyio


def topics(receiver: Receiver) -> list[str]:
    return [each.headers.get("x-shopify-topic", "") for each in receiver.received]


async def test_headers_signature_and_body(
    subscribe: Subscribe, report_checkout: ReportCheckout, workers: Workers, receiver: Receiver, shop: Shop
) -> None:
    await subscribe("CHECKOUTS_CREATE", "/new", name="mirror_1", api_version="2025-10")
    await subscribe("CHECKOUTS_CREATE", "/other")
    await report_checkout()
    await workers.settle()
    old, new = sorted(receiver.received, key=lambda each: each.path)
    assert old.headers["x-shopify-topic"] == "checkouts/create"
    assert old.headers["x-shopify-shop-domain"] == shop.domain
    assert old.headers["x-shopify-name"] == "mirror_1" and "x-shopify-name" not in new.headers
    assert old.headers["x-shopify-api-version"] == "2025-10"
    assert old.headers["x-shopify-triggered-at"] == "2026-09-21T14:13:20.000000000Z"
    assert old.headers["content-type"] == "application/json"
    assert old.headers["x-shopify-event-id"] == new.headers["x-shopify-event-id"]
    assert old.headers["x-shopify-webhook-id"] != new.headers["x-shopify-webhook-id"]
    for each in (old, new):
        assert each.headers["x-shopify-hmac-sha256"] == signature(each.body, SECRET)
    body = orjson.loads(old.body)
    assert body["token"] == "t1" and body["id"] > 0 and "id" not in orjson.loads(new.body)
    key = derived_token(shop.secret, "recovery", "t1")
    assert body["abandoned_checkout_url"] == f"http://127.0.0.1:8000/{shop.id}/checkouts/ac/cart-t1/recover?key={key}"
    assert body["created_at"] == "2026-09-21T10:13:20-04:00" and body["total_price"] == "39.00"


async def stored_traces(store: Database) -> set[str | None]:
    async with store.read() as connection:
        of_events = (await connection.execute(select(events.c.traceparent))).scalars()
        return {*of_events, *(await connection.execute(select(deliveries.c.traceparent))).scalars()}


async def test_each_attempt_continues_the_trace_of_the_request_that_made_the_event(
    subscribe: Subscribe,
    report_checkout: ReportCheckout,
    workers: Workers,
    receiver: Receiver,
    clock: Clock,
    store: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(Tracing, "tracer", OpenTelemetryTracer(provider))
    receiver.behave = lambda *_: 500 if len(receiver.received) == 0 else 200
    await subscribe("CHECKOUTS_CREATE", "/new")
    with span("request"):
        caller = trace_headers()["traceparent"]
        await report_checkout()
    assert await stored_traces(store) == {caller}
    await workers.settle()
    clock.now += HOUR
    await workers.settle()
    sent = [each.headers["traceparent"] for each in receiver.received]
    attempts = [each for each in exporter.get_finished_spans() if each.name == "delivery"]
    # After an hour, a worker has abandoned the checkout: no request made that event.
    assert len(sent) == len(attempts) == 2 and await stored_traces(store) == {caller, None}
    _version, trace, request, _flags = caller.split("-")
    for header, attempt in zip(sent, attempts, strict=True):
        assert attempt.context is not None and attempt.parent is not None
        assert f"{attempt.parent.span_id:016x}" == request and attempt.parent.is_remote
        assert header.split("-")[1:3] == [trace, f"{attempt.context.span_id:016x}"]


async def test_without_traces_nothing_of_them_is_stored_or_sent(
    subscribe: Subscribe, report_checkout: ReportCheckout, workers: Workers, receiver: Receiver, store: Database
) -> None:
    await subscribe("CHECKOUTS_CREATE", "/new")
    await report_checkout()
    await workers.settle()
    assert await stored_traces(store) == {None} and "traceparent" not in receiver.received[0].headers


async def test_an_event_without_a_trace_begins_one(
    subscribe: Subscribe,
    report_checkout: ReportCheckout,
    workers: Workers,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await subscribe("CHECKOUTS_CREATE", "/new")
    await report_checkout()
    monkeypatch.setattr(Tracing, "tracer", OpenTelemetryTracer(TracerProvider()))
    await workers.settle()
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]", receiver.received[0].headers["traceparent"])


async def test_xml_reaches_the_receiver_signed(
    subscribe: Subscribe, report_checkout: ReportCheckout, workers: Workers, receiver: Receiver
) -> None:
    await subscribe("CHECKOUTS_CREATE", "/xml", format="XML", include_fields=["token", "email", "line_items.title"])
    await subscribe("CHECKOUTS_CREATE", "/json")
    await report_checkout(note="<Tom & Ada>")
    await workers.settle()
    xml, plain = sorted(receiver.received, key=lambda each: each.path, reverse=True)
    assert (xml.headers["content-type"], plain.headers["content-type"]) == ("application/xml", "application/json")
    assert xml.headers["x-shopify-hmac-sha256"] == signature(xml.body, SECRET)
    root = ElementTree.fromstring(xml.body)
    assert (root.tag, root.findtext("token"), root.findtext("email")) == ("checkout", "t1", "ada@example.com")
    titles = [line["title"] for line in orjson.loads(plain.body)["line_items"]]
    assert [line.findtext("title") for line in root.findall("line-items/line-item")] == titles and titles
    assert root.find("note") is None, "the fields are those of the subscription"


async def test_a_lifecycle_is_sent_in_order(
    subscribe: Subscribe, report_checkout: ReportCheckout, workers: Workers, receiver: Receiver, clock: Clock
) -> None:
    for topic in ("CHECKOUTS_CREATE", "CHECKOUTS_UPDATE", "CHECKOUTS_DELETE"):
        await subscribe(topic)
    await report_checkout()
    clock.pass_minutes(1)
    await report_checkout(note="gift")
    clock.pass_minutes(20)
    await workers.settle()
    assert sorted(topics(receiver)) == ["checkouts/create", "checkouts/update"], (
        "Shopify has no topic for an abandonment"
    )
    await report_checkout(note="gift", completed_at="2026-09-21T10:34:20-04:00")
    await workers.settle()
    assert topics(receiver)[2:] == ["checkouts/update"]
    assert orjson.loads(receiver.received[-1].body)["completed_at"] == "2026-09-21T10:34:20-04:00"


@pytest.mark.parametrize("behaviour", [500, 429, 410, 301, TIMEOUT, RESET])
async def test_the_subscription_is_removed_after_eight_retries_in_four_hours(
    behaviour: Behaviour,
    store: Database,
    shop: Shop,
    subscribe: Subscribe,
    report_checkout: ReportCheckout,
    receiver: Receiver,
    clock: Clock,
) -> None:
    receiver.behave = lambda path, headers, body: behaviour
    # The short limit is for the endpoint that never responds. The others may be slow on a busy machine.
    answer_limit = 0.15 * slack() if behaviour == TIMEOUT else 10
    workers = Workers(store, clock, reach=Reach.PRIVATE, timing=Timing(seconds=answer_limit))
    await subscribe("CHECKOUTS_CREATE")
    await report_checkout()
    moments: list[int] = []
    for _ in range(100_000):
        await workers.settle()
        async with store.read() as connection:
            first = (await list_deliveries(connection, shop))[0]
        # Counts attempts instead of requests: on a busy machine an attempt may time out before it reaches the receiver.
        moments += [clock()] * (first["attempts"] - len(moments))
        if first["state"] != "waiting":
            break
        clock.now = max(clock.now + SECOND, first["due_at"])
    await workers.stop()
    assert len(moments) == 9 and first["state"] == "failed" and first["attempts"] == 9
    assert 0.89 * 4 * HOUR < moments[-1] - moments[0] < 1.11 * 4 * HOUR
    pauses = [later - earlier for earlier, later in pairwise(moments)]
    assert all(longer > 1.6 * shorter for shorter, longer in pairwise(pauses)), pauses
    assert len({(each.headers["x-shopify-webhook-id"], each.body) for each in receiver.received}) == 1
    async with store.read() as connection:
        assert (await connection.execute(select(webhook_subscriptions))).first() is None
        shown = await find_delivery(connection, shop, first["id"])
    assert shown is not None and len(shown["attempts_made"]) == 9
    assert all(attempt["problem"] for attempt in shown["attempts_made"])


async def test_a_failure_delays_later_events_of_its_subject_only(
    store: Database,
    subscribe: Subscribe,
    report_checkout: ReportCheckout,
    workers: Workers,
    receiver: Receiver,
    clock: Clock,
) -> None:
    failing = 3

    def behave(path: str, headers: dict[str, str], body: bytes) -> Behaviour:
        nonlocal failing
        if orjson.loads(body)["token"] == "bad" and failing:
            failing -= 1
            return 500
        return 200

    receiver.behave = behave
    await subscribe("CHECKOUTS_UPDATE")
    for token in ("bad", "good"):
        await report_checkout(token)
    for note in ("1", "2", "3"):
        clock.pass_minutes(0.01)
        for token in ("bad", "good"):
            await report_checkout(token, note=note)
    await workers.settle()
    good = [orjson.loads(each.body)["note"] for each in receiver.received if b'"good"' in each.body]
    assert good == ["1", "2", "3"]
    for _ in range(12):
        clock.pass_minutes(1)
        await workers.settle()
    bad = [(orjson.loads(each.body)["note"], each.answered) for each in receiver.received if b'"bad"' in each.body]
    assert bad == [("1", 500), ("1", 500), ("1", 500), ("1", 200), ("2", 200), ("3", 200)]


async def test_filters_fields_and_debounce(
    subscribe: Subscribe, report_checkout: ReportCheckout, workers: Workers, receiver: Receiver, clock: Clock
) -> None:
    await subscribe("CHECKOUTS_UPDATE", "/fields", include_fields=["token", "line_items.sku"])
    await subscribe("CHECKOUTS_UPDATE", "/much", filter="total_price:>=50")
    await subscribe("CHECKOUTS_UPDATE", "/hidden", filter="email:*", include_fields=["token"])
    await report_checkout()
    for price in ("40.00", "60.00"):
        clock.pass_minutes(0.1)
        await report_checkout(total_price=price)
        await workers.settle()
    received = {
        path: [each.body for each in receiver.received if each.path == path] for path in ("/fields", "/much", "/hidden")
    }
    assert [orjson.loads(body) for body in received["/fields"]] == [{"token": "t1", "line_items": [{"sku": "POT-1"}]}]
    assert [orjson.loads(body)["total_price"] for body in received["/much"]] == ["60.00"]
    assert received["/hidden"] == []


async def test_a_replay_sends_the_same_request(
    store: Database,
    shop: Shop,
    subscribe: Subscribe,
    report_checkout: ReportCheckout,
    workers: Workers,
    receiver: Receiver,
    clock: Clock,
) -> None:
    await subscribe("CHECKOUTS_CREATE")
    await report_checkout()
    await workers.settle()
    clock.pass_minutes(60 * 24)
    async with store.begin() as connection:
        assert await replay_deliveries(connection, shop, clock(), since=START - MINUTE) == 1
    await workers.settle()
    first, second = receiver.received
    assert first.body == second.body
    assert first.headers["x-shopify-webhook-id"] == second.headers["x-shopify-webhook-id"]
    async with store.read() as connection:
        assert [row["state"] for row in await list_deliveries(connection, shop)] == ["delivered"]


async def test_a_removed_subscription_receives_nothing_more(
    store: Database,
    shop: Shop,
    subscribe: Subscribe,
    report_checkout: ReportCheckout,
    workers: Workers,
    receiver: Receiver,
    clock: Clock,
) -> None:
    receiver.behave = lambda path, headers, body: 500
    await subscribe("CHECKOUTS_CREATE")
    await report_checkout()
    await workers.settle()
    async with store.begin() as connection:
        await connection.execute(webhook_subscriptions.delete())
    clock.pass_minutes(5)
    await workers.settle()
    assert len(receiver.received) == 1
    async with store.read() as connection:
        assert [row["state"] for row in await list_deliveries(connection, shop)] == ["cancelled"]


async def test_slow_receivers_together_do_not_delay_a_quick_one(
    store: Database, clock: Clock, subscribe: Subscribe, report_checkout: ReportCheckout, receiver: Receiver
) -> None:
    """Each of two slow receivers may use half of the attempts, so they used all of them, and the quick one waited."""
    receiver.behave = lambda path, *_: TIMEOUT if path.startswith("/slow") else 200
    for path in ("/slow1", "/slow2", "/quick"):
        await subscribe("CHECKOUTS_CREATE", path)
    for number in range(30):
        await report_checkout(f"t{number}")
    async with Workers(store, clock, reach=Reach.PRIVATE, timing=Timing(seconds=1.1)):
        async with asyncio.timeout(30 * slack()):
            while sum(each.path == "/quick" for each in receiver.received) < 30:  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.02)
        slow = sum(each.path != "/quick" for each in receiver.received)
    # 16 of them before it is known that they are slow, and 8 afterwards; without that, all 60.
    assert slow <= 30
