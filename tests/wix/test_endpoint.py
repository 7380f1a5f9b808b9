"""The endpoints for REST clients: form of responses, paging by offset and cursor, and writes.

A "trap" is a form of response that breaks Wix's SDK. tests/clients runs the SDK itself.
"""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
from starlette.applications import Starlette

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import create_shop
from abandoned_checkouts.wix.routes import wix_routes
from tests.stored_events import events_of
from tests.wix.evaluator import ordered
from tests.wix.requests import METHODS, UNKNOWN, Json, post, violation
from tests.wix.site import NOW, SAMPLE, Site, open_site


@pytest.mark.parametrize("prefix", ["/ecom/v1", "/v1"])
@pytest.mark.parametrize(("verb", "path", "body", "keys"), METHODS, ids=[path for _, path, *_ in METHODS])
async def test_every_method_returns_200_and_json(
    site: Site, prefix: str, verb: str, path: str, body: Json | None, keys: set[str]
) -> None:
    """Traps 1, 2, 7: the SDK accepts only status 200, rejects an empty body, and repeats the id in the query string."""
    response = await site.client.request(verb, prefix + path.format(id=SAMPLE["id"]), json=body)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    assert set(response.json()) == keys
    assert UUID(response.headers["x-wix-request-id"])


async def test_no_name_starts_with_an_underscore_and_no_value_is_null(site: Site) -> None:
    """Traps 3, 8, 11."""
    answer = await post(site, "query", {})

    def walk(value: Any) -> None:
        assert value is not None
        if isinstance(value, dict):
            assert not [name for name in value if name.startswith("_")]
            assert isinstance(value.get("image", {}), dict)
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(inner)

    walk(answer)


async def test_query_returns_the_list_under_two_keys_and_search_under_one(site: Site) -> None:
    """Trap 4."""
    query, search = await post(site, "query", {}), await post(site, "search", {})
    assert query["results"] == query["abandonedCheckouts"] == search["abandonedCheckouts"]
    assert "metadata" not in search and "results" not in search


async def test_a_cursor_is_only_returned_for_an_existing_page(site: Site) -> None:
    """Traps 5, 6: the SDK sends only the cursor for the next page, so it contains filter, sort and fields."""
    query = {
        "filter": {"status": "ABANDONED"},
        "sort": [{"fieldName": "createdDate"}],
        "fields": ["createdDate", "status"],
        "cursorPaging": {"limit": 3},
    }
    first = await post(site, "query", {"query": query})
    assert set(first["metadata"]["cursors"]) == {"next"}
    found, metadata = first["results"], first["metadata"]
    while metadata["hasNext"]:
        cursor = metadata["cursors"]["next"]
        page = await post(site, "query", {"query": {"cursorPaging": {"cursor": cursor, "limit": 3}}})
        metadata = page["metadata"]
        assert "prev" in metadata["cursors"]
        found += page["results"]
    assert "next" not in metadata["cursors"]
    assert all(set(item) == {"id", "createdDate", "status"} and item["status"] == "ABANDONED" for item in found)
    assert [item["createdDate"] for item in found] == sorted(item["createdDate"] for item in found)
    assert len(found) == sum(item.recovered_at is None for item in site.checkouts)


async def test_paging_and_cursor_paging(site: Site) -> None:
    by_offset = await post(site, "query", {"query": {"paging": {"limit": 5, "offset": 5}}})
    metadata = by_offset["metadata"]
    assert (metadata["offset"], metadata["total"], metadata["tooManyToCount"]) == (5, len(site.uuids), False)
    everything = await post(site, "query", {"query": {"paging": {"limit": 100}}})
    assert by_offset["results"] == everything["results"][5:10]
    by_cursor = await post(site, "query", {"query": {"paging": {"limit": 2, "cursor": metadata["cursors"]["next"]}}})
    assert by_cursor["results"] == everything["results"][10:12]
    assert "total" not in by_cursor["metadata"]


