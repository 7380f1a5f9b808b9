"""What clients see of HTTP: statuses, bodies that are not GraphQL, headers, compression."""

import gzip
import json
import re
from typing import Any

import httpx
import pytest

from tests.shopify.caller import Caller

URL = "/admin/api/2026-10/graphql.json"
QUERY = "{ abandonedCheckouts(first: 2) { nodes { id } } }"
UNAUTHORIZED = {"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}
MISSING = {"errors": {"query": "Required parameter missing or invalid"}}


async def test_answer_has_the_headers_clients_read(sqlite_caller: Caller) -> None:
    response = await sqlite_caller.post(QUERY)
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.headers["x-shopify-api-version"] == "2026-10"
    assert re.fullmatch(r"[0-9a-f-]{36}-1795262400", response.headers["x-request-id"])
    assert response.json() == {
        "data": {
            "abandonedCheckouts": {
                "nodes": [{"id": "gid://shopify/AbandonedCheckout/1"}, {"id": "gid://shopify/AbandonedCheckout/2"}]
            }
        },
        "extensions": {
            "cost": {
                "requestedQueryCost": 3,
                "actualQueryCost": 3,
                "throttleStatus": {"maximumAvailable": 2000, "currentlyAvailable": 1997, "restoreRate": 100},
            }
        },
    }


@pytest.mark.parametrize("token", [None, "", "shpat_unknown", "shpat_demo", "x" * 4000])
async def test_bad_token_is_refused(sqlite_caller: Caller, token: str | None) -> None:
    response = await sqlite_caller.post(QUERY, token=token)
    assert (response.status_code, response.json()) == (401, UNAUTHORIZED)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"null", "application/json"),
        (b"{}", "application/json"),
        (b'{"query": 1}', "application/json"),
        (b'{"query": null}', "application/json"),
        (b'{"query": " \n"}', "application/json"),
        (b"", "application/graphql"),
        (b'{"query": "{shop{id}}", "variables": []}', "application/json"),
        (b'{"query": "{shop{id}}", "variables": "nonsense"}', "application/json"),
        (b'{"query": "{shop{id}}", "operationName": 1}', "application/json"),
        (b"query=%7Bshop%7Bid%7D%7D", "application/x-www-form-urlencoded"),
        (b'{"query": "{shop{id}}"}', "text/plain"),
        (b'{"query": "{shop{id}}"}', ""),
        (b"\xff\xfe", "application/graphql"),
    ],
)
async def test_unreadable_body_is_refused(sqlite_caller: Caller, body: bytes, content_type: str) -> None:
    headers = {**sqlite_caller.signed("all"), "Content-Type": content_type}
    response = await sqlite_caller.http.post(URL, content=body, headers=headers)
    assert (response.status_code, response.json()) == (400, MISSING), response.text


@pytest.mark.parametrize(
    "question",
    [
        {"query": QUERY, "variables": None, "operationName": None},
        {"query": QUERY, "variables": {}, "operationName": ""},
        {"query": QUERY, "variables": "{}"},
        {"query": QUERY, "variables": {"undeclared": 1}},
        {"query": "query A { shop { id } } query B " + QUERY, "operationName": "B"},
    ],
)
async def test_absent_parts_of_a_question(sqlite_caller: Caller, question: dict[str, Any]) -> None:
    response = await sqlite_caller.http.post(URL, json=question, headers=sqlite_caller.signed("all"))
    assert len(response.json()["data"]["abandonedCheckouts"]["nodes"]) == 2, response.text


async def test_document_as_the_whole_body(sqlite_caller: Caller) -> None:
    headers = {**sqlite_caller.signed("all"), "Content-Type": "application/graphql; charset=utf-8"}
    response = await sqlite_caller.http.post(URL, content=QUERY.encode(), headers=headers)
    assert len(response.json()["data"]["abandonedCheckouts"]["nodes"]) == 2


