"""Error responses: path and description of the invalid field, and no internals of the server."""

from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from abandoned_checkouts.wix.routes import wix_routes
from tests.wix.requests import UNKNOWN, Json, violation
from tests.wix.site import NOW, SAMPLE, Site

# Method, invalid request, path in the error, and a part of its description.
INVALID = [
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
    ("query", {"sort": [{"fieldName": "id"}] * 10}, "query.sort", "has size 10"),
    ("search", {"sort": [{"fieldName": "createdDate"}] * 5}, "search.sort", "has size 5, expected 4 or less"),
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


@pytest.mark.parametrize(("method", "query", "path", "words"), INVALID, ids=[words for *_, words in INVALID])
async def test_an_error_names_the_field_and_the_reason(
    shared_site: Site, method: str, query: Json, path: str, words: str
) -> None:
    response = await shared_site.client.post(f"/ecom/v1/abandoned-checkout/{method}", json={method: query})
    found = violation(response)
    assert found["field"] == path and words in found["description"], found
    assert words in response.json()["message"]


@pytest.mark.parametrize("body", [b"[1]", b"{", b'"x"', b"\xff", b'{"query": NaN}'])
async def test_a_body_must_be_a_json_object(shared_site: Site, body: bytes) -> None:
    response = await shared_site.client.post("/ecom/v1/abandoned-checkout/query", content=body)
    assert response.status_code == 400 and response.json()["details"] == {}


async def test_authorization_is_checked_before_the_request(shared_site: Site) -> None:
    """An invalid request returns 401 or 403 if the caller is not authorized, and 400 otherwise."""
    invalid: list[tuple[str, str, bytes]] = [
        ("GET", "/abandoned-checkout/nonsense", b""),
        ("DELETE", "/abandoned-checkout/nonsense", b""),
        ("POST", "/abandoned-checkout/query", b"{"),
        ("POST", "/abandoned-checkout/get-analytics", b"{}"),
        ("POST", "/bulk/abandoned-checkout/delete", b"{}"),
        ("POST", "/abandoned-checkouts/nonsense/add-activity", b"{"),
    ]
    for verb, path, body in invalid:
        for headers, status in (({"authorization": "nonsense"}, 401), ({"wix-site-id": UNKNOWN}, 403), ({}, 400)):
            response = await shared_site.client.request(verb, f"/v1{path}", content=body, headers=headers)
            assert response.status_code == status, (verb, path, response.text)


INVALID_GUIDS = [
    "nonsense",
    SAMPLE["id"].replace("-", ""),
    SAMPLE["id"].replace("-", "") + "----",
    "{" + SAMPLE["id"] + "}",
]
INVALID_GUIDS += ["urn:" + SAMPLE["id"].replace("-", ""), SAMPLE["id"].replace("0", "\u0660")]


@pytest.mark.parametrize("text", INVALID_GUIDS)
async def test_other_forms_of_a_guid_are_rejected(shared_site: Site, text: str) -> None:
    response = await shared_site.client.get(f"/v1/abandoned-checkout/{text}")
    assert violation(response)["field"] == "abandonedCheckoutId"


async def test_an_id_must_be_the_guid_of_a_checkout(shared_site: Site) -> None:
    for verb, path in (("GET", "/abandoned-checkout/"), ("DELETE", "/abandoned-checkout/")):
        response = await shared_site.client.request(verb, f"/ecom/v1{path}nonsense")
        assert violation(response) == {
            "field": "abandonedCheckoutId",
            "description": "is not a valid GUID",
            "violatedRule": "FORMAT",
            "data": {"type": "GUID"},
        }
        response = await shared_site.client.request(verb, f"/ecom/v1{path}{UNKNOWN}")
        assert response.status_code == 404
        assert response.json()["details"]["applicationError"]["code"] == "NOT_FOUND"
    upper = await shared_site.client.get(f"/ecom/v1/abandoned-checkout/{SAMPLE['id'].upper()}")
    assert upper.json()["abandonedCheckout"]["id"] == SAMPLE["id"]
    lost = await shared_site.client.get("/ecom/v1/abandoned-checkouts")
    assert lost.status_code == 404 and lost.json()["details"]["applicationError"]["code"] == "NOT_FOUND"


async def test_an_internal_error_has_no_details(site: Site) -> None:
    await site.database.close()
    broken: Any = None
    app = Starlette(routes=wix_routes(broken, lambda: NOW))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://s", headers=site.client.headers
    ) as client:
        response = await client.get(f"/v1/abandoned-checkout/{UNKNOWN}")
    assert response.status_code == 500
    assert response.json() == {"message": "internal error", "details": {}}
