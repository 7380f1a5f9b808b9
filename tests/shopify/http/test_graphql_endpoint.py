"""The HTTP side of GraphQL: statuses, bodies that are not GraphQL, headers, compression."""

import base64
import gzip
import json
import re
from typing import Any

import httpx
import pytest

from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.change_settings import change_settings
from abandoned_checkouts.store.tenants.shops import find_shop
from tests.shopify.caller import NOW, Caller

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
        (b'{"query": "{shop{id}}", "variables": []}', "application/json"),
        (b'{"query": "{shop{id}}", "variables": "nonsense"}', "application/json"),
        (b'{"query": "{shop{id}}", "operationName": 1}', "application/json"),
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


@pytest.mark.parametrize("url", [URL, URL.removesuffix(".json")])
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (QUERY.encode(), "application/graphql; charset=utf-8"),
        (b"query=%7Bshop%7Bid%7D%7D", "application/x-www-form-urlencoded"),
        (b'{"query": "{shop{id}}"}', "text/plain"),
        (b'{"query": "{shop{id}}"}', "application/json5"),
        (b'{"query": "{shop{id}}"}', ""),
        (b"", "application/graphql"),
    ],
)
async def test_only_json_is_read(sqlite_caller: Caller, url: str, body: bytes, content_type: str) -> None:
    headers = {**sqlite_caller.signed("all"), **({"Content-Type": content_type} if content_type else {})}
    response = await sqlite_caller.http.post(url, content=body, headers=headers)
    assert (response.status_code, response.json()) == (
        415,
        {"errors": "Unsupported Content-Type header, use application/json"},
    )


JSON, RESPONSE_JSON = "application/json; charset=utf-8", "application/graphql-response+json; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/graphql-response+json", RESPONSE_JSON),
        ("application/graphql-response+json, application/json", RESPONSE_JSON),
        ("application/json, application/graphql-response+json;q=0.9", JSON),
        ("application/json;q=0.1, APPLICATION/GraphQL-Response+JSON; charset=utf-8", RESPONSE_JSON),
        ("application/json", JSON),
        ("*/*", JSON),
        ("application/*;q=0.2", JSON),
        ("*/*, application/json;q=0", RESPONSE_JSON),
        ("text/html", None),
        ("application/json;q=0, application/graphql-response+json;q=0.0", None),
    ],
)
@pytest.mark.parametrize(
    ("document", "status"),
    [(QUERY, 200), ("{ shop { nothing } }", 400), ("{", 400), ("query A($x: Int!) { node(id: $x) { id } }", 400)],
)
async def test_graphql_over_http(
    sqlite_caller: Caller, accept: str, media_type: str | None, document: str, status: int
) -> None:
    """Without .json, the Accept header decides the type; only graphql-response+json has the status of the error."""
    headers = {**sqlite_caller.signed("all"), "Accept": accept}
    url = "/admin/api/2026-10/graphql"
    response = await sqlite_caller.http.post(url, json={"query": document}, headers=headers)
    if media_type is None:
        assert response.status_code == 406
        return
    expected = status if media_type == RESPONSE_JSON else 200
    assert (response.status_code, response.headers["content-type"]) == (expected, media_type)
    legacy = await sqlite_caller.http.post(f"{url}.json", json={"query": document}, headers=headers)
    assert (legacy.status_code, legacy.headers["content-type"]) == (200, JSON)
    assert response.json().get("errors") == legacy.json().get("errors")
    assert response.json().get("data") == legacy.json().get("data")


async def test_graphql_over_http_takes_posts(sqlite_caller: Caller) -> None:
    response = await sqlite_caller.http.get("/admin/api/2026-10/graphql", headers=sqlite_caller.signed("all"))
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert (await sqlite_caller.http.post("/admin/api/2026-13/graphql", json={"query": QUERY})).status_code == 404


REST = "/admin/api/2026-10/checkouts/count.json"


async def both(caller: Caller, headers: dict[str, str]) -> list[httpx.Response]:
    """The responses of GraphQL and REST."""
    answered = await caller.http.post(URL, json={"query": QUERY}, headers=headers)
    return [answered, await caller.http.get(REST, headers=headers)]


@pytest.mark.parametrize(
    ("credentials", "status"),
    [("key:{token}", 200), (":{token}", 200), ("{token}:", 401), ("{token}", 401), ("key:x{token}", 401)],
)
async def test_token_as_password_of_http_basic(sqlite_caller: Caller, credentials: str, status: int) -> None:
    value = base64.b64encode(credentials.format(token=sqlite_caller.tokens["all"]).encode()).decode()
    for response in await both(sqlite_caller, {"Authorization": f"basic {value}"}):
        assert response.status_code == status, response.text
    for response in await both(sqlite_caller, {"Authorization": f"Basic !{value}"}):
        assert response.status_code == 401


@pytest.mark.parametrize(
    ("host", "status", "message"),
    [
        ("acme.myshopify.com", 200, None),
        ("ACME.myshopify.com:8000", 200, None),
        ("localhost:8000", 200, None),
        ("other.myshopify.com", 401, UNAUTHORIZED),
        ("other.myshopify.com:8000", 401, UNAUTHORIZED),
        ("nobody.myshopify.com", 404, {"errors": "Not Found"}),
    ],
)
async def test_token_at_another_host(
    sqlite_caller: Caller, host: str, status: int, message: dict[str, str] | None
) -> None:
    for response in await both(sqlite_caller, {**sqlite_caller.signed("all"), "Host": host}):
        assert response.status_code == status
        assert message is None or response.json() == message


@pytest.mark.parametrize(
    ("shop_status", "status", "message"),
    [
        ("active", 200, None),
        ("frozen", 402, "Unavailable Shop"),
        ("forbidden", 403, "Forbidden"),
        ("locked", 423, "This shop is unavailable"),
    ],
)
async def test_status_of_the_shop(sqlite_caller: Caller, shop_status: str, status: int, message: str | None) -> None:
    database = await open_database(sqlite_caller.settings.database_url)
    async with database.begin() as connection:
        shop = await find_shop(connection, "acme.myshopify.com")
        assert shop is not None
        await change_settings(connection, shop, {"status": shop_status}, NOW)
    await database.close()
    for response in await both(sqlite_caller, sqlite_caller.signed("all")):
        assert response.status_code == status
        assert message is None or response.json() == {"errors": message}
    for response in await both(sqlite_caller, sqlite_caller.signed("foreign")):
        assert response.status_code == 200


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
