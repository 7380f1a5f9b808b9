"""The endpoints as REST clients see them: shapes, paging in both spellings, errors, permissions, tokens, CORS.

The numbered traps are those that break Wix's SDK; test_sdk.py drives the SDK itself.
"""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from starlette.applications import Starlette

from app.checkouts.shop import Shop
from app.store.database import Database, open_database
from app.store.events import events_of
from app.store.installations import installation_of
from app.store.save import save_checkouts
from app.store.shops import create_shop
from app.store.tokens import issue_token
from app.wix.oauth import refresh_token
from app.wix.rest import wix_routes
from tests.wix.site import NOW, SAMPLE, Site, checkout, open_site

UNKNOWN = "00000000-0000-4000-8000-000000000000"
Json = dict[str, Any]


@pytest.fixture
async def site(sqlite_url: str) -> AsyncIterator[Site]:
    database = await open_database(sqlite_url)
    async with database.begin() as connection:
        shop = await create_shop(connection, "acme.example.com", now=NOW, timezone="America/New_York")
    async with open_site(database, shop) as made:
        yield made
    await database.close()


async def ask(site: Site, method: str, asked: Json, prefix: str = "/ecom/v1", status: int = 200) -> Json:
    response = await site.client.post(f"{prefix}/abandoned-checkout/{method}", json=asked)
    assert response.status_code == status, response.text
    answer: Json = response.json()
    return answer


def violation(response: httpx.Response) -> Json:
    assert response.status_code == 400, response.text
    [found] = response.json()["details"]["validationError"]["fieldViolations"]
    return dict(found)


# Every method, under both prefixes; {id} stands for the sample's.
METHODS = [
    ("GET", "/abandoned-checkout/{id}?abandonedCheckoutId={id}", None, {"abandonedCheckout"}),
    ("POST", "/abandoned-checkout/query", {}, {"results", "abandonedCheckouts", "metadata"}),
    ("POST", "/abandoned-checkout/search", {}, {"abandonedCheckouts", "pagingMetadata"}),
    (
        "POST",
        "/abandoned-checkout/get-analytics",
        {"startDate": "2023-05-01", "endDate": "2023-05-31", "metrics": ["RECOVERY_RATE"]},
        {"currency", "recoveryRate"},
    ),
    ("POST", "/abandoned-checkouts/{id}/add-activity", {"activityType": "TASK_CREATED"}, {"abandonedCheckout"}),
    (
        "POST",
        "/bulk/abandoned-checkout/delete",
        {"abandonedCheckoutIds": [UNKNOWN]},
        {"results", "bulkActionMetadata"},
    ),
    ("DELETE", "/abandoned-checkout/{id}?abandonedCheckoutId={id}", None, set()),
]


@pytest.mark.parametrize("prefix", ["/ecom/v1", "/v1"])
@pytest.mark.parametrize(("verb", "path", "body", "keys"), METHODS, ids=[path for _, path, *_ in METHODS])
async def test_every_method_answers_200_and_json(
    site: Site, prefix: str, verb: str, path: str, body: Json | None, keys: set[str]
) -> None:
    """Traps 1, 2, 7: nothing but 200 counts, an empty body is fatal, the path's id comes again in the query string."""
    response = await site.client.request(verb, prefix + path.format(id=SAMPLE["id"]), json=body)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    assert set(response.json()) == keys
    assert UUID(response.headers["x-wix-request-id"])


async def test_names_on_the_wire_have_no_underscore_and_nothing_is_null(site: Site) -> None:
    """Traps 3, 8, 11."""
    answer = await ask(site, "query", {})

    def walk(value: Any) -> None:
        assert value is not None
        if isinstance(value, dict):
            assert not [name for name in value if name.startswith("_")]
            assert isinstance(value.get("image", {}), dict)
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(inner)

    walk(answer)


async def test_query_tells_the_list_twice_and_search_once(site: Site) -> None:
    """Trap 4."""
    query, search = await ask(site, "query", {}), await ask(site, "search", {})
    assert query["results"] == query["abandonedCheckouts"] == search["abandonedCheckouts"]
    assert "metadata" not in search and "results" not in search


