"""The REST endpoints: pages by the Link header, Shopify's parameters, and errors in REST's form."""

import base64
import json
import re
from typing import Any

import pytest

from tests.shopify.caller import Caller

LIST = "/admin/api/2026-10/checkouts.json"


async def get(caller: Caller, url: str, token: str = "all", **parameters: Any) -> Any:
    return await caller.http.get(url, params=parameters or None, headers=caller.signed(token))


def numbers(response: Any) -> list[int]:
    assert response.status_code == 200, response.text
    return [checkout["id"] for checkout in response.json()["checkouts"]]


def link(response: Any, direction: str) -> str | None:
    found = re.search(rf'<([^>]*)>; rel="{direction}"', response.headers.get("link", ""))
    return found[1] if found else None


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, [1, 2, 3, 5, 6, 7, 9, 10, 11]),
        ({"status": "closed"}, [4, 8, 12]),
        ({"status": "any", "limit": "4"}, [1, 2, 3, 4]),
        ({"status": "any", "since_id": "9"}, [10, 11, 12]),
        ({"status": "any", "order": "updated_at asc", "limit": "2"}, [12, 11]),
        ({"status": "any", "created_at_min": "2026-11-21T09:00:00Z"}, [1, 2, 3]),
        ({"status": "any", "created_at_max": "2026-11-20T20:00:00-05:00"}, [11, 12]),
        ({"status": "any", "updated_at_min": "2026-11-21T05:30:00 05:00", "limit": "250"}, list(range(1, 12))),
        ({"status": "any", "limit": "9999"}, list(range(1, 13))),
    ],
)
async def test_parameters(caller: Caller, parameters: dict[str, str], expected: list[int]) -> None:
    assert numbers(await get(caller, LIST, **parameters)) == expected


@pytest.mark.parametrize("order", ["id asc", "updated_at asc", "created_at desc"])
async def test_links_lead_through_the_whole_list_and_back(caller: Caller, order: str) -> None:
    whole = numbers(await get(caller, LIST, status="any", order=order, limit="250"))
    pages = [await get(caller, LIST, status="any", order=order, limit="5")]
    while following := link(pages[-1], "next"):
        pages.append(await get(caller, following))
    assert [number for page in pages for number in numbers(page)] == whole
    assert link(pages[0], "previous") is None
    before = link(pages[-1], "previous")
    assert before is not None
    assert numbers(await get(caller, before)) == numbers(pages[-2])


async def test_object_has_shopifys_keys_in_order(sqlite_caller: Caller) -> None:
    checkout = (await get(sqlite_caller, LIST, limit="1")).json()["checkouts"][0]
    assert list(checkout)[:5] == ["id", "token", "cart_token", "email", "gateway"]
    assert (checkout["name"], checkout["total_price"], checkout["currency"]) == ("#1", "1.00", "USD")
    assert checkout["created_at"] == "2026-11-21T06:00:00-05:00"
    assert "/recover?key=" in checkout["abandoned_checkout_url"]
    chosen = await get(sqlite_caller, LIST, limit="1", fields="id,email")
    assert list(chosen.json()["checkouts"][0]) == ["id", "email"]


