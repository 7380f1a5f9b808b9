"""An app without approval for protected customer data cannot find values by searching, filtering or sorting."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from abandoned_checkouts.config import Settings
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import find_shop, register_app
from tests.shopify.caller import ALL_SCOPES, NOW, OLD_APP, Caller, caller_for

APPROVED: dict[str, list[str]] = {
    "none": [],
    "level 1": ["customer_data"],
    "email": ["customer_data", "email"],
    "everything": ["customer_data", "name", "email", "phone", "address"],
}
EMAIL, NAME = "buyer5@example.com", "Norman5"


@pytest.fixture
async def server(sqlite_url: str) -> AsyncIterator[Caller]:
    settings = Settings(database_url=sqlite_url, throttle=False, work=False, extended_search=True)
    async for caller in caller_for(sqlite_url, settings):
        database = await open_database(sqlite_url)
        async with database.begin() as connection:
            shop = await find_shop(connection, "acme.myshopify.com")
            assert shop is not None
            for name, approved in APPROVED.items():
                given = orjson.dumps({"kind": "public", "protected_customer_data": approved}).decode()
                app_id = await register_app(connection, shop, now=OLD_APP, title=name, settings=given)
                caller.tokens[name] = await issue_token(connection, shop, ALL_SCOPES, now=NOW, app_id=app_id)
        await database.close()
        yield caller


async def found(server: Caller, query: str, token: str, more: str = "") -> tuple[list[str], Any]:
    edges = "edges { cursor node { id } }"
    document = f"query ($q: String) {{ abandonedCheckouts(first: 50, query: $q{more}) {{ {edges} }} }}"
    answer = await server.answer(document, {"q": query}, token=token)
    edges = answer["data"]["abandonedCheckouts"]["edges"]
    return [edge["node"]["id"] for edge in edges], answer


@pytest.mark.parametrize(
    ("query", "needs"),
    [
        (EMAIL, "everything"),
        (f'"{EMAIL}"', "everything"),
        (NAME, "everything"),
        (f"-{NAME}", "everything"),
        ("norm*", "everything"),
        (f"email:{EMAIL}", "email"),
        ("email:buyer5*", "email"),
        (f"-email:{EMAIL}", "email"),
        ("email:*", "email"),
        (f"customer_name:{NAME}", "everything"),
        ("phone:1*", "everything"),
        (f"status:open AND email:{EMAIL}", "email"),
        (f"(email:{EMAIL} OR email:nobody)", "email"),
    ],
)
async def test_a_term_about_protected_data_is_ignored_with_a_warning(server: Caller, query: str, needs: str) -> None:
    order = list(APPROVED)
    without_term = "status:open" if "AND" in query else ""
    for token in order:
        ids, answer = await found(server, query, token)
        if order.index(token) < order.index(needs):
            everything, _ = await found(server, without_term, token)
            assert ids == everything, token
            assert answer["extensions"]["search"][0]["warnings"], token
        else:
            assert "search" not in answer["extensions"], token
    counted = await server.answer(
        "query ($q: String) { abandonedCheckoutsCount(query: $q) { count } }", {"q": query}, token="none"
    )
    everything, _ = await found(server, without_term, "none")
    assert counted["data"]["abandonedCheckoutsCount"]["count"] == len(everything)


async def test_other_terms_work_without_an_approval(server: Caller) -> None:
    for query in ("id:5", "status:open", "created_at:>2020-01-01", "product_title:hoodie", "total_price:>1"):
        ids, answer = await found(server, query, "none")
        assert "search" not in answer["extensions"], query
        assert ids == (await found(server, query, "everything"))[0]


async def test_sorting_by_name_reveals_no_name(server: Caller) -> None:
    more = ", sortKey: CUSTOMER_NAME, reverse: true"
    for token in ("none", "level 1", "email"):
        ids, answer = await found(server, "", token, more)
        assert ids == (await found(server, "", token, ", reverse: true"))[0]
        cursors = [edge["cursor"] for edge in answer["data"]["abandonedCheckouts"]["edges"]]
        assert not any(b"norman" in base64.b64decode(cursor + "==").lower() for cursor in cursors)
    ids, answer = await found(server, "", "everything", more)
    assert ids[0].endswith("/9")


async def wix(server: Caller, method: str, query: dict[str, Any], token: str) -> tuple[int, int]:
    response = await server.http.post(
        f"/ecom/v1/abandoned-checkout/{method}", json={method: query}, headers={"Authorization": server.tokens[token]}
    )
    return response.status_code, len(response.json().get("abandonedCheckouts", []))


async def test_filters_of_wix_reveal_nothing(server: Caller) -> None:
    by_email = {"filter": {"buyerInfo.email": EMAIL}}
    by_sort = {"sort": [{"fieldName": "buyerInfo.email"}]}
    by_name = {"filter": {"contactDetails.lastName": {"$startsWith": "Nor"}}}
    in_or = {"filter": {"$or": [{"status": "RECOVERED"}, {"buyerInfo.email": {"$ne": EMAIL}}]}}
    words = {"search": {"expression": EMAIL}}
    for method, query, needs in (
        ("query", by_email, "email"),
        ("query", by_sort, "email"),
        ("query", in_or, "email"),
        ("search", by_email, "email"),
        ("search", by_name, "everything"),
    ):
        for token in APPROVED:
            status, _ = await wix(server, method, query, token)
            allowed = list(APPROVED).index(token) >= list(APPROVED).index(needs)
            assert status == (200 if allowed else 400), (query, token)
    assert [(await wix(server, "search", words, token)) for token in ("none", "email")] == [(200, 0), (200, 1)]