async def test_cursors_are_there_only_when_there_is_a_page(site: Site) -> None:
    """Traps 5, 6: on with the cursor alone, which carries filter, sort and fields."""
    asked = {
        "filter": {"status": "ABANDONED"},
        "sort": [{"fieldName": "createdDate"}],
        "fields": ["createdDate", "status"],
        "cursorPaging": {"limit": 3},
    }
    first = await ask(site, "query", {"query": asked})
    assert set(first["metadata"]["cursors"]) == {"next"}
    found, metadata = first["results"], first["metadata"]
    while metadata["hasNext"]:
        cursor = metadata["cursors"]["next"]
        page = await ask(site, "query", {"query": {"cursorPaging": {"cursor": cursor, "limit": 3}}})
        metadata = page["metadata"]
        assert "prev" in metadata["cursors"]
        found += page["results"]
    assert "next" not in metadata["cursors"]
    assert all(set(item) == {"id", "createdDate", "status"} and item["status"] == "ABANDONED" for item in found)
    assert [item["createdDate"] for item in found] == sorted(item["createdDate"] for item in found)
    assert len(found) == sum(item.recovered_at is None for item in site.checkouts)


async def test_both_spellings_of_paging(site: Site) -> None:
    by_offset = await ask(site, "query", {"query": {"paging": {"limit": 5, "offset": 5}}})
    metadata = by_offset["metadata"]
    assert (metadata["offset"], metadata["total"], metadata["tooManyToCount"]) == (5, len(site.uuids), False)
    everything = await ask(site, "query", {"query": {"paging": {"limit": 100}}})
    assert by_offset["results"] == everything["results"][5:10]
    by_cursor = await ask(site, "query", {"query": {"paging": {"limit": 2, "cursor": metadata["cursors"]["next"]}}})
    assert by_cursor["results"] == everything["results"][10:12]
    assert "total" not in by_cursor["metadata"]


async def test_a_cursor_outlives_the_server_and_keeps_to_its_site(site: Site) -> None:
    first = await ask(site, "query", {"query": {"cursorPaging": {"limit": 2}}})
    cursor = first["metadata"]["cursors"]["next"]
    again = Starlette(routes=wix_routes(await open_database(str(site.database.url)), lambda: NOW))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(again), base_url="http://shop.test", headers=site.client.headers
    ) as client:
        body = {"query": {"cursorPaging": {"cursor": cursor}}}
        assert (await client.post("/v1/abandoned-checkout/query", json=body)).status_code == 200
        for wrong in (cursor[:-2] + "AA", cursor[1:], "x", "%", "ü", cursor + "A" * 20_000):
            body = {"query": {"cursorPaging": {"cursor": wrong}}}
            response = await client.post("/v1/abandoned-checkout/query", json=body)
            assert violation(response)["field"] == "query.cursorPaging.cursor", wrong
        # Of another method, and of another site.
        response = await client.post(
            "/v1/abandoned-checkout/search", json={"search": {"cursorPaging": {"cursor": cursor}}}
        )
        assert violation(response)["field"] == "search.cursorPaging.cursor"
        async with site.database.begin() as connection:
            other = await create_shop(connection, "other.example.com", now=NOW)
            foreign = await issue_token(connection, other, ["read_orders"], now=NOW)
        body = {"query": {"cursorPaging": {"cursor": cursor}}}
        response = await client.post("/v1/abandoned-checkout/query", json=body, headers={"authorization": foreign})
        assert violation(response)["field"] == "query.cursorPaging.cursor"