async def test_body_over_a_mebibyte_is_refused(sqlite_caller: Caller) -> None:
    body = json.dumps({"query": QUERY, "variables": {"padding": "x" * (1 << 20)}}).encode()
    headers = {**sqlite_caller.signed("all"), "Content-Type": "application/json"}
    response = await sqlite_caller.http.post(URL, content=body, headers=headers)
    assert response.status_code == 413
    assert "too large" in response.json()["errors"]

    async def unannounced() -> Any:
        for start in range(0, len(body), 65536):
            yield body[start : start + 65536]

    response = await sqlite_caller.http.post(URL, content=unannounced(), headers=headers)
    assert response.status_code == 413


@pytest.mark.parametrize(("method", "status"), [("GET", 404), ("PUT", 405), ("DELETE", 405), ("PATCH", 405)])
async def test_only_post_is_answered(sqlite_caller: Caller, method: str, status: int) -> None:
    response = await sqlite_caller.http.request(method, URL, headers=sqlite_caller.signed("all"))
    assert response.status_code == status
    assert isinstance(response.json()["errors"], str)


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("/admin/api/2025-07/graphql.json", "2026-01"),
        ("/admin/api/2026-01/graphql.json", "2026-01"),
        ("/admin/api/2026-10/graphql.json", "2026-10"),
        ("/admin/api/2027-01/graphql.json", "2027-01"),
        ("/admin/api/unstable/graphql.json", "unstable"),
        ("/admin/api/graphql.json", "2026-01"),
        ("/admin/api/2026-13/graphql.json", None),
        ("/admin/api/nonsense/graphql.json", None),
        ("/admin/api/2027-04/graphql.json", None),
    ],
)
async def test_version_of_the_url(sqlite_caller: Caller, path: str, version: str | None) -> None:
    """Shopify falls forward to the oldest version that is still accessible, and says which one answered."""
    response = await sqlite_caller.http.post(path, json={"query": QUERY}, headers=sqlite_caller.signed("all"))
    if version is None:
        assert (response.status_code, response.json()) == (404, {"errors": "Not Found"})
    else:
        assert (response.status_code, response.headers["x-shopify-api-version"]) == (200, version)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip, deflate", "gzip"), ("*", "gzip"), ("identity", None), ("gzip;q=0", None), ("br", None)],
)
async def test_long_answers_are_compressed(sqlite_caller: Caller, accepted: str, coding: str | None) -> None:
    query = "{ abandonedCheckouts(first: 12) { nodes { id name createdAt updatedAt abandonedCheckoutUrl } } }"
    async with sqlite_caller.http.stream(
        "POST", URL, json={"query": query}, headers={**sqlite_caller.signed("all"), "Accept-Encoding": accepted}
    ) as response:
        raw = b"".join([part async for part in response.aiter_raw()])
    assert response.headers.get("content-encoding") == coding
    answer = json.loads(gzip.decompress(raw) if coding else raw)
    assert len(answer["data"]["abandonedCheckouts"]["nodes"]) == 12


async def test_readiness(sqlite_caller: Caller) -> None:
    response: httpx.Response = await sqlite_caller.http.get("/healthz")
    assert response.status_code == 200


async def test_pictures_that_nobody_brought(sqlite_caller: Caller) -> None:
    query = "{ abandonedCheckouts(first: 1) { nodes { customer { image { url } } } } }"
    answer = await sqlite_caller.answer(query)
    url = answer["data"]["abandonedCheckouts"]["nodes"][0]["customer"]["image"]["url"]
    response = await sqlite_caller.http.get(url)
    assert (response.status_code, response.headers["content-type"]) == (200, "image/svg+xml")


async def test_deprecations_are_named(sqlite_caller: Caller) -> None:
    response = await sqlite_caller.post("{ abandonedCheckouts(first: 1) { nodes { lineItemsQuantity } } }")
    assert response.headers["x-shopify-api-deprecated-reason"] == "AbandonedCheckout.lineItemsQuantity"
