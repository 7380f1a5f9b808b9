"""Connections of a real server: slow clients, many clients, and the end of the server."""

import asyncio
import http.client
import json
import re
import signal
import socket
import threading
import time
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from uvicorn.config import Config
from uvicorn.server import ServerState

from abandoned_checkouts.cli.http_protocol import LimitedProtocol
from tests.cli.serving import Serving, serving
from tests.cli.test_answered_at_once import Transport, by_task
from tests.databases import Databases

GRAPHQL = "/admin/api/2026-10/graphql.json"
SECONDS = 1
# Of real time, on a machine with other work.
SOON = 12


@pytest.fixture(scope="module")
def server(databases: Databases) -> Iterator[Serving]:
    url = databases.new("sqlite")
    with serving(url, "--limit-connections", "40", work=False, request_seconds=SECONDS) as found:
        yield found


def connect(server: Serving) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=SOON)


def head(path: str, length: int = 0, method: str = "POST") -> bytes:
    lines = (f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json")
    return "\r\n".join((*lines, f"Content-Length: {length}", "", "")).encode()


def response_of(connection: socket.socket) -> tuple[int, str]:
    response = http.client.HTTPResponse(connection)
    response.begin()
    return response.status, response.read().decode()


def is_closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(1 << 16) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize("sent", [b"GET /healthz HTTP/1.1\r\n", b"GET /he", b"GET / HTTP/1.1\r\nA: b\r\nC"])
def test_headers_that_do_not_end_are_refused(server: Serving, sent: bytes) -> None:
    with connect(server) as connection:
        connection.sendall(sent)
        assert response_of(connection) == (408, '{"errors":"The headers were not received within 1 seconds."}')
        assert is_closed(connection)


@pytest.mark.parametrize("drip", [b"", b"\r\n", b"X: y\r\n"])
def test_a_connection_that_never_asks_is_closed(server: Serving, drip: bytes) -> None:
    with connect(server) as connection:
        if drip.startswith(b"X"):
            connection.sendall(b"GET /healthz HTTP/1.1\r\n")
        until = time.monotonic() + SOON
        connection.settimeout(0.2)
        while time.monotonic() < until:
            try:
                connection.sendall(drip)
                if connection.recv(1024) == b"":
                    return
            except TimeoutError:
                pass
            except ConnectionError:
                return
    raise AssertionError("the connection is still open")


SLOW_BODIES = {
    GRAPHQL: '{"errors":"Request body was not received in time"}',
    "/admin/oauth/access_token": '{"errors":"Request body was not received in time"}',
    "/oauth2/token": '{"message":"the body was not received in time","details":{}}',
    "/intake/checkouts": None,
    "/merchant/sign-in": "<h1>",
}


@pytest.mark.parametrize("path", SLOW_BODIES)
def test_a_body_that_does_not_end_is_refused_in_the_form_of_its_endpoint(server: Serving, path: str) -> None:
    with connect(server) as connection:
        connection.sendall(head(path, 1_000) + b"{")
        status, body = response_of(connection)
        if path == "/intake/checkouts":
            # Without a token, it is refused before its body is read.
            assert status == 401
        else:
            assert status == 408 and (SLOW_BODIES[path] or "") in body, body
        assert is_closed(connection)


def test_a_body_that_nobody_reads_is_not_waited_for(server: Serving) -> None:
    with connect(server) as connection:
        connection.sendall(head("/healthz", 1_000))
        assert response_of(connection)[0] == 405
        until = time.monotonic() + SOON
        while time.monotonic() < until:
            try:
                connection.sendall(b"x")
                time.sleep(0.2)
            except ConnectionError:
                return
    raise AssertionError("the connection is still open")


def test_connections_above_the_limit_are_refused_until_slow_ones_are_gone(server: Serving) -> None:
    refused = {
        "/healthz": "errors",
        "/oauth2/token": "details",
        "/merchant/outbox": "<h1>",
        "/1/checkouts/ac/x/recover": "<h",
    }
    stalled = [connect(server) for _ in range(44)]
    for connection in stalled:
        connection.sendall(b"GET /")
    for path, form in refused.items():
        with connect(server) as connection:
            connection.sendall(head(path, method="POST" if "oauth" in path else "GET"))
            status, body = response_of(connection)
            assert status == 503 and form in body, (path, body)
            assert is_closed(connection)
    more = [connect(server) for _ in range(60)]
    assert response_of(more[-1]) == (503, '{"errors":"The server has too many connections. Try again later."}')
    until = time.monotonic() + SOON
    while True:
        with connect(server) as connection:
            connection.sendall(head("/healthz", method="GET"))
            try:
                if response_of(connection)[0] == 200:
                    break
            except (http.client.HTTPException, ConnectionError):
                pass
        assert time.monotonic() < until, "the slow connections still hold the limit"
        time.sleep(0.2)
    for connection in (*stalled, *more):
        connection.close()


def test_an_idle_connection_makes_room(server: Serving) -> None:
    idle = []
    for _ in range(60):
        connection = connect(server)
        connection.sendall(head("/healthz", method="GET"))
        assert response_of(connection)[0] == 200
        idle.append(connection)
    for connection in idle:
        connection.close()


def test_the_connection_that_is_idle_for_the_longest_time_makes_room(server: Serving) -> None:
    """So a client that asks again and again keeps its connection."""
    others: list[socket.socket] = []
    with connect(server) as busy:
        for _ in range(120):
            busy.sendall(head("/healthz", method="GET"))
            assert response_of(busy)[0] == 200
            others.append(connect(server))
            others[-1].sendall(head("/healthz", method="GET"))
            assert response_of(others[-1])[0] == 200
        assert is_closed(others[0])
    for connection in others:
        connection.close()


def test_a_new_connection_without_a_byte_counts_as_idle_after_a_second() -> None:
    async def idle_after(seconds: float) -> float | None:
        protocol = LimitedProtocol(Config(by_task, lifespan="off", log_config=None), ServerState(), {})
        protocol.transport, protocol._phase = Transport(), "head"
        protocol._since = protocol.loop.time() - seconds
        return protocol.idle_since

    assert asyncio.run(idle_after(0.5)) is None and asyncio.run(idle_after(1.5)) is not None


def test_requests_sent_before_the_end_are_answered(databases: Databases) -> None:
    lost: list[str] = []
    answered = [0]
    ended = threading.Event()
    with serving(databases.new("sqlite"), work=False) as server:
        stopped_at = [float("inf")]

        def ask(number: int) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
            try:
                connection.connect()
            except OSError:
                return
            while not ended.is_set():
                body = json.dumps({"query": "{ shop { id } }"})
                try:
                    connection.putrequest("POST", GRAPHQL)
                    connection.putheader("Content-Length", str(len(body)))
                    connection.endheaders(body.encode())
                    sent_at = time.monotonic()
                    response = connection.getresponse()
                    response.read()
                except (OSError, http.client.HTTPException) as problem:
                    if sent_at < stopped_at[0]:
                        lost.append(f"client {number}: {problem!r}, sent {stopped_at[0] - sent_at:.4f} s before")
                    return
                answered[0] += 1
                if response.headers.get("connection") == "close":
                    return
                # Some connections are idle when the server stops.
                time.sleep(0.003 * (number % 7))

        clients = [threading.Thread(target=ask, args=(number,)) for number in range(48)]
        for client in clients:
            client.start()
        time.sleep(1.5)
        server.process.send_signal(signal.SIGTERM)
        stopped_at[0] = time.monotonic()
        assert server.process.wait(20) is not None
        ended.set()
        for client in clients:
            client.join(20)
    assert answered[0] > 48 and lost == []


def test_stalled_bodies_delay_the_end_by_five_seconds_and_are_refused(databases: Databases) -> None:
    with serving(databases.new("sqlite"), work=False) as server:
        stalled = [connect(server) for _ in range(2)]
        for connection in stalled:
            connection.sendall(head(GRAPHQL, 1_000) + b"{")
        time.sleep(0.5)
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        for connection in stalled:
            assert response_of(connection)[0] == 408
            connection.close()
        server.process.wait(20)
        assert time.monotonic() - began < 12


def test_a_killed_process_is_started_again(databases: Databases) -> None:
    with serving(databases.new("sqlite"), "--workers", "2", work=False, log_level="info") as server:
        wait_for_readiness(server, 200)
        # Stopped, so that no other process replaces the killed one before its absence was seen.
        server.process.send_signal(signal.SIGSTOP)
        kill_a_child(server)
        wait_for_readiness(server, 503)
        server.process.send_signal(signal.SIGCONT)
        wait_for_readiness(server, 200)
        server.process.send_signal(signal.SIGTERM)
        _, logged = server.process.communicate(timeout=40)
    assert re.search(r"Child process \[\d+\] died", logged)


def wait_for_readiness(server: Serving, status: int) -> None:
    """Wait until /readyz has this status."""
    deadline, seen = time.monotonic() + 60, "nothing"
    while seen != str(status):
        assert time.monotonic() < deadline, f"/readyz: {seen}"
        try:
            with urlopen(f"{server.base}/readyz", timeout=5) as response:
                seen = str(response.status)
        except HTTPError as problem:
            seen = str(problem.code)
        except OSError as problem:
            seen = str(problem)
        time.sleep(0.02)


def kill_a_child(server: Serving) -> None:
    import psutil

    children = [
        child for child in psutil.Process(server.process.pid).children() if "spawn_main" in " ".join(child.cmdline())
    ]
    children[0].kill()