# What a query may not say → the path that the violation names, and a part of its words.
REFUSED = [
    ("query", {"filter": {"currency": "USD"}}, "query.filter", "Field 'currency' is not declared as filterable"),
    ("query", {"filter": {"contactDetails.firstName": "A"}}, "query.filter", "not declared as filterable"),
    ("query", {"filter": {"status": {"$gt": "A"}}}, "query.filter", "does not support the operator '$gt'"),
    ("query", {"filter": {"createdDate": {"$startsWith": "2"}}}, "query.filter", "does not support"),
    ("query", {"filter": {"status": "LOST"}}, "query.filter", "expects one of ABANDONED, RECOVERED"),
    ("query", {"filter": {"createdDate": "soon"}}, "query.filter", "expects a date"),
    ("query", {"filter": {"id": 5}}, "query.filter", "expects a string"),
    ("query", {"filter": {"id": {"$in": "x"}}}, "query.filter", "expects a list"),
    ("query", {"filter": {"id": {"$in": ["x"] * 501}}}, "query.filter", "more than 500 values"),
    ("query", {"filter": {"$nor": []}}, "query.filter", "Unknown operator '$nor'"),
    ("query", {"filter": {"$and": {}}}, "query.filter", "expects a list"),
    ("query", {"filter": [1]}, "query.filter", "Expected an object"),
    ("query", {"sort": [{"fieldName": "currency"}]}, "query.sort[0].fieldName", "not declared as sortable"),
    ("query", {"sort": [{"fieldName": "id", "order": "UP"}]}, "query.sort[0].order", "ASC or DESC"),
    ("query", {"sort": [{"fieldName": "id"}] * 5}, "query.sort", "has size 5"),
    ("query", {"cursorPaging": {"limit": 101}}, "query.cursorPaging.limit", "less than or equal to 100"),
    ("query", {"paging": {"limit": -1}}, "query.paging.limit", "greater than or equal to 0"),
    ("query", {"paging": {"offset": "1"}}, "query.paging.offset", "whole number"),
    ("query", {"fields": "id"}, "query.fields", "list of strings"),
    ("search", {"filter": {"buyerInfo.email": {"$startsWith": "a"}}}, "search.filter", "does not support"),
    ("search", {"filter": {"activities.type": "EMAIL_SENT"}}, "search.filter", "does not support"),
    ("search", {"sort": [{"fieldName": "status"}]}, "search.sort[0].fieldName", "not declared as sortable"),
    ("search", {"search": {"expression": "x" * 101}}, "search.search.expression", "expected 100 or less"),
    ("search", {"search": {"expression": "x", "mode": "NOT"}}, "search.search.mode", "OR, AND"),
    ("search", {"search": {"expression": "x", "fields": ["id"]}}, "search.search.fields", "not declared as searchable"),
]


@pytest.mark.parametrize(("method", "asked", "path", "words"), REFUSED, ids=[words for *_, words in REFUSED])
async def test_what_is_refused_says_where_and_why(site: Site, method: str, asked: Json, path: str, words: str) -> None:
    response = await site.client.post(f"/ecom/v1/abandoned-checkout/{method}", json={method: asked})
    found = violation(response)
    assert found["field"] == path and words in found["description"], found
    assert words in response.json()["message"]


@pytest.mark.parametrize("body", [b"[1]", b"{", b'"x"', b"\xff", b'{"query": NaN}'])
async def test_a_body_that_is_no_object(site: Site, body: bytes) -> None:
    response = await site.client.post("/ecom/v1/abandoned-checkout/query", content=body)
    assert response.status_code == 400 and response.json()["details"] == {}


async def test_ids_are_guids_and_must_be_there(site: Site) -> None:
    for verb, path in (("GET", "/abandoned-checkout/"), ("DELETE", "/abandoned-checkout/")):
        response = await site.client.request(verb, f"/ecom/v1{path}nonsense")
        assert violation(response) == {
            "field": "abandonedCheckoutId",
            "description": "is not a valid GUID",
            "violatedRule": "FORMAT",
            "data": {"type": "GUID"},
        }
        response = await site.client.request(verb, f"/ecom/v1{path}{UNKNOWN}")
        assert response.status_code == 404
        assert response.json()["details"]["applicationError"]["code"] == "NOT_FOUND"
    upper = await site.client.get(f"/ecom/v1/abandoned-checkout/{SAMPLE['id'].upper()}")
    assert upper.json()["abandonedCheckout"]["id"] == SAMPLE["id"]
    lost = await site.client.get("/ecom/v1/abandoned-checkouts")
    assert lost.status_code == 404 and lost.json()["details"]["applicationError"]["code"] == "NOT_FOUND"


async def test_bulk_delete_tells_of_each(site: Site) -> None:
    one, two = site.uuids[:2]
    body = {"abandonedCheckoutIds": [one, UNKNOWN, two, one]}
    answer = (await site.client.post("/v1/bulk/abandoned-checkout/delete", json=body)).json()
    items = [result["itemMetadata"] for result in answer["results"]]
    assert [item["success"] for item in items] == [True, False, True, False]
    assert [item["originalIndex"] for item in items] == [0, 1, 2, 3]
    assert items[1]["error"]["code"] == "NOT_FOUND" and "error" not in items[0]
    assert answer["bulkActionMetadata"] == {"totalSuccesses": 2, "totalFailures": 2, "undetailedFailures": 0}
    for ids in ([], [UNKNOWN] * 101, "x", [5]):
        response = await site.client.post("/v1/bulk/abandoned-checkout/delete", json={"abandonedCheckoutIds": ids})
        assert violation(response)["field"].startswith("abandonedCheckoutIds")


