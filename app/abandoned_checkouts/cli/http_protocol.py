"""HTTP connections with limits, on top of uvicorn's: time for headers and bodies, a number, an orderly end.

uvicorn waits for headers without end, and closes an idle connection at the moment when the server stops, even if a
request has just arrived on it.
"""

import asyncio
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from abandoned_checkouts.config import Settings, settings_from
from abandoned_checkouts.http_kit.bodies import BODY_TIME

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

# How often the connections are looked at, in seconds.
SWEEP = 0.5
# For a body that goes on after the response: closing at once would destroy the response on its way.
LINGER = 2.0
# How long a client may leave a response unread while its buffers are full.
STALLED = 60.0
# When the server stops: how long an idle connection is still read, and how long a body may still take.
LAST_READ, LAST_BODY = 0.3, 5.0
# Connections above this multiple of the limit are closed without a response.
MOST = 2


class LimitedProtocol(HttpToolsProtocol):
    """A connection. `_phase` and `_since` say what it waits for, and since when by the loop's clock."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._settings = _settings()
        self._is_stopping = False
        self._stalled_since: float | None = None
        self._wait_for("head")
        _start_sweeping(self.server_state, self.loop)
        limit = self._settings.limit_connections
        if len(self.connections) <= limit:
            return
        if len(self.connections) > MOST * limit:
            self._refuse(503, "Too many connections.")
            return
        if not _close_an_idle_one(self.connections, self):
            self.app = _busy()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_for("nothing")
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._phase == "nothing" and self.is_idle:
            self._wait_for("head")
        super().data_received(data)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wait_for("head")

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._wait_for("body")
        if self._is_stopping and self.cycle is not None:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._wait_for("nothing")

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._phase == "body":
            self._wait_for("rest of the body")

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stalled_since = self.loop.time()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stalled_since = None

    def shutdown(self) -> None:
        """The server stops. A request that has arrived is answered, even if it is still to be read."""
        BODY_TIME.hurry(LAST_BODY)
        self._is_stopping = True
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False
        else:
            self.loop.call_later(LAST_READ, self._close_if_idle)

    @property
    def is_idle(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or bool(self.cycle.response_complete)

    @property
    def is_between_requests(self) -> bool:
        """Whether the connection is kept for a next request, of which nothing has arrived."""
        return self.cycle is not None and self.is_idle and self._phase == "nothing"

    def sweep(self, now: float) -> None:
        """Close the connection if its client is too slow."""
        waited, seconds = now - self._since, self._settings.request_seconds
        if self._stalled_since is not None and now - self._stalled_since > STALLED:
            self.transport.abort()
        elif self._phase == "head" and waited > seconds:
            if self.is_idle and getattr(self, "headers", None) is not None:
                self._refuse(408, f"The headers were not received within {seconds} seconds.")
            elif self.is_idle:
                self.transport.close()
            else:
                # The response to the request before it is still on its way.
                self.cycle.keep_alive = False
        # The endpoint that reads a body answers at its own limit, which is a little earlier.
        elif (self._phase == "body" and waited > seconds + LINGER) or (
            self._phase == "rest of the body" and waited > LINGER
        ):
            self.transport.close()

    def _wait_for(self, phase: str) -> None:
        self._phase, self._since = phase, self.loop.time()

    def _close_if_idle(self) -> None:
        if self.is_idle and not self.transport.is_closing():
            self.transport.close()

    def _refuse(self, status: int, message: str) -> None:
        """A response to a request whose path is not known."""
        body = orjson.dumps({"errors": message})
        reason = {408: "Request Timeout", 503: "Service Unavailable"}[status]
        head = (
            f"HTTP/1.1 {status} {reason}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
            "connection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


def allow_files(settings: Settings) -> None:
    """Let the process open enough files for its connections, as far as the system allows."""
    if resource is None:
        return
    needed = MOST * settings.limit_connections + 200
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < needed and soft != resource.RLIM_INFINITY:
        most = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _close_an_idle_one(connections: set[Any], newest: LimitedProtocol) -> bool:
    for other in connections:
        if isinstance(other, LimitedProtocol) and other is not newest and other.is_between_requests:
            other.transport.close()
            return True
    return False


_sweeping: WeakKeyDictionary[ServerState, asyncio.TimerHandle] = WeakKeyDictionary()


def _start_sweeping(state: ServerState, loop: asyncio.AbstractEventLoop) -> None:
    if state in _sweeping:
        return

    def sweep() -> None:
        now = loop.time()
        for connection in list(state.connections):
            if isinstance(connection, LimitedProtocol):
                connection.sweep(now)
        if state.connections:
            _sweeping[state] = loop.call_later(SWEEP, sweep)
        else:
            del _sweeping[state]

    _sweeping[state] = loop.call_later(SWEEP, sweep)


@lru_cache(maxsize=1)
def _settings() -> Settings:
    return settings_from()


@lru_cache(maxsize=1)
def _busy() -> Any:
    from abandoned_checkouts.server import busy

    return busy
