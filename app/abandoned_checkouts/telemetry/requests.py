"""Watches every request: records what the log, the metrics and the trace say about it.

`sinks` are what wants to know. They belong to the process, so a process has one log even if it has several servers.
"""

import time
from collections.abc import Callable, Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from abandoned_checkouts.telemetry.current import RequestRecord, current_request
from abandoned_checkouts.telemetry.endpoints import endpoint_of
from abandoned_checkouts.telemetry.spans import Tracing

Sink = Callable[[RequestRecord], None]
_IDS = (b"x-request-id", b"x-wix-request-id")
# Each gets every finished request. Without any, requests are not watched.
sinks: list[Sink] = []


class RequestObserver:
    """Gives each request a record, and the finished record to the sinks. A response without an id of its request gets
    one in x-request-id, made by `new_id`."""

    def __init__(self, new_id: Callable[[], str], receivers: Sequence[Sink] = sinks) -> None:
        self._new_id, self._sinks = new_id, receivers

    @property
    def is_on(self) -> bool:
        """Whether anything watches requests."""
        return bool(self._sinks) or Tracing.tracer is not None

    def begun(self, scope: Scope) -> RequestRecord:
        """The record of a request."""
        return RequestRecord(scope["method"], time.perf_counter(), endpoint_of(scope["path"]))

    def finished(self, record: RequestRecord) -> None:
        """Give the record of a request to the sinks."""
        record.seconds = time.perf_counter() - record.started
        for sink in self._sinks:
            sink(record)

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        record = self.begun(scope)
        before = current_request.set(record)

        async def observed(message: Message) -> None:
            if message["type"] == "http.response.start":
                record.status = message["status"]
                for name, value in message["headers"]:
                    if name in _IDS:
                        record.request_id = value.decode("latin-1")
                        break
                else:
                    record.request_id = self._new_id()
                    message["headers"] = [*message["headers"], (b"x-request-id", record.request_id.encode())]
            await send(message)

        # By this, a server for tests finds the connection that it resets (see twin/faulty_requests).
        observed.__wrapped__ = send  # type: ignore[attr-defined]
        try:
            if Tracing.tracer is None:
                await app(scope, receive, observed)
            else:
                with Tracing.tracer.request(record, scope["headers"]):
                    await app(scope, receive, observed)
        finally:
            current_request.reset(before)
            self.finished(record)
