"""The endpoints as REST clients see them: shapes, paging in both spellings, cursors, writes.

The numbered traps are those that break Wix's SDK; test_sdk.py drives the SDK itself.
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
from tests.wix.requests import METHODS, UNKNOWN, Json, ask, violation
from tests.wix.site import NOW, SAMPLE, Site, open_site


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


@pytest.mark.parametrize(("operator", "date", "every"), FAR_OFF)
async def test_dates_reach_as_far_as_those_of_javascript(
    standing_site: Site, operator: str, date: Any, every: bool | None
) -> None:
    answer = await ask(standing_site, "query", {"query": {"filter": {"createdDate": {operator: date}}}})
    assert len(answer["results"]) == (1 if every is None else len(standing_site.uuids) * every)


@pytest.mark.parametrize("field", ["buyerInfo.email", "id", "status"])
async def test_a_list_of_five_hundred_values(standing_site: Site, field: str) -> None:
    value = {"buyerInfo.email": "john.doe@example.com", "id": SAMPLE["id"], "status": "RECOVERED"}[field]
    found = await ask(standing_site, "query", {"query": {"filter": {field: {"$nin": [value] * 500}}}})
    alone = await ask(standing_site, "query", {"query": {"filter": {field: {"$ne": value}}}})
    assert found["results"] == alone["results"] and found["results"]


async def test_a_query_sorts_by_as_many_fields_as_there_are(standing_site: Site) -> None:
    names = ["status", "buyerInfo.email", "updatedDate", "buyerInfo.memberId", "createdDate", "id"]
    sort = [{"fieldName": name, "order": "DESC" if place % 2 else "ASC"} for place, name in enumerate(names)]
    found: list[str] = []
    asked: Json = {"sort": sort, "cursorPaging": {"limit": 5}}
    while asked:
        answer = await ask(standing_site, "query", {"query": asked})
        found += [item["id"] for item in answer["results"]]
        cursor = answer["metadata"]["cursors"].get("next")
        asked = {"cursorPaging": {"cursor": cursor, "limit": 5}} if cursor else {}
    whole = await ask(standing_site, "query", {"query": {"sort": sort}})
    assert found == [item["id"] for item in ordered(whole["results"], sort)]


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


async def test_what_many_delete_at_once_is_deleted_once(store: Database, shop: Shop) -> None:
    async with open_site(store, shop) as made:
        bodies = [{"abandonedCheckoutIds": made.uuids[place:] + made.uuids[:place]} for place in range(8)]
        answers = await asyncio.gather(
            *(made.client.post("/v1/bulk/abandoned-checkout/delete", json=body) for body in bodies),
            *(made.client.delete(f"/v1/abandoned-checkout/{uuid}") for uuid in made.uuids),
        )
        many, single = answers[: len(bodies)], answers[len(bodies) :]
        assert {answer.status_code for answer in many} == {200}
        assert {answer.status_code for answer in single} <= {200, 404}
        counts = [answer.json()["bulkActionMetadata"]["totalSuccesses"] for answer in many]
        assert sum(counts) + sum(answer.status_code == 200 for answer in single) == len(made.uuids)
        async with store.read() as connection:
            told = [event for item in made.checkouts for event in await events_of(connection, shop, item.id or 0)]
        assert [event["kind"] for event in told].count("checkout_deleted") == len(made.uuids)


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
