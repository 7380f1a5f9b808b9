"""`/mcp` with the official client: what an agent can ask, and what its token does not allow."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import httpx2
import orjson
import pytest
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

from abandoned_checkouts.config import Settings
from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.server import create_app, now
from abandoned_checkouts.store.engine.database import open_database

BASE = "http://127.0.0.1:8000"
READING = {
    "search_checkouts",
    "explain_whether_a_checkout_matches",
    "checkout_story",
    "report",
    "graphql",
    "documentation",
}
FIELDS = {"email": "ada@example.com"}
TWIN = {"create_checkout", "move_clock", "set_faults", "journal"}


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


@asynccontextmanager
async def agent(app: Any, token: str = "shpat_demo") -> AsyncIterator[Client]:
    # The official client uses httpx2, the successor of httpx.
    transport = httpx2.ASGITransport(app)
    headers = {"X-Shopify-Access-Token": token}
    async with (
        httpx2.AsyncClient(transport=transport, base_url=BASE, headers=headers) as http,
        Client(streamable_http_client(f"{BASE}/mcp", http_client=http)) as client,
    ):
        yield client


async def ask(client: Client, tool: str, **arguments: object) -> Any:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return result.structured_content


async def refusal(client: Client, tool: str, **arguments: object) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return str(result.content[0].text)  # type: ignore[union-attr]


async def test_an_agent_finds_a_checkout_and_learns_its_story(sqlite_url: str) -> None:
    async with served(sqlite_url) as app, agent(app) as client:
        assert {tool.name for tool in (await client.list_tools()).tools} == READING
        found = await ask(client, "search_checkouts", query="recovery_state:not_recovered", first=3)
        assert (
            found["count"] > 3
            and len(found["checkouts"]) == 3
            and "recovery_state is not_recovered" in found["meaning"]
        )
        more = await ask(client, "search_checkouts", query="recovery_state:not_recovered", first=3, after=found["next"])
        assert {each["id"] for each in more["checkouts"]}.isdisjoint(each["id"] for each in found["checkouts"])
        number = found["checkouts"][0]["id"]
        story = await ask(client, "checkout_story", checkout=number)
        assert story["checkout"]["id"] == number and isinstance(story["story"], list)


async def test_an_agent_learns_why_a_checkout_does_not_match(sqlite_url: str) -> None:
    async with served(sqlite_url) as app, agent(app) as client:
        [one] = (await ask(client, "search_checkouts", query="recovery_state:not_recovered", first=1))["checkouts"]
        why = await ask(
            client,
            "explain_whether_a_checkout_matches",
            checkout=one["id"],
            query="recovery_state:not_recovered created_at:<2001-01-01 colour:red",
        )
        assert why["matches"] is False
        assert [part["matches"] for part in why["parts"][:2]] == [True, False]
        assert "2001" in why["parts"][1]["meaning"] and "warnings" in why["parts"][2]
        assert "no abandoned checkout 17" in await refusal(
            client, "explain_whether_a_checkout_matches", checkout="17", query=""
        )
        assert "is not the id of a checkout" in await refusal(client, "checkout_story", checkout="#17")


async def test_reports_queries_and_pages(sqlite_url: str) -> None:
    async with served(sqlite_url) as app, agent(app) as client:
        overview = await ask(client, "report", by="overview")
        assert overview and "errors" not in overview
        assert "period" in await refusal(client, "report", by="day", first_day="tomorrow", last_day="2026-11-01")
        document = "query($n: Int!) { abandonedCheckouts(first: $n) { nodes { id } } }"
        named = await ask(client, "graphql", document=document, variables={"n": 2})
        assert len(named["data"]["abandonedCheckouts"]["nodes"]) == 2
        assert "nothing" in await refusal(client, "graphql", document="{ nothing }")
        index = await client.call_tool("documentation", {})
        page = await client.call_tool("documentation", {"page": "search.md"})
        assert "(search.md)" in str(index.content) and "# Searching" in str(page.content)
        assert "is not the name" in await refusal(client, "documentation", page="../control")
        assert "no page" in await refusal(client, "documentation", page="nothing")


async def test_the_tools_of_a_twin(sqlite_url: str) -> None:
    async with served(sqlite_url, twin=True) as app, agent(app) as client:
        assert {tool.name for tool in (await client.list_tools()).tools} == READING | TWIN
        made = await ask(client, "create_checkout", state="abandoned", ago="2 hours", fields=FIELDS)
        assert made["checkout"]["id"]
        await ask(client, "set_faults", faults=[{"name": "busy", "endpoint": "rest", "status": 503}])
        assert "nam" in await refusal(client, "set_faults", faults=[{"nam": "busy"}])
        before = (await ask(client, "move_clock"))["currentInstant"]
        after = (await ask(client, "move_clock", duration="3 days"))["currentInstant"]
        assert after[:10] > before[:10]
        assert (await ask(client, "journal", kind="requests"))["requests"]


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
