"""Routes that are loaded after the start, or by the first request that needs them."""

import asyncio
import threading
from collections.abc import Sequence

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from abandoned_checkouts.http_kit.later_routes import LaterRoutes

pytestmark = pytest.mark.anyio


async def page(request: Request) -> Response:
    return PlainTextResponse(str(request.path_params.get("name", "early")))


class Later:
    """An application with one early route and one later, and the threads in which the later one was loaded."""

    def __init__(self, failures: int = 0) -> None:
        self.app = Starlette(routes=[Route("/early", page)])
        self.later = LaterRoutes(self.app.router, self.load)
        self.app.router.routes.append(self.later)
        self.threads: list[int] = []
        self.failures = failures

    def load(self) -> Sequence[BaseRoute]:
        self.threads.append(threading.get_ident())
        if len(self.threads) <= self.failures:
            raise ImportError("not yet")
        return [Route("/later/{name}", page)]

    def client(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://server")


async def test_the_first_requests_load_the_routes_once_in_a_thread() -> None:
    site = Later()
    async with site.client() as http:
        assert (await http.get("/early")).text == "early"
        assert site.threads == []
        found = await asyncio.gather(*(http.get(f"/later/{number}") for number in range(3)), http.get("/unknown"))
        assert [(response.status_code, response.text) for response in found] == [
            (200, "0"),
            (200, "1"),
            (200, "2"),
            (404, "Not Found"),
        ]
        assert (await http.post("/later/1")).status_code == 405
    assert len(site.threads) == 1
    assert site.threads[0] != threading.get_ident()
    assert site.later not in site.app.router.routes


async def test_the_routes_are_loaded_soon_without_a_request() -> None:
    site = Later()
    async with site.later.loaded_soon(0):
        while site.later in site.app.router.routes:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    assert len(site.app.router.routes) == 2


async def test_a_server_that_stops_earlier_loads_nothing() -> None:
    site = Later()
    async with site.later.loaded_soon(60):
        pass
    assert site.threads == []


async def test_a_failure_is_logged_and_the_next_request_tries_again(caplog: pytest.LogCaptureFixture) -> None:
    site = Later(failures=2)
    async with site.later.loaded_soon(0), site.client() as http:
        while not caplog.messages:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        assert caplog.messages == ["some pages cannot be loaded; the next request tries it again"]
        assert (await http.get("/later/1")).status_code == 500
        assert (await http.get("/later/1")).text == "1"
