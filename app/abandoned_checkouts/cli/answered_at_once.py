"""Requests that the application answers at once: without a task, and with one write for the whole response.

uvicorn starts a task for each request, in which the application receives and sends messages. That takes longer than a
look-up of a few rows. The application offers a function for such requests, in the state of its lifespan (see Server in
server.py). If the function has no response, uvicorn starts the task.
"""

import asyncio
import sys
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from typing import Any, TypeAlias

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

_PATH = b"/graphql.json"
# The client sends its body after this.
_CONTINUE = b"HTTP/1.1 100 "
# The headers with which a client offers another protocol.
_OFFER = frozenset((b"upgrade", b"http2-settings"))
# Takes method, path, scheme and headers of a request as ASGI has them, and its body. Returns the body and headers of a
# response with status 200, or None.
AtOnce: TypeAlias = Callable[[MutableMapping[str, Any], bytes], tuple[bytes, list[tuple[bytes, bytes]]] | None]


class AtOnceProtocol(HttpToolsProtocol):
    """A connection. `at_once` is the function of the application, if it offers one."""

    at_once: AtOnce | None = None
    # The body so far of a request that may be answered at once.
    _body: list[bytes] | None = None
    # Whether another request was answered during this call of data_received. A client that sends many requests
    # together must not keep other clients waiting.
    _has_answered = False
    # The bytes that are read now.
    _data = b""
    # The head of a request that offers another protocol, without this offer.
    _plain_head: bytes | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if not self.root_path and self.limit_concurrency is None:
            self.at_once = self.app_state.get("at_once")

    def connection_lost(self, exc: Exception | None) -> None:
        # Nobody reads the responses to the requests that wait.
        self.pipeline.clear()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._has_answered, self._data = False, data
        super().data_received(data)
        if self._body is not None:
            # The rest of the body follows later.
            self._start_task(is_complete=False)

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade() and self._may_ignore_offer():
            self._plain_head = self._head_without_offer()
        elif self.url.endswith(_PATH) and self._may_answer():
            self._body = []
        else:
            self._start()

    def on_body(self, body: bytes) -> None:
        if self._body is None:
            super().on_body(body)
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        if self._plain_head is not None:
            return
        if self._body is None:
            super().on_message_complete()
        elif not self._answered(b"".join(self._body)):
            self._start_task(is_complete=True)

    def _unsupported_upgrade_warning(self) -> None:
        """uvicorn calls this while it handles HttpParserUpgrade, and would ignore the body of the request.

        Java's HttpClient and `curl --http2` offer HTTP/2 with each first request to an address without TLS. A server
        may ignore the offer (RFC 9110, 7.8). The parser cannot, so another one reads the request without it.
        """
        problem = sys.exception()
        if self._plain_head is None or not isinstance(problem, httptools.HttpParserUpgrade):
            super()._unsupported_upgrade_warning()
            return
        head, self._plain_head = self._plain_head, None
        self.parser = httptools.HttpRequestParser(self)
        # As uvicorn does: a request behind one that closes the connection is not an error of the first one.
        with suppress(AttributeError):  # httptools before 0.6.3
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.data_received(head + self._data[problem.args[0] :])

    def wait_for_next_request(self) -> None:
        """The response is sent. Close the connection if no request follows."""
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def _may_ignore_offer(self) -> bool:
        return self.parser.get_method() != b"CONNECT" and not self._should_upgrade()

    def _head_without_offer(self) -> bytes:
        method, version = self.parser.get_method(), self.parser.get_http_version().encode()
        lines = [b"%b %b HTTP/%b\r\n" % (method, self.url, version)]
        for name, value in self.headers:
            if name == b"connection":
                value = b", ".join(each for each in value.split(b",") if each.strip().lower() not in _OFFER)
            if name not in _OFFER:
                lines.append(b"%b: %b\r\n" % (name, value))
        return b"".join((*lines, b"\r\n"))

    def _may_answer(self) -> bool:
        """Whether the request that begins is of the kind that can be answered at once."""
        parser: Any = self.parser
        return (
            self.at_once is not None
            and not self._has_answered
            and not self.expect_100_continue
            and (self.cycle is None or bool(self.cycle.response_complete))
            and not self.flow.write_paused
            and not self.transport.is_closing()
            and parser.get_method() == b"POST"
            and parser.get_http_version() == "1.1"
            and not parser.should_upgrade()
        )

    def _answered(self, body: bytes) -> bool:
        """Whether the request has its response."""
        path = self.url.decode("latin-1")
        scope = {"method": "POST", "path": path, "scheme": self.scheme, "headers": self.headers}
        try:
            response = None if self.at_once is None else self.at_once(scope, body)
        except Exception:
            # The task will meet the same problem, and report it.
            return False
        if response is None:
            return False
        self._body, self._has_answered = None, True
        found, headers = response
        content = [_head(self.server_state.default_headers)]
        for name, value in headers:
            content += (name, b": ", value, b"\r\n")
        is_last = not self.parser.should_keep_alive()
        content += (b"connection: close\r\n\r\n" if is_last else b"\r\n", found)
        self.transport.write(b"".join(content))
        self.server_state.total_requests += 1
        if is_last:
            self.transport.close()
        else:
            self.wait_for_next_request()
        return True

    def _start_task(self, is_complete: bool) -> None:
        """Respond by a task, like uvicorn."""
        parts, self._body = self._body or [], None
        self._start()
        for part in parts:
            super().on_body(part)
        if is_complete:
            super().on_message_complete()

    def _start(self) -> None:
        before = self.cycle
        super().on_headers_complete()
        if self.cycle is not before:
            self.cycle.transport = HeadWithBody(self.transport, self.loop)  # type: ignore[assignment]


# The default headers of the last response, and the head made of them. uvicorn makes a new list of them every second,
# because of the date.
_last_head: tuple[list[tuple[bytes, bytes]], bytes] = ([], b"")


def _head(default: list[tuple[bytes, bytes]]) -> bytes:
    """The beginning of a response with status 200 and these headers."""
    global _last_head
    if _last_head[0] is not default:
        _last_head = default, STATUS_LINE[200] + b"".join([b"%b: %b\r\n" % header for header in default])
    return _last_head[1]


class HeadWithBody:
    """The connection of one response. Writes the head of the response together with the first part of its body, if that
    follows at once: a write takes as long as reading a row."""

    __slots__ = ("_head", "_loop", "_transport", "_was_held")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._head, self._was_held = b"", False

    def write(self, data: bytes) -> None:
        if self._transport.is_closing():
            # The client is gone. uvicorn notices that for the last of several requests on a connection only.
            self._head = b""
        elif self._head:
            head, self._head = self._head, b""
            self._transport.writelines((head, data))
        elif self._was_held or data.startswith(_CONTINUE):
            self._transport.write(data)
        else:
            self._head, self._was_held = data, True
            self._loop.call_soon(self._flush)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def abort(self) -> None:
        """End the connection; what is not sent yet is lost. Faults of the twin do this."""
        self._head = b""
        self._transport.abort()

    def get_extra_info(self, name: str) -> Any:
        return self._transport.get_extra_info(name)

    def _flush(self) -> None:
        if self._head and not self._transport.is_closing():
            head, self._head = self._head, b""
            self._transport.write(head)
