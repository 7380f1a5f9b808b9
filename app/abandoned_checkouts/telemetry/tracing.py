"""Traces by OpenTelemetry. Needs the extra `tracing`.

A program that has set up its own tracer provider keeps it. Otherwise spans go to the OTLP endpoint that the variables
of OpenTelemetry name: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER and others.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, TracerProvider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from abandoned_checkouts.telemetry.current import RequestRecord
from abandoned_checkouts.telemetry.spans import Headers, Tracing

_NAME = "abandoned_checkouts"
# Seconds in which a server that stops sends the last spans.
LAST_SPANS = 3.0


class OpenTelemetryTracer:
    def __init__(self, provider: TracerProvider) -> None:
        self._tracer = provider.get_tracer(_NAME)

    @contextmanager
    def request(self, record: RequestRecord, headers: Headers) -> Iterator[Span]:
        carrier = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers if name in _PROPAGATED}
        before = propagate.extract(carrier) if carrier else None
        with self._span(f"{record.method} {record.endpoint}", SpanKind.SERVER, before) as span:
            try:
                yield span
            finally:
                _describe(span, record)

    @contextmanager
    def span(self, name: str, attributes: dict[str, str], parent: str | None) -> Iterator[Span]:
        kind = SpanKind.PRODUCER if name == "delivery" else SpanKind.INTERNAL
        before = None if parent is None else _STORED.extract({"traceparent": parent})
        with self._span(name, kind, before) as span:
            span.set_attributes(attributes)
            yield span

    @contextmanager
    def leaf(self, name: str, attributes: dict[str, str]) -> Iterator[Span | None]:
        # Background work looks for due rows all the time. Each look would be a trace.
        if not trace.get_current_span().get_span_context().is_valid:
            yield None
            return
        # Not the present span: such a block may end in another task than the one it began in.
        span = self._tracer.start_span(name, kind=SpanKind.CLIENT, attributes=dict(attributes))
        try:
            yield span
        except Exception as problem:
            _fail(span, problem)
            raise
        finally:
            span.end()

    def headers(self) -> dict[str, str]:
        carrier: dict[str, str] = {}
        propagate.inject(carrier)
        return carrier

    def traceparent(self) -> str | None:
        carrier: dict[str, str] = {}
        _STORED.inject(carrier)
        return carrier.get("traceparent")

    @contextmanager
    def _span(self, name: str, kind: SpanKind, context: Context | None) -> Iterator[Span]:
        # A task that is cancelled, for example because the server stops, has not failed.
        # Messages of errors can quote what a caller sent, so the library does not record them.
        options = {"record_exception": False, "set_status_on_exception": False}
        with self._tracer.start_as_current_span(name, context=context, kind=kind, **options) as span:  # type: ignore[arg-type]
            try:
                yield span
            except Exception as problem:
                _fail(span, problem)
                raise


# The stored context has the trace and the span. It has no baggage, because a caller can send any text there.
_STORED = TraceContextTextMapPropagator()
_PROPAGATED = (b"traceparent", b"tracestate", b"baggage")


def _fail(span: Span, problem: BaseException) -> None:
    span.set_status(Status(StatusCode.ERROR, type(problem).__name__))


def _describe(span: Span, record: RequestRecord) -> None:
    values = {
        "http.request.method": record.method,
        "http.response.status_code": record.status or None,
        "abandoned_checkouts.endpoint": record.endpoint,
        "abandoned_checkouts.operation": record.operation,
        "abandoned_checkouts.shop": record.shop,
        "abandoned_checkouts.app": record.app,
        "abandoned_checkouts.cost": record.cost,
        "abandoned_checkouts.request_id": record.request_id or None,
        "abandoned_checkouts.outcome": record.outcome,
    }
    span.set_attributes({name: value for name, value in values.items() if value is not None})
    if record.outcome == "failed":
        span.set_status(Status(StatusCode.ERROR))


def turn_on() -> Callable[[], None]:
    """Record spans in this process from now on. Returns a function that stops it and sends what waits."""
    provider, close = trace.get_tracer_provider(), _nothing
    if isinstance(provider, trace.ProxyTracerProvider):
        provider, close = _own_provider()
    Tracing.tracer = OpenTelemetryTracer(provider)

    def turn_off() -> None:
        Tracing.tracer = None
        close()

    return turn_off


def _own_provider() -> tuple[TracerProvider, Callable[[], None]]:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import TracerProvider as Provider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    os.environ.setdefault("OTEL_SERVICE_NAME", "abandoned-checkouts")
    provider, exporter = Provider(), OTLPSpanExporter()
    provider.add_span_processor(BatchSpanProcessor(exporter))

    def close() -> None:
        # Ends the attempts to reach a receiver that does not respond: the server should stop.
        end = threading.Timer(LAST_SPANS, exporter.shutdown)
        end.start()
        provider.shutdown()
        end.cancel()

    return provider, close


def _nothing() -> None:
    pass
