"""GET /metrics: with a token on the server's own port, or on a port that only this machine reaches."""

import hmac
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from abandoned_checkouts.telemetry.prometheus import CONTENT_TYPE, prometheus_metrics

PATH = "/metrics"
_HEADERS = {"Cache-Control": "no-store"}


def metrics_route(token: str) -> Route:
    """The route. Callers send the token as a bearer token; others get status 401."""
    expected = f"Bearer {token}".encode()

    async def metrics(request: Request) -> Response:
        sent = request.headers.get("authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(sent, expected):
            return Response(
                "Send the token of ABANDONED_CHECKOUTS_METRICS_TOKEN in the header: Authorization: Bearer TOKEN\n",
                401,
                {**_HEADERS, "WWW-Authenticate": "Bearer"},
                "text/plain",
            )
        # Adding up the files of several processes takes milliseconds.
        text = await run_in_threadpool(prometheus_metrics().text)
        return Response(text, headers={**_HEADERS, "Content-Type": CONTENT_TYPE})

    return Route(PATH, metrics, methods=["GET"])


def serve_metrics(port: int) -> Callable[[], None]:
    """Serve /metrics on a port of 127.0.0.1, in a thread. Returns a function that stops it. Raises OSError if the port
    cannot be used."""
    from threading import Thread
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_: object) -> None:
            """Requests are not logged."""

    def application(environ: dict[str, str], start: Callable[..., object]) -> list[bytes]:
        if environ["PATH_INFO"] != PATH:
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"The metrics are at /metrics.\n"]
        start("200 OK", [("Content-Type", CONTENT_TYPE)])
        return [prometheus_metrics().text()]

    server = make_server("127.0.0.1", port, application, handler_class=Quiet)
    Thread(target=server.serve_forever, name="metrics", daemon=True).start()

    def stop() -> None:
        server.shutdown()
        server.server_close()

    return stop
