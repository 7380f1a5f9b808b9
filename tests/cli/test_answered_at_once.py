"""Requests on a connection that the application answers at once, and those that need a task, in any order."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from uvicorn.config import Config
from uvicorn.server import ServerState

from abandoned_checkouts.cli.answered_at_once import AtOnceProtocol, HeadWithBody

PATH = "/admin/api/2026-10/graphql.json"


class Transport(asyncio.Transport):
    """Keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.is_closed = False

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))

    def writelines(self, list_of_data: Any) -> None:
        self.write(b"".join(list_of_data))

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


async def by_task(scope: Any, receive: Any, send: Any) -> None:
    """The application without at_once: returns the body that it received."""
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    await asyncio.sleep(0)
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % (len(body) + 5))]}
    )
    await send({"type": "http.response.body", "body": b"task:" + body})


def at_once(scope: Any, body: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]] | None:
    """Answers every body but one of "t", and fails for "f"."""
    assert scope["method"] == "POST" and dict(scope["headers"])[b"host"] == b"h"
    if body == b"f":
        raise ValueError
    return None if body.startswith(b"t") else (b"once:" + body, [(b"content-length", b"%d" % (len(body) + 5))])


def connected(answers: Callable[..., Any] | None = at_once) -> tuple[AtOnceProtocol, Transport]:
    config = Config(by_task, access_log=False, log_config=None, lifespan="off", proxy_headers=False)
    config.load()
    protocol, transport = (
        AtOnceProtocol(config, ServerState(), {} if answers is None else {"at_once": answers}),
        Transport(),
    )
    protocol.connection_made(transport)
    return protocol, transport


