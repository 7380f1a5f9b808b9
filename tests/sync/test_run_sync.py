"""Copies a shop from another server: backfill, changes, and the same checkouts on both sides."""

from typing import Any

import httpx
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import select

from abandoned_checkouts.config import Settings
from abandoned_checkouts.server import create_app
from abandoned_checkouts.store.tables import events
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.sync.run_sync import sync_and_shop
from abandoned_checkouts.telemetry.spans import Tracing
from abandoned_checkouts.telemetry.tracing import OpenTelemetryTracer
from tests.sync.conftest import NOW, Copy, SourceShop

COMPARED = """{ abandonedCheckouts(first: 100, reverse: true) { nodes { id name note createdAt updatedAt completedAt
  discountCodes abandonedCheckoutUrl taxesIncluded customAttributes { key value }
  totalPriceSet { shopMoney { amount currencyCode } presentmentMoney { amount } }
  totalDiscountSet { shopMoney { amount } } subtotalPriceSet { shopMoney { amount } }
  billingAddress { address1 city countryCodeV2 } shippingAddress { address1 city }
  customer { id firstName defaultEmailAddress { emailAddress marketingState } }
  lineItems(first: 10) { nodes { title sku quantity originalTotalPriceSet { shopMoney { amount } }
    discountedTotalPriceWithCodeDiscount { shopMoney { amount } }
    discountAllocations(first: 5) { nodes { allocatedAmountSet { shopMoney { amount } } } } } } } } }"""


async def answer_of_copy(copy: Copy, document: str) -> Any:
    """The answer of a server that serves the copy."""
    database = copy.database
    _, shop = await sync_and_shop(database, "main")
    async with database.begin() as connection:
        token = await issue_token(connection, shop, ["read_orders", "read_customers", "read_products"], now=NOW)
    url = database.url.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, throttle=False, work=False), clock=copy.now)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://copy.myshopify.com") as client:
            headers = {"X-Shopify-Access-Token": token}
            response = await client.post("/admin/api/2026-07/graphql.json", json={"query": document}, headers=headers)
    return response.json()["data"]


async def events_of(copy: Copy) -> list[str]:
    async with copy.database.read() as connection:
        return list((await connection.execute(select(events.c.kind).order_by(events.c.id))).scalars())


async def test_a_run_is_a_span_to_which_its_events_belong(
    copy: Copy, source: SourceShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await copy.run()
    source.advance(120)
    source.checkout(email="new@example.com", token="new-one")
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(Tracing, "tracer", OpenTelemetryTracer(provider))
    await copy.run()
    [run] = [each for each in exporter.get_finished_spans() if each.name == "sync"]
    assert dict(run.attributes or {}) == {"platform": "shopify"} and run.context is not None
    async with copy.database.read() as connection:
        written = set((await connection.execute(select(events.c.traceparent))).scalars())
    trace = f"00-{run.context.trace_id:032x}-{run.context.span_id:016x}-"
    assert written and all(each.startswith(trace) for each in written)


async def test_backfill_and_changes(copy_on: Copy, source: SourceShop) -> None:
    first = await copy_on.run()
    assert first.outcomes["created"] == 40 and not first.rejected
    report = await copy_on.verify()
    assert report.is_same and report.json()["totals"]["same"] == 40
    assert await events_of(copy_on) == []

    source.advance(120)
    source.checkout(email="new@example.com", token="new-one")
    source.ask("POST", "/checkouts/new-one/recover")
    assert not (await copy_on.verify()).is_same
    second = await copy_on.run()
    assert second.outcomes["created"] == 1
    assert (await copy_on.verify()).is_same
    assert await events_of(copy_on) == ["checkout_created", "checkout_abandoned", "checkout_recovered"]
    third = await copy_on.run()
    assert set(third.outcomes) == {"unchanged"} and third.requests == 2


async def test_both_sides_answer_the_same(copy: Copy, source: SourceShop) -> None:
    await copy.run()
    assert await answer_of_copy(copy, COMPARED) == source.graphql(COMPARED)["data"]
