"""`/mcp`: its tools, and the requests that it refuses."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
import pytest

from abandoned_checkouts.config import Settings
from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.server import create_app, now
from abandoned_checkouts.store.engine.database import open_database
from tests.agents.agent import BASE, agent, ask

READING = {
    "search_checkouts",
    "explain_whether_a_checkout_matches",
    "checkout_story",
    "report",
    "graphql",
    "documentation",
}
TWIN = {"create_checkout", "move_clock", "set_faults", "journal", "snapshot", "restore"}


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@asynccontextmanager
async def served(url: str, *, twin: bool = False) -> AsyncIterator[Any]:
    database = await open_database(url)
    await fill(database, checkouts=30, seed=1, now=now())
    await database.close()
    app = create_app(Settings(database_url=url, work=False, twin=twin))
    async with app.router.lifespan_context(app):
        yield app


@pytest.mark.parametrize("twin", [False, True])
async def test_a_twin_has_more_tools(sqlite_url: str, twin: bool) -> None:
    async with served(sqlite_url, twin=twin) as app, agent(app) as client:
        tools = {tool.name for tool in (await client.list_tools()).tools}
        assert tools == (READING | TWIN if twin else READING)
        assert (await ask(client, "search_checkouts", first=1))["count"] > 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"X-Shopify-Access-Token": "wrong"}, 401),
        ({"Authorization": "Bearer shpat_demo", "Origin": "https://evil.example"}, 403),
        ({"Authorization": "Bearer shpat_demo", "Host": "evil.example"}, 403),
    ],
)
async def test_a_request_without_a_token_or_of_a_foreign_page_is_refused(
    sqlite_url: str, headers: dict[str, str], status: int
) -> None:
    async with served(sqlite_url) as app:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as http:
            response = await http.post("/mcp", content=orjson.dumps({}), headers=headers)
    assert response.status_code == status and response.json()["errors"]


async def test_without_the_library_the_server_says_what_to_install(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(sqlite_url) as app:
        monkeypatch.setitem(sys.modules, "mcp.server.streamable_http_manager", None)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as http:
            response = await http.post("/mcp", headers={"X-Shopify-Access-Token": "shpat_demo"})
    assert response.status_code == 404 and "abandoned-checkouts[agents]" in response.json()["errors"]