def request(body: str, path: str = PATH, method: str = "POST", **headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: h", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def response(text: str, more: str = "") -> bytes:
    return f"HTTP/1.1 200 OK\r\ncontent-length: {len(text)}\r\n{more}\r\n{text}".encode()


async def sent(*parts: bytes, answers: Callable[..., Any] | None = at_once) -> tuple[list[bytes], Transport]:
    """What is written for these parts of requests."""
    protocol, transport = connected(answers)
    for part in parts:
        protocol.data_received(part)
        await asyncio.sleep(0)
    await ended(protocol)
    protocol.connection_lost(None)
    return transport.written, transport


async def ended(protocol: AtOnceProtocol) -> None:
    """All requests that have arrived have their response. A task can start that of the next request."""
    while protocol.tasks:
        await asyncio.gather(*protocol.tasks)
        await asyncio.sleep(0)


async def test_a_response_is_one_write_and_the_connection_stays_open() -> None:
    written, transport = await sent(request("a"), request("b"))
    assert written == [response("once:a"), response("once:b")]
    assert protocol_is_open(transport)


def protocol_is_open(transport: Transport) -> bool:
    """connection_lost closes the transport too, so what matters is that no response announced it."""
    return not any(b"connection: close" in each for each in transport.written)


@pytest.mark.parametrize(
    "parts",
    [
        [request("t")],
        [request("f")],
        [request("a", path="/admin/api/2026-10/graphql")],
        [request("a", path=PATH + "?x")],
        [request("a", method="PUT")],
        [request("a")[:-1], b"a"],
        [request("abc")[:-3], b"a", b"bc"],
        [request("a").replace(b"HTTP/1.1", b"HTTP/1.0")],
    ],
)
async def test_other_requests_have_a_task(parts: list[bytes]) -> None:
    written, _ = await sent(*parts)
    ordinary, _ = await sent(*parts, answers=None)
    assert b"".join(written) == b"".join(ordinary)
    assert b"task:" in b"".join(written)


async def test_a_client_that_waits_to_send_its_body_is_told_to_continue() -> None:
    head, body = request("ab", Expect="100-continue")[:-2], b"ab"
    protocol, transport = connected()
    protocol.data_received(head)
    await asyncio.sleep(0)
    assert transport.written == [b"HTTP/1.1 100 Continue\r\n\r\n"]
    protocol.data_received(body)
    await ended(protocol)
    assert b"".join(transport.written[1:]) == response("task:ab")


async def test_responses_are_in_the_order_of_the_requests() -> None:
    """Only one request of those that arrive together is answered at once."""
    bodies = ["a", "b", "t", "c"]
    written, _ = await sent(b"".join(map(request, bodies)))
    assert b"".join(written) == b"".join(map(response, ["once:a", "task:b", "task:t", "task:c"]))
    written, _ = await sent(b"".join(map(request, ["t", "a"])))
    assert b"".join(written) == b"".join(map(response, ["task:t", "task:a"]))


async def test_the_last_request_of_a_connection() -> None:
    written, transport = await sent(request("a", Connection="close"))
    assert written == [response("once:a", "connection: close\r\n")]
    assert transport.is_closed


async def test_an_idle_connection_is_closed() -> None:
    protocol, _ = connected()
    protocol.data_received(request("a"))
    assert protocol.timeout_keep_alive_task is not None
    protocol.data_received(request("b")[:20])
    assert protocol.timeout_keep_alive_task is None


async def test_nothing_is_written_while_the_client_does_not_read() -> None:
    protocol, transport = connected()
    protocol.pause_writing()
    protocol.data_received(request("a"))
    await asyncio.sleep(0)
    assert transport.written == []
    protocol.resume_writing()
    await ended(protocol)
    assert b"".join(transport.written) == response("task:a")


async def test_the_response_of_a_task_is_one_write() -> None:
    written, _ = await sent(request("t"), answers=None)
    assert written == [response("task:t")]


async def test_a_head_does_not_wait_for_its_body() -> None:
    transport = Transport()
    connection = HeadWithBody(transport, asyncio.get_running_loop())
    connection.write(b"head")
    await asyncio.sleep(0)
    for part in (b"one", b"two"):
        connection.write(part)
    assert transport.written == [b"head", b"one", b"two"]


async def test_a_head_without_a_body_is_written_before_the_connection_closes() -> None:
    transport = Transport()
    connection = HeadWithBody(transport, asyncio.get_running_loop())
    connection.write(b"head")
    connection.close()
    await asyncio.sleep(0)
    assert transport.written == [b"head"] and connection.is_closing()


OFFER = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAMAAABkAAQC"}


@pytest.mark.parametrize("cut", [0, 20, -1, -3])
async def test_an_offer_of_http_2_is_ignored_and_the_body_is_read(cut: int) -> None:
    """Java's HttpClient and `curl --http2` send it. The body and the next requests may arrive later."""
    first, last = request("t1", **OFFER), request("4", **{**OFFER, "Connection": "close, Upgrade"})
    data, place = first + request("2") + request("3", **OFFER) + last, len(first) + cut
    written, transport = await sent(data[:place], data[place:])
    bodies = [each.rpartition(b":")[2] for each in b"".join(written).split(b"HTTP/1.1 200 OK")[1:]]
    assert bodies == [b"t1", b"2", b"3", b"4"]
    assert not protocol_is_open(transport)


async def test_a_chunked_body_after_an_offer_is_read() -> None:
    lines = [f"POST {PATH} HTTP/1.1", "Host: h", "Transfer-Encoding: chunked", *(f"{k}: {v}" for k, v in OFFER.items())]
    written, _ = await sent(("\r\n".join(lines) + "\r\n\r\n").encode(), b"2\r\nt5\r\n0\r\n\r\n")
    assert b"".join(written).endswith(b"task:t5")


async def test_a_request_for_a_tunnel_is_not_an_offer() -> None:
    written, _ = await sent(b"CONNECT /x HTTP/1.1\r\nHost: h\r\n\r\n")
    assert b"".join(written).endswith(b"task:")


async def test_requests_of_a_client_that_is_gone_end_without_an_error(caplog: pytest.LogCaptureFixture) -> None:
    """uvloop refuses to write to a closed connection, and uvicorn notices the loss for the last request only."""

    class Strict(Transport):
        def write(self, data: Any) -> None:
            if self.is_closed:
                raise RuntimeError
            super().write(data)

    protocol, _ = connected()
    transport = Strict()
    protocol.transport = transport
    protocol.data_received(request("t1") + request("t2") + request("t3"))
    transport.close()
    protocol.connection_lost(None)
    await ended(protocol)
    await asyncio.sleep(0.01)
    assert transport.written == [] and not caplog.records
