"""Documents as clients write them, of the fields that public code reads: valid, without errors, and answered alike by
plans and by graphql-core."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from abandoned_checkouts.config import Settings
from abandoned_checkouts.demo.demo_token import TOKEN
from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.explorer import examples
from abandoned_checkouts.server import create_app
from abandoned_checkouts.store.engine.database import open_database
from tests.databases import Databases

DOCUMENTS = {path.stem: path.read_text() for path in sorted((Path(__file__).parent / "documents").glob("*.graphql"))}
EXAMPLES = {path.stem: path.read_text() for path in sorted(Path(examples.__file__).parent.glob("*.graphql"))}
URL = "/admin/api/{}/graphql.json"
NOW = 1_790_000_000_000_000
CHECKOUTS = 120


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
async def executors(
    request: pytest.FixtureRequest, databases: Databases
) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """Two servers of the demo shop: one executes by plan, one by graphql-core."""
    url = databases.new(request.param)
    database = await open_database(url)
    await fill(database, checkouts=CHECKOUTS, seed=3, now=NOW)
    await database.close()
    apps = {
        executor: create_app(
            Settings(database_url=url, executor=executor, throttle=False, work=False), clock=lambda: NOW
        )
        for executor in ("plan", "core")
    }
    headers = {"X-Shopify-Access-Token": TOKEN}
    plan, core = apps["plan"], apps["core"]
    async with plan.router.lifespan_context(plan), core.router.lifespan_context(core):
        yield {
            name: httpx.AsyncClient(
                transport=httpx.ASGITransport(app), base_url="https://demo-shop.myshopify.com", headers=headers
            )
            for name, app in apps.items()
        }


async def ask(client: httpx.AsyncClient, text: str, version: str = "2026-10", **variables: Any) -> Any:
    response = await client.post(URL.format(version), json={"query": text, "variables": variables})
    assert response.status_code == 200, response.text
    return response.json()


def test_there_are_documents() -> None:
    assert len(DOCUMENTS) >= 17


@pytest.mark.parametrize("example", EXAMPLES)
async def test_examples_of_the_explorer_are_answered_alike(
    executors: dict[str, httpx.AsyncClient], example: str
) -> None:
    planned, ordinary = [await ask(executors[name], EXAMPLES[example]) for name in ("plan", "core")]
    assert "errors" not in planned, planned["errors"]
    assert planned == ordinary


@pytest.mark.parametrize("document", DOCUMENTS)
async def test_both_executions_answer_alike(executors: dict[str, httpx.AsyncClient], document: str) -> None:
    text = DOCUMENTS[document]
    variables = {}
    if "$id: ID!" in text:
        newest = await ask(executors["core"], "{ abandonedCheckouts(last: 1) { nodes { id } } }")
        variables["id"] = newest["data"]["abandonedCheckouts"]["nodes"][0]["id"]
    planned, ordinary = [await ask(executors[name], text, **variables) for name in ("plan", "core")]
    assert "errors" not in planned, planned["errors"]
    assert planned == ordinary
    for name, found in planned["data"].items():
        assert found, f"{name} is empty: {found}"
        assert found != {"nodes": []} and found != {"edges": []}


@pytest.mark.parametrize("document", DOCUMENTS)
async def test_every_version_answers_alike(executors: dict[str, httpx.AsyncClient], document: str) -> None:
    """Each version's schema is a part of the complete schema. Every field that it has must still be executable."""
    variables = {"id": "gid://shopify/AbandonedCheckout/1"} if "$id: ID!" in DOCUMENTS[document] else {}
    whole = await ask(executors["core"], DOCUMENTS[document], **variables)
    for version in ("2026-01", "2026-04", "2026-07"):
        for name, client in executors.items():
            assert await ask(client, DOCUMENTS[document], version, **variables) == whole, f"{version} by {name}"


async def test_tap_shopify_reads_the_shop_to_its_end(executors: dict[str, httpx.AsyncClient]) -> None:
    """As the extractor requests: pages of 250, in windows of times that contain a space.

    Without `customAttributes` it would cost 574; recorded answers charge 1 for each list of attributes.
    """
    text = DOCUMENTS["tap"]
    window = "updated_at:>='2020-01-01 00:00:00+00:00' AND updated_at:<'2099-01-01 00:00:00+00:00'"
    whole = await ask(executors["plan"], text, first=250, query=window)
    assert whole["extensions"]["cost"]["requestedQueryCost"] == 695 and "search" not in whole["extensions"]
    names, after = [], None
    while True:
        answer = await ask(executors["plan"], text, first=50, after=after, query=window)
        assert "errors" not in answer, answer
        page = answer["data"]["abandonedCheckouts"]
        names += [edge["node"]["name"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert names == [edge["node"]["name"] for edge in whole["data"]["abandonedCheckouts"]["edges"]]
    assert len(set(names)) == len(names) == CHECKOUTS
    node = whole["data"]["abandonedCheckouts"]["edges"][0]["node"]
    assert isinstance(node["note"], str) and re.fullmatch(r"\d+\.\d+", node["totalPriceSet"]["shopMoney"]["amount"])
    assert node["totalDutiesSet"] is None or node["totalDutiesSet"]["shopMoney"]["amount"]


@pytest.mark.parametrize(
    ("query", "finds_all", "warnings"),
    [
        ("updated_at:>=2020-01-01", True, []),
        ("updated_at:>='2020-01-01T00:00:00Z'", True, []),
        ("updated_at:<2020-01-01T00:00:00Z", False, [("00", "invalid_field")]),
        ("created_at:>=2020-01-01 created_at:<=2099-01-01", True, []),
        ("status:open,closed", True, []),
        ("customer_email:bob@example.com", True, [("customer_email", "invalid_field")]),
        ("customer_phone:*555*", True, [("customer_phone", "invalid_field")]),
        ("status:opne", False, [("status", "invalid_value")]),
    ],
)
async def test_searches_seen_in_the_wild(
    executors: dict[str, httpx.AsyncClient], query: str, finds_all: bool, warnings: list[tuple[str, str]]
) -> None:
    text = "query ($query: String) { abandonedCheckoutsCount(query: $query) { count precision } }"
    for client in executors.values():
        answer = await ask(client, text, query=query)
        count = {"count": CHECKOUTS if finds_all else 0, "precision": "EXACT"}
        assert answer["data"]["abandonedCheckoutsCount"] == count, answer
        entries = answer["extensions"].get("search", [])
        assert [(each["field"], each["code"]) for entry in entries for each in entry["warnings"]] == warnings