async def test_deletes_are_told_to_the_outbox(site: Site) -> None:
    number = site.checkouts[0].id or 0
    await site.client.delete(f"/v1/abandoned-checkout/{site.uuids[0]}")
    async with site.database.read() as connection:
        assert (await events_of(connection, site.shop, number))[-1]["kind"] == "checkout_deleted"


async def test_an_activity_shows_on_both_sides(site: Site) -> None:
    number, uuid = site.checkouts[2].id or 0, site.uuids[2]
    body = {"abandonedCheckoutId": uuid, "activityType": "EMAIL_SENT"}
    answer = (await site.client.post(f"/v1/abandoned-checkouts/{uuid}/add-activity", json=body)).json()
    assert answer["abandonedCheckout"]["activities"][-1]["type"] == "EMAIL_SENT"
    assert answer["abandonedCheckout"]["updatedDate"] == "2026-11-20T12:00:00.000Z"
    async with site.database.read() as connection:
        assert (await events_of(connection, site.shop, number))[-1]["kind"] == "checkout_activity"
    body["activityType"] = "UNKNOWN_TYPE"
    response = await site.client.post(f"/v1/abandoned-checkouts/{uuid}/add-activity", json=body)
    assert violation(response)["field"] == "activityType"


async def test_the_newest_twenty_activities_are_told(site: Site) -> None:
    uuid = site.uuids[2]
    for _ in range(22):
        answer = await site.client.post(
            f"/v1/abandoned-checkouts/{uuid}/add-activity", json={"activityType": "TASK_CREATED"}
        )
    assert len(answer.json()["abandonedCheckout"]["activities"]) == 20


async def test_the_redirect_is_public_and_speaks_two_ways(site: Site) -> None:
    """Trap 9: a browser gets a 302, the SDK the same as JSON."""
    url = f"/ecom/v1/abandoned-checkout/{SAMPLE['id']}/redirect-to-checkout?metasiteId={site.shop.uuid}"
    del site.client.headers["authorization"]
    response = await site.client.get(url)
    assert response.status_code == 302 and "recover?key=" in response.headers["location"]
    assert (await site.client.post(url)).status_code == 302
    told = await site.client.get(url, headers={"x-wix-bi-gateway": "environment=js-sdk"})
    assert told.status_code == 200
    assert told.json() == {
        "body": "",
        "statusCode": 302,
        "headers": [{"key": "Location", "value": response.headers["location"]}],
    }
    for wrong in (url.replace(site.shop.uuid, UNKNOWN), url.replace(SAMPLE["id"], UNKNOWN)):
        assert (await site.client.get(wrong)).status_code == 404
    assert violation(await site.client.get(url.split("?")[0]))["field"] == "metasiteId"


async def test_tokens_with_and_without_bearer(site: Site) -> None:
    url = f"/v1/abandoned-checkout/{SAMPLE['id']}"
    for header in (site.token, f"Bearer {site.token}", f"bearer  {site.token}"):
        response = await site.client.get(url, headers={"authorization": header, "wix-site-id": site.shop.uuid})
        assert response.status_code == 200, header
    for header in ("nonsense", "Bearer ", ""):
        response = await site.client.get(url, headers={"authorization": header})
        assert response.status_code == 401
        assert response.json()["details"]["applicationError"]["code"] == "UNAUTHENTICATED"
    response = await site.client.get(url, headers={"wix-site-id": UNKNOWN})
    assert response.status_code == 403
    assert response.json()["details"]["applicationError"]["code"] == "PERMISSION_DENIED"


READING = [
    "read_orders",
    "SCOPE.DC-STORES.READ-ORDERS",
    "SCOPE.DC-STORES-MEGA.READ-STORES",
    "SCOPE.STORES.MANAGE-STORES",
]
READING += ["SCOPE.DC-ECOM-MEGA.READ-ECOM"]
MANAGING = ["write_orders", "SCOPE.DC-STORES.MANAGE-ORDERS", "SCOPE.DC-STORES-MEGA.MANAGE-STORES"]
MANAGING += ["SCOPE.DC-ECOM-MEGA.MANAGE-ECOM", "SCOPE.RESTAURANTS.MEGA-SCOPES"]