FAR_OFF = [
    ("$lte", "9999-12-31T23:59:59.999Z", True),
    ("$lt", "9999-12-31T23:59:59.999-12:00", True),
    ("$lt", "+275760-09-13T00:00:00.000Z", True),
    ("$gt", "+010000-01-01T00:00:00.000Z", False),
    ("$gte", "0001-01-01T00:00:00.000+14:00", True),
    ("$gt", "-271821-04-20T00:00:00.000Z", True),
    ("$lt", "0000-01-01T00:00:00.000Z", False),
    ("$eq", "9999-12-31T23:59:59.999999Z", False),
    ("$in", ["+275760-09-13T00:00:00.000Z", {"$date": SAMPLE["createdDate"]}], None),
]


@pytest.mark.parametrize(("operator", "date", "matches_all"), FAR_OFF)
async def test_every_date_of_javascript_is_accepted(
    shared_site: Site, operator: str, date: Any, matches_all: bool | None
) -> None:
    answer = await post(shared_site, "query", {"query": {"filter": {"createdDate": {operator: date}}}})
    assert len(answer["results"]) == (1 if matches_all is None else len(shared_site.uuids) * matches_all)


@pytest.mark.parametrize("field", ["buyerInfo.email", "id", "status"])
async def test_a_list_of_500_values_is_accepted(shared_site: Site, field: str) -> None:
    value = {"buyerInfo.email": "john.doe@example.com", "id": SAMPLE["id"], "status": "RECOVERED"}[field]
    many = await post(shared_site, "query", {"query": {"filter": {field: {"$nin": [value] * 500}}}})
    one = await post(shared_site, "query", {"query": {"filter": {field: {"$ne": value}}}})
    assert many["results"] == one["results"] and many["results"]


async def test_a_query_can_sort_by_every_field(shared_site: Site) -> None:
    names = ["status", "buyerInfo.email", "updatedDate", "buyerInfo.memberId", "createdDate", "id"]
    sort = [{"fieldName": name, "order": "DESC" if place % 2 else "ASC"} for place, name in enumerate(names)]
    found: list[str] = []
    query: Json = {"sort": sort, "cursorPaging": {"limit": 5}}
    while query:
        answer = await post(shared_site, "query", {"query": query})
        found += [item["id"] for item in answer["results"]]
        cursor = answer["metadata"]["cursors"].get("next")
        query = {"cursorPaging": {"cursor": cursor, "limit": 5}} if cursor else {}
    everything = await post(shared_site, "query", {"query": {"sort": sort}})
    assert found == [item["id"] for item in ordered(everything["results"], sort)]


async def test_a_cursor_is_valid_after_a_restart_and_only_for_its_site(site: Site) -> None:
    first = await post(site, "query", {"query": {"cursorPaging": {"limit": 2}}})
    cursor = first["metadata"]["cursors"]["next"]
    restarted = Starlette(routes=wix_routes(await open_database(str(site.database.url)), lambda: NOW))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(restarted), base_url="http://shop.test", headers=site.client.headers
    ) as client:
        body = {"query": {"cursorPaging": {"cursor": cursor}}}
        assert (await client.post("/v1/abandoned-checkout/query", json=body)).status_code == 200
        for wrong in (cursor[:-2] + "AA", cursor[1:], "x", "%", "ü", cursor + "A" * 20_000):
            body = {"query": {"cursorPaging": {"cursor": wrong}}}
            response = await client.post("/v1/abandoned-checkout/query", json=body)
            assert violation(response)["field"] == "query.cursorPaging.cursor", wrong
        # A cursor of another method, then one of another site.
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


async def test_bulk_delete_reports_each_checkout(site: Site) -> None:
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


async def test_concurrent_deletions_delete_a_checkout_once(store: Database, shop: Shop) -> None:
    async with open_site(store, shop) as opened:
        bodies = [{"abandonedCheckoutIds": opened.uuids[place:] + opened.uuids[:place]} for place in range(8)]
        answers = await asyncio.gather(
            *(opened.client.post("/v1/bulk/abandoned-checkout/delete", json=body) for body in bodies),
            *(opened.client.delete(f"/v1/abandoned-checkout/{uuid}") for uuid in opened.uuids),
        )
        many, single = answers[: len(bodies)], answers[len(bodies) :]
        assert {answer.status_code for answer in many} == {200}
        assert {answer.status_code for answer in single} <= {200, 404}
        counts = [answer.json()["bulkActionMetadata"]["totalSuccesses"] for answer in many]
        assert sum(counts) + sum(answer.status_code == 200 for answer in single) == len(opened.uuids)
        async with store.read() as connection:
            events = [event for item in opened.checkouts for event in await events_of(connection, shop, item.id or 0)]
        assert [event["kind"] for event in events].count("checkout_deleted") == len(opened.uuids)


