"""A receiver of OTLP over HTTP that decodes the spans, and of webhooks, on one port of this machine."""

import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span

# What a test waits for at most. It fails then; it never passes by waiting.
LONGEST = 120


@dataclass
class OtlpReceiver:
    """`services` are the values of service.name, `payloads` the decoded messages as text, `webhooks` the headers."""

    port: int = 0
    spans: list[Span] = field(default_factory=list)
    services: set[str] = field(default_factory=set)
    payloads: list[str] = field(default_factory=list)
    webhooks: list[dict[str, str]] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def url(self, path: str = "") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def wait_for(self, condition: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, LONGEST), f"after {LONGEST} seconds: {self.names}"

    @property
    def names(self) -> list[str]:
        return [each.name for each in self.spans]

    def named(self, name: str) -> list[Span]:
        return [each for each in self.spans if each.name == name]

    def take(self, message: ExportTraceServiceRequest) -> None:
        self.payloads.append(str(message))
        for resource in message.resource_spans:
            names = {each.key: each.value.string_value for each in resource.resource.attributes}
            self.services.add(names["service.name"])
            for scope in resource.scope_spans:
                self.spans.extend(scope.spans)


@contextmanager
def otlp_receiver() -> Iterator[OtlpReceiver]:
    received = OtlpReceiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            answer = b""
            with received.changed:
                if self.path == "/v1/traces":
                    assert self.headers["content-type"] == "application/x-protobuf"
                    plain = gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body
                    received.take(ExportTraceServiceRequest.FromString(plain))
                    answer = ExportTraceServiceResponse().SerializeToString()
                else:
                    received.webhooks.append({name.lower(): value for name, value in self.headers.items()})
                received.changed.notify_all()
            self.send_response(200)
            self.send_header("content-type", "application/x-protobuf")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        received.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield received
        finally:
            server.shutdown()
            thread.join()
