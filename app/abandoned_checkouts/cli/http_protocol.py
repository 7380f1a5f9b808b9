"""HTTP connections with limits that uvicorn does not have: time for headers and bodies, and the number of connections.

uvicorn waits for headers without a limit. When the server stops, uvicorn closes an idle connection at once, even if a
request has just arrived on it; this class still responds to that request.
"""

import asyncio
from functools import lru_cache
from operator import itemgetter
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from uvicorn.server import ServerState

from abandoned_checkouts.cli.answered_at_once import AtOnceProtocol
from abandoned_checkouts.config import Settings, settings_from
from abandoned_checkouts.http_kit.bodies import BODY_TIME

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

# Seconds between two checks of all connections.
SWEEP = 0.5
# Seconds in which the rest of a body is read after the response. Closing at once could destroy the response on its way.
LINGER = 2.0
# Seconds in which a client must continue to read its response.
STALLED = 60.0
# When the server stops: seconds in which an idle connection is still read, and in which a body must arrive.
LAST_READ, LAST_BODY = 0.3, 5.0
# Seconds after which a new connection without a byte counts as idle.
SILENT = 1.0
# Up to this multiple of the limit, connections are refused with status 503. Above it, they are closed at once.
MOST = 2


class LimitedProtocol(AtOnceProtocol):
    """A connection. `_phase` is what it waits for, `_since` the start of the phase by the event loop's clock, and
    `_received` when the last bytes arrived."""

    _phase: str
    _since: float
    _received = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._settings = _settings()
        self._is_stopping = False
        self._stalled_since: float | None = None
        # Since when no request followed one that was answered at once.
        self._idle_since: float | None = None
        self._wait_for("head")
        _start_sweeping(self.server_state, self.loop)
        limit = self._settings.limit_connections
        if len(self.connections) <= limit:
            return
        if len(self.connections) > MOST * limit:
            self._refuse(503, "The server has too many connections. Try again later.")
            return
        if not _close_an_idle_one(self.connections, self):
            self.app = _busy()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_for("nothing")
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._received = self.loop.time()
        if self._phase == "nothing" and self.is_idle:
            self._phase, self._since = "head", self._received
        self._idle_since = None
        super().data_received(data)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._phase, self._since = "head", self._received

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._phase, self._since = "body", self._received
        if self._is_stopping and self.cycle is not None:
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._phase, self._since = "nothing", self._received

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
        """The server stops. Requests that have arrived still get a response, also those that are not read yet."""
        BODY_TIME.hurry(LAST_BODY)
        self._is_stopping, self.at_once = True, None
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False
        else:
            self.loop.call_later(LAST_READ, self._close_if_idle)

    @property
    def is_idle(self) -> bool:
        """Whether no request is in progress."""
        return self.cycle is None or bool(self.cycle.response_complete)

    @property
    def idle_since(self) -> float | None:
        """Since when the connection is open for a next request of which no byte has arrived; None otherwise."""
        if self.transport.is_closing() or not self.is_idle:
            return None
        # A client that has just connected is about to ask.
        is_silent = self._phase == "head" and not self._received and self.loop.time() - self._since > SILENT
        return self._since if is_silent or self._phase == "nothing" else None

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
                # The response to the previous request is still being sent.
                self.cycle.keep_alive = False
        # The first is usually not reached: the endpoint that reads the body has a slightly shorter limit and responds
        # itself.
        elif (
            (self._phase == "body" and waited > seconds + LINGER)
            or (self._phase == "rest of the body" and waited > LINGER)
            or (self._idle_since is not None and now - self._idle_since > self.timeout_keep_alive)
        ):
            self.transport.close()

    def wait_for_next_request(self) -> None:
        # Without a timer for each request: `sweep` closes the connection.
        self._idle_since = self._received

    def _wait_for(self, phase: str) -> None:
        self._phase, self._since = phase, self.loop.time()

    def _close_if_idle(self) -> None:
        if self.is_idle and not self.transport.is_closing():
            self.transport.close()

    def _refuse(self, status: int, message: str) -> None:
        """Send an error response. The path of the request is not known yet."""
        body = orjson.dumps({"errors": message})
        reason = {408: "Request Timeout", 503: "Service Unavailable"}[status]
        head = (
            f"HTTP/1.1 {status} {reason}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
            "connection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


def allow_files(settings: Settings) -> None:
    """Raise the process's limit of open files to what its connections need, as far as the system allows."""
    if resource is None:
        return
    needed = MOST * settings.limit_connections + 200
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < needed and soft != resource.RLIM_INFINITY:
        most = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _close_an_idle_one(connections: set[Any], newest: LimitedProtocol) -> bool:
    """Close the connection that is idle for the longest time, because a client that has just used its connection is
    likely to use it again."""
    others = (other for other in connections if isinstance(other, LimitedProtocol) and other is not newest)
    idle = [(since, other) for other in others if (since := other.idle_since) is not None]
    if not idle:
        return False
    min(idle, key=itemgetter(0))[1].transport.close()
    return True


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
    from abandoned_checkouts.busy import busy

    return busy
