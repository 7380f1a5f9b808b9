"""Bulk operations by ShopifyAPI and gql: started, polled, downloaded, and compared with the same data by pages."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import shopify  # type: ignore[import-untyped]
from gql import Client, gql
from gql.transport.httpx import HTTPXTransport

from tests.clients.bulk_documents import RUN
from tests.clients.conftest import Served

Ask = Callable[..., Any]

FIELDS = "id status errorCode objectCount rootObjectCount fileSize url partialDataUrl"
CURRENT = f"{{ operation: currentBulkOperation {{ {FIELDS} }} }}"
CANCEL = """mutation Cancel($id: ID!) { bulkOperationCancel(id: $id) {
  bulkOperation { id status } userErrors { field message } } }"""


@pytest.fixture
def by_shopifyapi(served: Served) -> Iterator[Ask]:
    given = served.given
    shopify.ApiVersion.define_version(shopify.Release(given["version"]))
    session = shopify.Session(given["demoShop"], given["version"], given["demoToken"])
    shopify.ShopifyResource.activate_session(session)
    shopify.ShopifyResource.set_site(f"{given['base']}/admin/api/{given['version']}")

    def ask(document: str, **variables: Any) -> Any:
        answer = json.loads(shopify.GraphQL().execute(document, variables))
        assert "errors" not in answer, answer
        return answer["data"]

    yield ask
    shopify.ShopifyResource.clear_session()


@pytest.fixture
def by_gql(served: Served) -> Iterator[Ask]:
    given = served.given
    transport = HTTPXTransport(
        url=f"{given['base']}/admin/api/{given['version']}/graphql.json",
        headers={"X-Shopify-Access-Token": given["demoToken"]},
    )
    with Client(transport=transport) as session:

        def ask(document: str, **variables: Any) -> Any:
            query = gql(document)
            query.variable_values = variables
            return session.execute(query)

        yield ask


@pytest.fixture(params=["by_shopifyapi", "by_gql"])
def ask(request: pytest.FixtureRequest) -> Ask:
    found: Ask = request.getfixturevalue(request.param)
    return found


def started(answer: Any) -> str:
    assert answer["bulkOperationRunQuery"]["userErrors"] == []
    operation = answer["bulkOperationRunQuery"]["bulkOperation"]
    assert operation["status"] == "CREATED"
    return str(operation["id"])


def over(ask: Ask, number: str) -> Any:
    """Wait for the end of the app's current operation, and return it."""
    until = time.monotonic() + 30
    while True:
        operation = ask(CURRENT)["operation"]
        assert operation["id"] == number
        if operation["status"] not in ("CREATED", "RUNNING", "CANCELING"):
            return operation
        assert time.monotonic() < until, f"not over after 30 s: {operation}"
        time.sleep(0.1)


def regrouped(lines: list[Any]) -> list[Any]:
    """Lines nested under their parents. A DiscountAllocation has no id, as in Shopify's schema."""
    roots: list[Any] = []
    lists: dict[str, list[Any]] = {}
    for line in lines:
        siblings = lists[line.pop("__parentId")] if "__parentId" in line else roots
        siblings.append(line)
        if "/AbandonedCheckout/" in line.get("id", ""):
            lists[line["id"]] = line["lineItems"] = []
        elif "id" in line:
            lists[line["id"]] = line["discountAllocations"] = []
    return roots


def nodes(connection: Any) -> list[Any]:
    return [edge["node"] for edge in connection["edges"]]


def by_pages(ask: Ask, document: str) -> list[Any]:
    found, after = [], None
    while True:
        page = ask(document, after=after)["abandonedCheckouts"]
        for checkout in nodes(page):
            checkout["lineItems"] = nodes(checkout["lineItems"])
            for line in checkout["lineItems"]:
                line["discountAllocations"] = nodes(line["discountAllocations"])
            found.append(checkout)
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def test_bulk_and_pages_read_the_same(served: Served, ask: Ask) -> None:
    """The query is a block string in the text of the mutation, as in Shopify's examples."""
    query = served.given["bulkQuery"]
    done = over(ask, started(ask(RUN.replace("($query: String!)", "").replace("$query", f'"""{query}"""'))))
    assert (done["status"], done["errorCode"], done["partialDataUrl"]) == ("COMPLETED", None, None)
    fetched = httpx.get(done["url"])
    assert fetched.status_code == 200 and fetched.headers["Content-Type"].startswith("application/jsonl")
    assert done["fileSize"] == str(len(fetched.content))
    lines = [json.loads(line) for line in fetched.content.splitlines()]
    checkouts = regrouped(lines)
    assert (done["objectCount"], done["rootObjectCount"]) == (str(len(lines)), str(len(checkouts)))
    assert len(checkouts) == served.given["demoCheckouts"]
    assert any(len(line["discountAllocations"]) > 1 for checkout in checkouts for line in checkout["lineItems"])
    assert checkouts == by_pages(ask, served.given["bulkPages"])


def test_cancelled(served: Served, by_shopifyapi: Ask) -> None:
    """If an operation ends before it is cancelled, the error says so, and the test tries another one."""
    for _ in range(5):
        number = started(by_shopifyapi(RUN, query=served.given["bulkQuery"]))
        answer = by_shopifyapi(CANCEL, id=number)["bulkOperationCancel"]
        done = over(by_shopifyapi, number)
        if not answer["userErrors"]:
            assert answer["bulkOperation"]["status"] in ("CANCELING", "CANCELED")
            assert (done["status"], done["url"], done["errorCode"]) == ("CANCELED", None, None)
            return
        assert done["status"] == "COMPLETED"
    pytest.fail("none of five bulk operations was cancelled")