@pytest.mark.parametrize("scope", [*READING, *MANAGING, "read_products", "SCOPE.BOOKINGS.READ"])
async def test_scopes_open_methods(site: Site, scope: str) -> None:
    """Every method with every scope: reading, managing, and neither."""
    async with site.database.begin() as connection:
        token = await issue_token(connection, site.shop, [scope], now=NOW)
    reads, writes = scope in (*READING, *MANAGING), scope in MANAGING
    for verb, path, body, _ in METHODS:
        allowed = writes if "add-activity" in path or "delete" in path or verb == "DELETE" else reads
        response = await site.client.request(
            verb, f"/v1{path.format(id=SAMPLE['id'])}", json=body, headers={"authorization": token}
        )
        assert response.status_code == (200 if allowed else 403), (scope, verb, path, response.text)


async def test_another_site_sees_nothing(site: Site) -> None:
    async with site.database.begin() as connection:
        other = await create_shop(connection, "other.example.com", now=NOW)
        await save_checkouts(connection, other, [checkout(1)])
        token = await issue_token(connection, other, ["write_orders"], now=NOW)
    headers = {"authorization": token}
    for verb, path, body, _ in METHODS:
        response = await site.client.request(verb, f"/v1{path.format(id=site.uuids[1])}", json=body, headers=headers)
        assert response.status_code == 404 or not set(site.uuids) & set(str(response.json()).split("'")), path
    assert (await site.client.get(f"/v1/abandoned-checkout/{site.uuids[1]}")).status_code == 200


async def test_browsers_of_other_origins_may_ask(site: Site) -> None:
    wanted = "authorization,content-type,wix-site-id,wix-account-id,x-wix-bi-gateway,x-wix-consistent"
    headers = {
        "origin": "https://shop.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": wanted,
    }
    response = await site.client.options("/ecom/v1/abandoned-checkout/query", headers=headers)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == "*"
    assert set(wanted.split(",")) <= set(response.headers["access-control-allow-headers"].lower().split(", "))
    answer = await site.client.post("/ecom/v1/abandoned-checkout/query", json={}, headers={"origin": "https://a.b"})
    assert "x-wix-request-id" in answer.headers["access-control-expose-headers"]


# Days and statuses → the metrics. Checkouts begin on the first of November at noon, a day and an hour apart.
ANALYTICS = [
    ({"startDate": "2023-05-03", "endDate": "2023-05-03"}, ("0.00", 0, "0.00", "255.00", 1, 1)),
    ({"startDate": "2026-11-01", "endDate": "2026-11-03"}, ("35.50", 2, "17.75", "10.50", 1, 1 / 3)),
    (
        {"startDate": "2026-11-01", "endDate": "2026-11-03", "statuses": ["ABANDONED"]},
        ("35.50", 2, "17.75", "0.00", 0, 0),
    ),
    ({"startDate": "2020-01-01", "endDate": "2020-12-31"}, ("0.00", 0, "0.00", "0.00", 0, 0)),
]


@pytest.mark.parametrize(("asked", "expected"), ANALYTICS)
async def test_analytics(site: Site, asked: Json, expected: tuple[Any, ...]) -> None:
    answer = await ask(site, "get-analytics", asked)
    told = [checkout(place) for place in range(3)]
    left = sum(item.total_price for item in told if item.completed_at is None) / 10_000
    if expected[1]:
        expected = (f"{left:.2f}", 2, f"{left / 2:.2f}", *expected[3:])
    names = "recoverableValue recoverableCheckoutCount averageRecoverableCheckoutValue recoveredValue"
    names += " recoveredCheckoutCount recoveryRate"
    assert tuple(answer[name] for name in names.split()) == expected
    assert answer["currency"] == "USD"


async def test_days_are_those_of_the_site(site: Site) -> None:
    """Four in the morning in Greenwich is still the evening before in New York."""
    late = checkout(20)
    late.id, late.created_at = 9999, 1_767_240_000_000_000  # 2026-01-01T04:00:00Z
    async with site.database.begin() as connection:
        await save_checkouts(connection, site.shop, [late])
    for day, count in (("2025-12-31", 1), ("2026-01-01", 0)):
        answer = await ask(site, "get-analytics", {"startDate": day, "endDate": day})
        assert answer["recoverableCheckoutCount"] == count, day


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "startDate"),
        ({"startDate": "May"}, "startDate"),
        ({"startDate": "2026-01-02", "endDate": "2026-01-01"}, "endDate"),
        ({"startDate": "2026-01-02", "endDate": "9999-12-31"}, "endDate"),
        ({"startDate": "2026-01-02", "metrics": ["PROFIT"]}, "metrics"),
        ({"startDate": "2026-01-02", "statuses": ["LOST"]}, "statuses"),
    ],
)
async def test_analytics_refuse(site: Site, asked: Json, field: str) -> None:
    response = await site.client.post("/v1/abandoned-checkout/get-analytics", json=asked)
    assert violation(response)["field"] == field