async def test_a_deletion_records_an_event(site: Site) -> None:
    checkout_id = site.checkouts[0].id or 0
    await site.client.delete(f"/v1/abandoned-checkout/{site.uuids[0]}")
    async with site.database.read() as connection:
        assert (await events_of(connection, site.shop, checkout_id))[-1]["kind"] == "checkout_deleted"


async def test_an_activity_is_returned_and_records_an_event(site: Site) -> None:
    checkout_id, uuid = site.checkouts[2].id or 0, site.uuids[2]
    body = {"abandonedCheckoutId": uuid, "activityType": "EMAIL_SENT"}
    answer = (await site.client.post(f"/v1/abandoned-checkouts/{uuid}/add-activity", json=body)).json()
    assert answer["abandonedCheckout"]["activities"][-1]["type"] == "EMAIL_SENT"
    assert answer["abandonedCheckout"]["updatedDate"] == "2026-11-20T12:00:00.000Z"
    async with site.database.read() as connection:
        assert (await events_of(connection, site.shop, checkout_id))[-1]["kind"] == "checkout_activity"
    body["activityType"] = "UNKNOWN_TYPE"
    response = await site.client.post(f"/v1/abandoned-checkouts/{uuid}/add-activity", json=body)
    assert violation(response)["field"] == "activityType"


async def test_the_newest_twenty_activities_are_returned(site: Site) -> None:
    uuid = site.uuids[2]
    for _ in range(22):
        answer = await site.client.post(
            f"/v1/abandoned-checkouts/{uuid}/add-activity", json={"activityType": "TASK_CREATED"}
        )
    assert len(answer.json()["abandonedCheckout"]["activities"]) == 20


async def test_the_redirect_needs_no_token_and_has_two_forms(site: Site) -> None:
    """Trap 9: a browser receives a 302, the SDK receives the same as JSON."""
    url = f"/ecom/v1/abandoned-checkout/{SAMPLE['id']}/redirect-to-checkout?metasiteId={site.shop.uuid}"
    del site.client.headers["authorization"]
    response = await site.client.get(url)
    assert response.status_code == 302 and "recover?key=" in response.headers["location"]
    assert (await site.client.post(url)).status_code == 302
    as_json = await site.client.get(url, headers={"x-wix-bi-gateway": "environment=js-sdk"})
    assert as_json.status_code == 200
    assert as_json.json() == {
        "body": "",
        "statusCode": 302,
        "headers": [{"key": "Location", "value": response.headers["location"]}],
    }
    for wrong in (url.replace(site.shop.uuid, UNKNOWN), url.replace(SAMPLE["id"], UNKNOWN)):
        assert (await site.client.get(wrong)).status_code == 404
    assert violation(await site.client.get(url.split("?")[0]))["field"] == "metasiteId"


async def test_writes_on_both_databases(store: Database, shop: Shop) -> None:
    async with open_site(store, shop) as opened:
        uuid = opened.uuids[1]
        answer = await opened.client.post(
            f"/v1/abandoned-checkouts/{uuid}/add-activity", json={"activityType": "SCHEDULED"}
        )
        assert answer.json()["abandonedCheckout"]["activities"][-1]["type"] == "SCHEDULED"
        analytics = await post(opened, "get-analytics", {"startDate": "2026-11-01", "endDate": "2026-11-03"})
        assert analytics["recoverableCheckoutCount"] == 2
        assert (await opened.client.delete(f"/v1/abandoned-checkout/{uuid}")).json() == {}
        assert (await opened.client.get(f"/v1/abandoned-checkout/{uuid}")).status_code == 404
        assert uuid not in str(await post(opened, "query", {}))
