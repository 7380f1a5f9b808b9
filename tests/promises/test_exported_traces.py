"""What docs/operations.md promises about traces: the spans that a server sends by OTLP, as a receiver decodes them."""

import asyncio
import signal
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from sqlalchemy import select

from abandoned_checkouts.checkouts.moment import MINUTE
from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.store.checkouts.take import take_checkout
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tables import abandoned_checkouts
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import create_shop
from abandoned_checkouts.work.abandon_due import abandon_due
from abandoned_checkouts.work.subscribe import subscribe
from tests.cli.conftest import Run, run
from tests.cli.serving import serving
from tests.intake.messages import START, checkout
from tests.promises.otlp_receiver import LONGEST, OtlpReceiver, otlp_receiver

__all__ = ["run"]

SHOP = "acme.myshopify.com"
READS, ACTS = "0af7651916cd43dd8448eb211c80319c", "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "b7ad6b7169203331"
# The buyer of the stored checkout, and a person whom a caller names in a search and in the baggage of its trace.
PEOPLE = ("ada@", "Ada", "Lovelace", "anneliese@mailbox.example")


async def _filled(url: str, receiver: OtlpReceiver) -> tuple[str, int]:
    """A store with an abandoned checkout and a subscription. Returns a token, and the number of the checkout."""
    store = await open_database(url)
    async with store.begin() as connection:
        shop = await create_shop(connection, SHOP, now=START)
        token = await issue_token(connection, shop, ["write_orders", "read_customers", "read_products"], now=START)
        address = receiver.url("/webhook")
        await subscribe(connection, shop, "own", "abandoned_checkouts/closed", address, now=START, reach=Reach.PRIVATE)
        await take_checkout(connection, shop, checkout_from_rest(checkout("t1"), zone="UTC"), START)
    await abandon_due(store, START + 20 * MINUTE)
    async with store.read() as connection:
        number = (await connection.execute(select(abandoned_checkouts.c.id))).scalar_one()
    await store.close()
    return token, number


def _parents(receiver: OtlpReceiver) -> dict[bytes, Span]:
    return {each.span_id: each for each in receiver.spans}


def _attributes(span: Span) -> dict[str, object]:
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


def test_a_server_sends_the_spans_of_requests_deliveries_and_syncs(
    run: Run, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with otlp_receiver() as receiver:
        token, number = asyncio.run(_filled(sqlite_url, receiver))
        # docs/operations.md: the setting, and the variable of OpenTelemetry. The other one sends spans sooner.
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url())
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
        with serving(sqlite_url, tracing="true", allow_private_targets="true") as server:
            headers = {"X-Shopify-Access-Token": token, "baggage": f"person={PEOPLE[-1]}"}
            with httpx.Client(base_url=server.base, headers=headers) as client:
                search = f'abandonedCheckouts(first: 2, query: "email:{PEOPLE[-1]}")'
                read = client.post(
                    "/admin/api/2026-10/graphql.json",
                    json={"query": f"query Named {{ {search} {{ nodes {{ id }} }} }}"},
                    headers={"traceparent": f"00-{READS}-{CALLER}-01"},
                )
                assert read.status_code == 200 and "errors" not in read.json()
                closed = client.post(
                    f"/merchant/checkouts/{number}",
                    data={"action": "close"},
                    headers={"traceparent": f"00-{ACTS}-{CALLER}-01"},
                )
                assert closed.status_code == 303
            (tmp_path / "token").write_text(token)
            source = ("--from", server.base, "--token-file", str(tmp_path / "token"))
            run("sync", "add", "main", "--shop", "copy.myshopify.com", *source, "--database", sqlite_url)
            receiver.wait_for(lambda: bool(receiver.webhooks and receiver.named("delivery") and receiver.named("sync")))
            # The rest is sent when the server stops.
            server.process.send_signal(signal.SIGTERM)
            server.process.wait(LONGEST)
    assert receiver.services == {"abandoned-checkouts"}
    _check_query(receiver)
    _check_delivery(receiver)
    [sync] = receiver.named("sync")
    assert not sync.parent_span_id and _attributes(sync) == {"platform": "shopify"}
    assert any(each.name == "sql" and each.parent_span_id == sync.span_id for each in receiver.spans)
    failed = [each for each in receiver.spans if each.status.code == Status.STATUS_CODE_ERROR]
    assert [(each.name, each.status.message, _attributes(each)) for each in failed] == []
    sent = "\n".join(receiver.payloads)
    assert [person for person in PEOPLE if person in sent] == [] and token not in sent


def _check_query(receiver: OtlpReceiver) -> None:
    """The caller's span → the request → the plan → SQL."""
    of_query = [each for each in receiver.spans if each.trace_id.hex() == READS]
    [request] = [each for each in of_query if each.name == "POST graphql"]
    [plan] = [each for each in of_query if each.name == "plan"]
    assert request.kind == Span.SPAN_KIND_SERVER and request.parent_span_id.hex() == CALLER
    assert plan.parent_span_id == request.span_id
    assert any(each.name == "sql" and each.parent_span_id == plan.span_id for each in of_query)
    attributes = _attributes(request)
    assert attributes["abandoned_checkouts.operation"] == "Named" and attributes["abandoned_checkouts.shop"] == SHOP
    assert attributes["http.response.status_code"] == 200


def _check_delivery(receiver: OtlpReceiver) -> None:
    """The request that made the event → the delivery → the receiver of the webhook."""
    [request] = [each for each in receiver.named("POST pages") if each.trace_id.hex() == ACTS]
    [delivery] = receiver.named("delivery")
    assert delivery.kind == Span.SPAN_KIND_PRODUCER
    assert (delivery.trace_id, delivery.parent_span_id) == (request.trace_id, request.span_id)
    [webhook] = receiver.webhooks
    assert webhook["traceparent"] == f"00-{ACTS}-{delivery.span_id.hex()}-01" and "baggage" not in webhook