async def test_token_endpoints(site: Site) -> None:
    async with site.database.read() as connection:
        app = await installation_of(connection, site.shop.id, site.app_id)
    assert app is not None
    post = site.client.post
    client = {"client_id": app.client_id, "client_secret": app.client_secret}
    grants: list[tuple[str, Json]] = [
        ("/oauth2/token", {"grant_type": "client_credentials", "instance_id": app.instance_id, **client}),
        ("/oauth2/token", {"grant_type": "strip_bound_session", "access_token": site.token, **client}),
        ("/oauth/access", {"grant_type": "refresh_token", "refresh_token": refresh_token(app), **client}),
    ]
    for path, body in grants:
        answer = (await post(path, json=body)).json()
        assert answer["token_type"] == "Bearer" and answer["expires_in"] == 14_400
        headers = {"authorization": answer["access_token"]}
        assert (await site.client.get(f"/v1/abandoned-checkout/{SAMPLE['id']}", headers=headers)).status_code == 200
        info = (await post("/oauth2/token-info", json={"token": answer["access_token"]})).json()
        assert info == {
            "active": True,
            "subjectType": "APP",
            "clientId": app.client_id,
            "instanceId": app.instance_id,
            "siteId": site.shop.uuid,
            "iat": NOW // 1_000_000,
            "exp": NOW // 1_000_000 + 14_400,
        }
        wrong = await post(path, json={**body, "client_secret": "nonsense"})
        assert wrong.status_code == 401
    assert (await post("/oauth2/token-info", json={"token": "nonsense"})).json() == {"active": False}
    visitor = (await post("/oauth2/token", json={"clientId": app.client_id, "grantType": "anonymous"})).json()
    again = {"clientId": app.client_id, "grantType": "refresh_token", "refreshToken": visitor["refresh_token"]}
    for answer in (visitor, (await post("/oauth2/token", json=again)).json()):
        headers = {"authorization": answer["access_token"]}
        assert (await site.client.get(f"/v1/abandoned-checkout/{SAMPLE['id']}", headers=headers)).status_code == 403
    # A visitor's refresh token is no app's.
    body = {"grant_type": "refresh_token", "refresh_token": visitor["refresh_token"], **client}
    assert (await post("/oauth/access", json=body)).status_code == 401
    assert violation(await post("/oauth2/token", json={"grant_type": "magic"}))["field"] == "grant_type"


async def test_too_many_requests_of_an_app(site: Site) -> None:
    app = Starlette(routes=wix_routes(site.database, lambda: NOW, requests_per_minute=2))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://s", headers=site.client.headers
    ) as client:
        statuses = [(await client.post("/v1/abandoned-checkout/query", json={})).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]


async def test_a_failure_of_the_server_says_nothing_of_itself(site: Site) -> None:
    await site.database.close()
    broken: Any = None
    app = Starlette(routes=wix_routes(broken, lambda: NOW))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://s", headers=site.client.headers
    ) as client:
        response = await client.get(f"/v1/abandoned-checkout/{UNKNOWN}")
    assert response.status_code == 500
    assert response.json() == {"message": "internal error", "details": {}}


async def test_writes_on_both_databases(store: Database, shop: Shop) -> None:
    async with open_site(store, shop) as made:
        uuid = made.uuids[1]
        answer = await made.client.post(
            f"/v1/abandoned-checkouts/{uuid}/add-activity", json={"activityType": "SCHEDULED"}
        )
        assert answer.json()["abandonedCheckout"]["activities"][-1]["type"] == "SCHEDULED"
        analytics = await ask(made, "get-analytics", {"startDate": "2026-11-01", "endDate": "2026-11-03"})
        assert analytics["recoverableCheckoutCount"] == 2
        assert (await made.client.delete(f"/v1/abandoned-checkout/{uuid}")).json() == {}
        assert (await made.client.get(f"/v1/abandoned-checkout/{uuid}")).status_code == 404
        assert uuid not in str(await ask(made, "query", {}))
