"""Hostile documents and callers, and a server that stops while a client is still sending."""

import asyncio
import http.client
import json
import socket
import time
from collections.abc import AsyncIterator

import pytest

from abandoned_checkouts.http_kit import bodies
from tests.clients.conftest import Served
from tests.databases import Databases
from tests.pace import Pace
from tests.shopify.caller import Caller

CPU = 0.1  # seconds, that a refusal may take
URL = "/admin/api/2026-10/graphql.json"


def cycle(length: int) -> str:
    spreads = "".join(f"fragment f{n} on Shop {{ ...f{(n + 1) % length} }} " for n in range(length))
    return f"{{ shop {{ ...f0 }} }} {spreads}"


def doubling(levels: int) -> str:
    """Each fragment spreads the next twice: 2 to the power of its levels."""
    spreads = "".join(f"fragment f{n} on Shop {{ a: __typename ...f{n + 1} ...f{n + 1} }} " for n in range(levels))
    return f"{{ shop {{ ...f0 }} }} {spreads} fragment f{levels} on Shop {{ id }}"


HOSTILE = {
    "10,000 aliases": "{ " + " ".join(f"a{n}: __typename" for n in range(10_000)) + " }",
    "10,000 aliases of a list": "{ "
    + " ".join(f"a{n}: abandonedCheckoutsCount {{ count }}" for n in range(10_000))
    + " }",
    "500 levels": "{ " + "node(id: 1) { " * 500 + "id" + " }" * 501,
    "500 levels of lists in a value": "{ nodes(ids: " + "[" * 500 + "]" * 500 + ") { id } }",
    "1,000 directives": "{ shop { id " + "@include(if: true) " * 1_000 + "} }",
    "1,000 unknown directives": "{ shop { id " + "@x " * 1_000 + "} }",
    "100,000 tokens": "{ shop { " + "id " * 100_000 + "} }",
    "100,000 punctuators": "{" * 100_000,
    "a circle of fragments": cycle(2),
    "a long circle of fragments": cycle(150),
    "a fragment of itself": "{ shop { ...f } } fragment f on Shop { ...f }",
    "fragments that double": doubling(60),
    "1,000 fragments": "{ shop { id } } " + " ".join(f"fragment f{n} on Shop {{ id }}" for n in range(1_000)),
    "a megabyte of one string": '{ node(id: "' + "x" * 1_000_000 + '") { id } }',
    "a megabyte of backslashes": '{ node(id: "' + "\\" * 1_000_000,
    "fields that conflict": "{ " + " ".join(f"a: __typename a: shop {{ x{n}: id }}" for n in range(900)) + " }",
    "2,000 introspections": "{ __schema { " + " ".join(f"a{n}: types {{ name }}" for n in range(2_000)) + " } }",
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_document_is_refused_quickly(sqlite_caller: Caller, name: str) -> None:
    await sqlite_caller.answer("{ shop { id } }")  # creates objects that are created only once
    pace, document = Pace(CPU), HOSTILE[name]
    while pace.again():
        document += " #"  # refused documents are cached
        with pace.attempt():
            response = await sqlite_caller.post(document)
        body = response.json()
        assert response.status_code in (200, 413), body
        assert body["errors"] and "data" not in body, body
        if response.status_code == 200:
            assert all(error["message"] and len(error["message"]) < 2_000 for error in body["errors"])
            assert "INTERNAL_SERVER_ERROR" not in response.text
        assert len(response.content) < 200_000
    pace.check(name)


LONG = {"words": "a " * 250_000, "parentheses": "(" * 500_000, "signs": "-" * 500_000, "filters": "id:1 OR " * 60_000}
WHERE = {
    "a list": "query ($text: String) { abandonedCheckouts(first: 1, query: $text) { nodes { id } } }",
    "a count": "query ($text: String) { abandonedCheckoutsCount(query: $text) { count } }",
    "bulk operations": "query ($text: String) { bulkOperations(first: 1, query: $text) { nodes { id } } }",
    "webhook subscriptions": "query ($text: String) { webhookSubscriptions(first: 1, query: $text) { nodes { id } } }",
    "a saved search": 'mutation ($text: String!) { savedSearchCreate(input: {name: "n", query: $text, '
    "resourceType: PRODUCT}) { savedSearch { searchTerms } userErrors { message } } }",
    "a webhook's filter": "mutation ($text: String!) { webhookSubscriptionCreate(topic: APP_UNINSTALLED, "
    'webhookSubscription: {uri: "https://e.com", filter: $text}) { userErrors { message } } }',
}


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("name", LONG)
async def test_a_search_without_end_is_refused_quickly(sqlite_caller: Caller, where: str, name: str) -> None:
    await sqlite_caller.answer(WHERE[where], {"text": "id:1"})
    pace, text = Pace(CPU), LONG[name]
    while pace.again():
        text += " "  # refused texts are cached
        with pace.attempt():
            answer = await sqlite_caller.answer(WHERE[where], {"text": text})
        assert "errors" in answer or next(iter(answer["data"].values()))["userErrors"], str(answer)[:500]
    pace.check(name)


@pytest.mark.parametrize("text", ["(" * 8_000, "-" * 8_000, "NOT " * 2_000, "id:1 OR " * 1_000, "a:b," * 2_000])
@pytest.mark.parametrize("where", ["bulk operations", "webhook subscriptions", "a saved search"])
async def test_a_search_of_the_longest_that_is_read(sqlite_caller: Caller, where: str, text: str) -> None:
    answer = await sqlite_caller.answer(WHERE[where], {"text": text})
    assert "INTERNAL_SERVER_ERROR" not in str(answer), str(answer)[:500]


async def test_a_value_nested_without_end_is_refused(sqlite_caller: Caller) -> None:
    nested = "[" * 100_000 + "]" * 100_000
    body = '{"query": "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", "variables": {"ids": ' + nested + "}}"
    headers = {**sqlite_caller.signed("all"), "Content-Type": "application/json"}
    response = await sqlite_caller.http.post(URL, content=body, headers=headers)
    assert response.status_code in (200, 400), response.text[:200]
    assert "INTERNAL_SERVER_ERROR" not in response.text


async def test_a_body_that_does_not_come_is_not_waited_for(
    sqlite_caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies.BODY_TIME, "seconds", 0.05)

    async def dripping() -> AsyncIterator[bytes]:
        for character in b'{"query": "{ shop { id } }"}':
            yield bytes([character])
            await asyncio.sleep(0.02)

    headers = {**sqlite_caller.signed("all"), "Content-Type": "application/json"}
    response = await sqlite_caller.http.post(URL, content=dripping(), headers=headers)
    assert (response.status_code, response.json()) == (408, {"errors": "Request body was not received in time"})


@pytest.mark.parametrize("path", [URL, "/admin/api/2026-10/checkouts.json", "/admin/oauth/access_token"])
async def test_other_pages_may_not_ask_through_a_browser(sqlite_caller: Caller, path: str) -> None:
    """Shopify's Admin API does not answer preflight requests. The explorer is served by this server, so it needs
    none."""
    origin = {"Origin": "https://elsewhere.example"}
    requests = {**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    preflight = await sqlite_caller.http.options(path, headers=requests)
    assert preflight.status_code in (404, 405)
    answer = await sqlite_caller.http.post(
        path, json={"query": "{ shop { id } }"}, headers={**origin, **sqlite_caller.signed("all")}
    )
    for response in (preflight, answer):
        assert not [name for name in response.headers if name.startswith("access-control-")]


def test_what_is_in_flight_when_the_server_stops_is_answered(databases: Databases) -> None:
    server = Served(databases.new("sqlite"))
    server.start()
    server.wait()
    assert server.server is not None
    body = json.dumps({"query": "{ abandonedCheckoutsCount { count } }"}).encode()
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        head = (
            f"POST {URL} HTTP/1.1\r\nHost: acme.myshopify.com\r\nContent-Type: application/json\r\n"
            f"X-Shopify-Access-Token: {server.given['token']}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        connection.sendall(head.encode() + body[:10])
        time.sleep(0.3)
        server.server.should_exit = True
        time.sleep(0.3)
        connection.sendall(body[10:])
        response = http.client.HTTPResponse(connection)
        response.begin()
        assert response.status == 200
        assert json.loads(response.read())["data"]["abandonedCheckoutsCount"] == {"count": 12}
    server.join(20)
    assert not server.is_alive(), "the server did not end"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port), timeout=5)
