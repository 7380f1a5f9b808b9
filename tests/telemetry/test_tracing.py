"""Traces: spans of requests, plans and SQL, and the trace of the caller."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Sequence

import pytest
from opentelemetry.exporter.otlp.proto.http import trace_exporter
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from abandoned_checkouts.config import Settings
from abandoned_checkouts.shopify.http import graphql_endpoint
from abandoned_checkouts.telemetry import tracing
from abandoned_checkouts.telemetry.spans import Tracing, leaf, span, trace_headers
from abandoned_checkouts.telemetry.tracing import OpenTelemetryTracer
from tests.shopify.caller import Caller, caller_for

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
PERSON = "anneliese@mailbox.example"


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(Tracing, "tracer", OpenTelemetryTracer(provider))
    yield exporter
    provider.shutdown()


@pytest.fixture
async def caller(sqlite_url: str) -> AsyncIterator[Caller]:
    async for each in caller_for(sqlite_url, Settings(database_url=sqlite_url, work=False)):
        yield each


def named(exporter: InMemorySpanExporter, name: str) -> list[ReadableSpan]:
    return [each for each in exporter.get_finished_spans() if each.name == name]


@pytest.mark.anyio
async def test_the_spans_of_a_query_belong_to_the_trace_of_the_caller(
    caller: Caller, exporter: InMemorySpanExporter
) -> None:
    document = f'query Named {{ abandonedCheckoutsCount(query: "email:{PERSON}") {{ count }} }}'
    await caller.post(document, headers=TRACEPARENT)
    [request], [plan] = named(exporter, "POST graphql"), named(exporter, "plan")
    assert request.context is not None and request.parent is not None and plan.context is not None
    assert f"{request.context.trace_id:032x}" == TRACE and f"{request.parent.span_id:016x}" == PARENT
    assert plan.parent is not None and plan.parent.span_id == request.context.span_id
    statements = [each for each in named(exporter, "sql") if each.parent is not None]
    assert any(each.parent.span_id == plan.context.span_id for each in statements if each.parent is not None)
    attributes = dict(request.attributes or {})
    assert attributes["abandoned_checkouts.operation"] == "Named" and attributes["http.response.status_code"] == 200
    assert attributes["abandoned_checkouts.shop"] == "acme.myshopify.com"
    assert PERSON not in "".join(each.to_json() for each in exporter.get_finished_spans())


@pytest.mark.anyio
async def test_a_failed_request_has_a_failed_span_without_the_message(
    caller: Caller, exporter: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object, **__: object) -> None:
        with span("plan"):
            raise ValueError(PERSON)

    monkeypatch.setattr(graphql_endpoint, "run", fails)
    await caller.post("{ shop { id } }")
    [request], [plan] = named(exporter, "POST graphql"), named(exporter, "plan")
    assert not request.status.is_ok and not plan.status.is_ok and plan.status.description == "ValueError"
    assert not plan.events and PERSON not in plan.to_json() + request.to_json()


@pytest.mark.parametrize(("problem", "is_failed"), [(asyncio.CancelledError(), False), (ValueError(), True)])
def test_a_cancelled_task_has_not_failed(
    exporter: InMemorySpanExporter, problem: BaseException, is_failed: bool
) -> None:
    with pytest.raises(type(problem)), span("sync"), leaf("sql"):
        raise problem
    assert [not each.status.is_ok for each in exporter.get_finished_spans()] == [is_failed, is_failed]


def test_a_receiver_can_continue_the_trace(exporter: InMemorySpanExporter) -> None:
    with span("delivery", dialect="shopify"):
        sent = trace_headers()
    [delivery] = exporter.get_finished_spans()
    assert delivery.context is not None
    expected = f"00-{delivery.context.trace_id:032x}-{delivery.context.span_id:016x}-{delivery.context.trace_flags:02x}"
    assert sent == {"traceparent": expected}
    assert dict(delivery.attributes or {}) == {"dialect": "shopify"}


def test_sql_outside_spans_is_no_trace(exporter: InMemorySpanExporter) -> None:
    with leaf("sql"):
        pass
    assert exporter.get_finished_spans() == ()


def test_a_receiver_that_does_not_respond_does_not_keep_the_server_from_stopping(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, ended = threading.Event(), threading.Event()

    class Silent(SpanExporter):
        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            asked.set()
            ended.wait()
            return SpanExportResult.FAILURE

        def shutdown(self) -> None:
            ended.set()

    monkeypatch.setattr(trace_exporter, "OTLPSpanExporter", Silent)
    monkeypatch.setattr(tracing, "LAST_SPANS", 0.01)
    monkeypatch.setattr(Tracing, "tracer", None)
    turn_off = tracing.turn_on()
    with span("sync"):
        pass
    turn_off()
    assert asked.is_set() and ended.is_set() and Tracing.tracer is None


def test_without_a_tracer_nothing_happens() -> None:
    assert Tracing.tracer is None and trace_headers() == {}
    with span("delivery"), leaf("sql"):
        assert trace_headers() == {}
