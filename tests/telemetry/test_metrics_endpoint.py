"""GET /metrics: with a token, or on a port of this machine; otherwise it does not exist."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from urllib.error import HTTPError
from urllib.request import urlopen

import httpx
import pytest

from abandoned_checkouts.config import Settings
from abandoned_checkouts.telemetry.metrics_endpoint import serve_metrics
from tests.cli.serving import serving
from tests.ports import free_port
from tests.shopify.caller import Caller, caller_for

TOKEN = "a-token-for-prometheus"
# Serves a request without metrics and traces, and prints which of their libraries were loaded.
OFF = """
import asyncio, sys
import httpx
from abandoned_checkouts.config import Settings
from abandoned_checkouts.server import create_app

async def main():
    app = create_app(Settings(database_url="sqlite+aiosqlite://"))
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://x") as http:
        await http.post("/admin/api/2026-10/graphql.json", json={"query": "{ shop { id } }"})
        print((await http.get("/metrics")).status_code)
    loaded = {name.partition(".")[0] for name in sys.modules}
    print(sorted(loaded & {"prometheus_client", "opentelemetry", "structlog"}))
asyncio.run(main())
"""


@pytest.fixture
async def caller(sqlite_url: str) -> AsyncIterator[Caller]:
    async for each in caller_for(sqlite_url, Settings(database_url=sqlite_url, metrics_token=TOKEN)):
        yield each


@pytest.mark.anyio
async def test_the_metrics_of_a_server(caller: Caller) -> None:
    await caller.answer("{ shop { id } }")
    for headers in ({}, {"Authorization": "Bearer other"}, {"Authorization": f"Basic {TOKEN}"}):
        refused = await caller.http.get("/metrics", headers=headers)
        assert refused.status_code == 401 and "ABANDONED_CHECKOUTS_METRICS_TOKEN" in refused.text
        assert refused.headers["www-authenticate"] == "Bearer"
    for _ in range(200):
        response = await caller.http.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        # The gauges are read in the background once the server has started.
        if "due_lag_seconds{" in response.text:
            break
        await asyncio.sleep(0.05)
    assert response.status_code == 200 and response.headers["content-type"].startswith("text/plain; version=")
    assert 'abandoned_checkouts_request_seconds_count{endpoint="graphql",outcome="ok"}' in response.text
    assert 'abandoned_checkouts_due_lag_seconds{kind="deliveries"} 0.0' in response.text
    for private in ("acme", "example.com", "buyer", "gid:"):
        assert private not in response.text


def test_the_port_of_this_machine_needs_no_token() -> None:
    port = free_port()
    stop = serve_metrics(port)
    try:
        assert b"abandoned_checkouts_info" in urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5).read()
        with pytest.raises(HTTPError, match="404"):
            urlopen(f"http://127.0.0.1:{port}/", timeout=5)
    finally:
        stop()


def test_without_a_setting_there_are_no_metrics_and_no_library_is_loaded() -> None:
    done = subprocess.run([sys.executable, "-c", OFF], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["404", "[]"]


@pytest.mark.skipif("DEPLOY" not in os.environ, reason="starts a server with two processes; DEPLOY=1 runs it")
def test_a_server_of_two_processes_adds_up_its_requests(sqlite_url: str) -> None:
    port = free_port()
    with serving(sqlite_url, "--workers", "2", metrics_port=port) as server:
        for _ in range(20):
            # Each request is a new connection, so that both processes get some.
            assert httpx.get(f"{server.base}/healthz").status_code == 200
        text = urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10).read().decode()
    start = 'abandoned_checkouts_request_seconds_count{endpoint="health",outcome="ok"}'
    [line] = [each for each in text.splitlines() if each.startswith(start)]
    assert float(line.rpartition(" ")[2]) >= 20
