"""The clients that Python programs use, unchanged, against this server: gql by httpx, and ShopifyAPI."""

import asyncio
import json
import urllib.error
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import shopify
from gql import Client, gql
from gql.transport.exceptions import TransportQueryError, TransportServerError
from gql.transport.httpx import HTTPXAsyncTransport, HTTPXTransport
from graphql import validate_schema
from pyactiveresource.connection import ForbiddenAccess, UnauthorizedAccess

from tests.clients.conftest import Served

PAGE = """query Page($first: Int!, $after: String, $query: String) {
  abandonedCheckouts(first: $first, after: $after, query: $query) {
    edges { cursor node { id name } }
    pageInfo { hasNextPage endCursor }
  }
}"""
UNKNOWN = "{ abandonedCheckouts(first: 1) { nodes { id email } } }"
ID = "gid://shopify/AbandonedCheckout/3"


def names_of(pages: Iterator[dict[str, Any]]) -> list[str]:
    return [edge["node"]["name"] for page in pages for edge in page["edges"]]


def expected(served: Served) -> list[str]:
    return [f"#{number}" for number in range(1, served.given["checkouts"] + 1)]


def pages(ask: Any) -> Iterator[dict[str, Any]]:
    """All pages of a list. The argument is a function that returns the data for variables."""
    after = None
    while True:
        page = ask({"first": 5, "after": after, "query": None})["abandonedCheckouts"]
        yield page
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def endpoint(served: Served) -> str:
    return f"{served.given['base']}/admin/api/2026-10/graphql.json"


def client(served: Served, token: str = "token", **more: Any) -> Client:
    headers = {"X-Shopify-Access-Token": served.given[token]}
    return Client(transport=HTTPXTransport(url=endpoint(served), headers=headers), **more)


def test_gql_reads_every_page(served: Served) -> None:
    with client(served) as session:
        query = gql(PAGE)

        def ask(variables: dict[str, Any]) -> dict[str, Any]:
            query.variable_values = variables
            return session.execute(query)

        assert names_of(pages(ask)) == expected(served)
        found = session.execute(gql(f'{{ node(id: "{ID}") {{ id }} abandonedCheckoutsCount {{ count }} }}'))
    assert found == {"node": {"id": ID}, "abandonedCheckoutsCount": {"count": served.given["checkouts"]}}


def test_gql_fetches_the_schema_and_checks_documents_by_it(served: Served) -> None:
    with client(served, fetch_schema_from_transport=True) as session:
        assert session.client.schema is not None
        assert validate_schema(session.client.schema) == []
        with pytest.raises(Exception, match="Cannot query field 'email'"):
            session.execute(gql(UNKNOWN))


def test_gql_raises_errors_and_bad_tokens(served: Served) -> None:
    with client(served) as session, pytest.raises(TransportQueryError) as raised:
        session.execute(gql(UNKNOWN))
    assert raised.value.errors is not None
    assert raised.value.errors[0]["extensions"]["code"] == "undefinedField"
    # `errors` of a refusal is a text, but gql expects a list. Any exception of gql is accepted.
    with client(served, "wrongToken") as session, pytest.raises((TransportQueryError, TransportServerError)):
        session.execute(gql("{ shop { id } }"))


async def test_gql_sends_many_queries_at_once(served: Served) -> None:
    headers = {"X-Shopify-Access-Token": served.given["token"]}
    transport = HTTPXAsyncTransport(url=endpoint(served), headers=headers)
    async with Client(transport=transport) as session:
        query = gql("{ abandonedCheckoutsCount { count } shop { myshopifyDomain } }")
        answers = await asyncio.gather(*(session.execute(query) for _ in range(20)))
    assert {answer["abandonedCheckoutsCount"]["count"] for answer in answers} == {served.given["checkouts"]}


@pytest.fixture
def session(served: Served) -> Iterator[None]:
    """ShopifyAPI with this server as its host, by its settings."""
    activate(served, "token")
    yield
    shopify.ShopifyResource.clear_session()


def activate(served: Served, token: str, version: str = "2026-10") -> None:
    shopify.ApiVersion.define_version(shopify.Release(version))
    shopify.ShopifyResource.activate_session(shopify.Session(served.given["shop"], version, served.given[token]))
    shopify.ShopifyResource.set_site(f"{served.given['base']}/admin/api/{version}")


@pytest.mark.usefixtures("session")
def test_shopifyapi_reads_every_page_by_graphql(served: Served) -> None:
    def ask(variables: dict[str, Any]) -> Any:
        answer = json.loads(shopify.GraphQL().execute(f"query Other {{ shop {{ id }} }} {PAGE}", variables, "Page"))
        assert "errors" not in answer
        return answer["data"]

    assert names_of(pages(ask)) == expected(served)
    answer = json.loads(shopify.GraphQL().execute(UNKNOWN))
    assert "data" not in answer
    assert answer["errors"][0]["extensions"]["code"] == "undefinedField"


@pytest.mark.usefixtures("session")
def test_shopifyapi_reads_the_shop_and_every_page_by_rest(served: Served) -> None:
    assert shopify.Shop.current().myshopify_domain == served.given["shop"]
    page = shopify.Checkout.find(limit=5, status="any")
    found = [checkout.name for checkout in page]
    while page.has_next_page():
        page = page.next_page()
        found += [checkout.name for checkout in page]
    assert found == expected(served)
    assert shopify.Checkout.count(status="closed") == served.given["closed"]
    assert {scope.handle for scope in shopify.AccessScope.find()} >= {"read_orders"}


def test_shopifyapi_raises_on_a_bad_token_and_a_missing_scope(served: Served) -> None:
    activate(served, "wrongToken")
    with pytest.raises(UnauthorizedAccess):
        shopify.Shop.current()
    with pytest.raises(urllib.error.HTTPError) as refused:
        shopify.GraphQL().execute("{ shop { id } }")
    assert refused.value.code == 401
    activate(served, "poorToken")
    with pytest.raises(ForbiddenAccess):
        shopify.Checkout.find()
    shopify.ShopifyResource.clear_session()


def test_a_proxy_in_front_may_name_the_shop_and_the_scheme(served: Served) -> None:
    """Behind a TLS proxy, the Host header is the shop's. The server does not redirect."""
    headers = {
        "Host": served.given["shop"],
        "X-Forwarded-Proto": "https",
        "X-Shopify-Access-Token": served.given["token"],
    }
    answer = httpx.get(f"{served.given['base']}/admin/api/2025-07/shop.json", headers=headers)
    assert (answer.status_code, answer.json()["shop"]["myshopify_domain"]) == (200, served.given["shop"])
    wrong = httpx.get(f"{served.given['base']}/admin/api/2025-07/nothing.json", headers=headers)
    assert (wrong.status_code, wrong.json()) == (404, {"errors": "Not Found"})