@pytest.mark.parametrize(("parameters", "count"), [({}, 9), ({"status": "any"}, 12), ({"status": "closed"}, 3)])
async def test_count(caller: Caller, parameters: dict[str, str], count: int) -> None:
    response = await get(caller, "/admin/api/2026-10/checkouts/count.json", **parameters)
    assert response.json() == {"count": count}


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({"status": "lost"}, "status"),
        ({"since_id": "x"}, "since_id"),
        ({"limit": "many"}, "limit"),
        ({"created_at_min": "yesterday"}, "created_at_min"),
        ({"order": "price asc"}, "order"),
        ({"page_info": "nonsense"}, "page_info"),
    ],
)
async def test_unreadable_parameter_is_named(sqlite_caller: Caller, parameters: dict[str, str], name: str) -> None:
    response = await get(sqlite_caller, LIST, **parameters)
    assert (response.status_code, list(response.json()["errors"])) == (400, [name])


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["products.json", "webhooks.json", "checkouts/1.json", "a/graphql.json", "a/graphql"])
async def test_what_is_not_served_is_not_found(sqlite_caller: Caller, method: str, path: str) -> None:
    response = await sqlite_caller.http.request(
        method, f"/admin/api/2026-10/{path}", headers=sqlite_caller.signed("all")
    )
    assert (response.status_code, response.json()) == (404, {"errors": "Not Found"})
    assert response.headers["content-type"] == "application/json; charset=utf-8" and response.headers["x-request-id"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_checkouts_are_only_read(sqlite_caller: Caller, method: str) -> None:
    response = await sqlite_caller.http.request(method, LIST, headers=sqlite_caller.signed("all"))
    assert (response.status_code, response.json()) == (404, {"errors": "Not Found"})


async def test_chosen_fields_of_the_shop(sqlite_caller: Caller) -> None:
    response = await get(sqlite_caller, "/admin/api/2026-10/shop.json", fields="id,currency")
    assert response.json() == {"shop": {"id": 1, "currency": "USD"}}


async def test_access(sqlite_caller: Caller) -> None:
    assert (await get(sqlite_caller, LIST, token="unknown")).status_code == 401
    refused = await get(sqlite_caller, LIST, token="products")
    assert refused.status_code == 403
    assert refused.json() == {"errors": "[API] This action requires merchant approval for read_orders scope."}
    assert numbers(await get(sqlite_caller, LIST, token="foreign")) == [101, 102, 103]
    assert (await get(sqlite_caller, "/admin/api/2026-13/checkouts.json")).status_code == 404


async def test_calls_are_counted(sqlite_caller: Caller) -> None:
    first = await get(sqlite_caller, "/admin/api/2025-07/shop.json")
    assert first.json()["shop"]["myshopify_domain"] == "acme.myshopify.com"
    assert first.headers["x-shopify-shop-api-call-limit"] == "1/40"
    assert first.headers["x-shopify-api-version"] == "2026-01"
    for _ in range(39):
        await get(sqlite_caller, "/admin/api/2026-10/shop.json")
    refused = await get(sqlite_caller, LIST)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "2.0")
    assert refused.json() == {
        "errors": "Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service."
    }


PAGING = "See https://shopify.dev/api/usage/pagination-rest for more information."


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "any"),
        ("created_at_min", "2023-10-17T20:29:30Z"),
        ("order", "id asc"),
        ("since_id", "1"),
        ("title", ""),
    ],
)
async def test_only_limit_and_fields_accompany_a_page_info(sqlite_caller: Caller, name: str, value: str) -> None:
    following = link(await get(sqlite_caller, LIST, status="any", limit="5"), "next")
    assert following is not None
    response = await get(sqlite_caller, f"{following}&fields=id&{name}={value}")
    message = f"{name} cannot be passed when page_info is present. {PAGING}"
    assert (response.status_code, response.json()) == (400, {"errors": {name: message}})
    assert numbers(await get(sqlite_caller, f"{following}&fields=id")) == [6, 7, 8, 9, 10]


@pytest.mark.parametrize("page", ["1", "2", ""])
async def test_pages_have_no_numbers(sqlite_caller: Caller, page: str) -> None:
    response = await get(sqlite_caller, LIST, limit="2", page=page)
    assert (response.status_code, response.json()) == (400, {"errors": {"page": f"page cannot be passed. {PAGING}"}})


def page_info(**parts: object) -> str:
    return base64.urlsafe_b64encode(
        json.dumps({"direction": "next", "last_id": 1, "last_value": 1, **parts}).encode()
    ).decode()


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "garbage",
        page_info(direction="up"),
        page_info(last_id="1"),
        page_info(last_id=None),
        page_info(last_value=10**30),
        page_info(status="lost"),
        page_info(order="price"),
        page_info(created_at_min="soon"),
    ],
)
async def test_broken_page_info(sqlite_caller: Caller, broken: str) -> None:
    response = await get(sqlite_caller, LIST, page_info=broken)
    assert (response.status_code, response.json()) == (400, {"errors": {"page_info": "Invalid value."}})


async def test_scopes_of_a_token(sqlite_caller: Caller) -> None:
    answer = await get(sqlite_caller, "/admin/oauth/access_scopes.json")
    assert answer.json()["access_scopes"][0] == {"handle": "read_customers"}
