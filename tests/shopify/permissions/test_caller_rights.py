"""Protected customer data over HTTP: by the app's approvals, and by date for the recovery link."""

from typing import Any

import httpx
import orjson
import pytest

from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import find_shop, register_app
from tests.shopify.caller import ALL_SCOPES, NOW, OLD_APP, Caller

URL = "{ abandonedCheckouts(first: 1) { nodes { abandonedCheckoutUrl } } }"
PERSON = """{ abandonedCheckouts(first: 1) { nodes { id customer { id firstName email phone } } } }"""
PAGE = "https://shopify.dev/docs/apps/launch/protected-customer-data"
ALL = ["customer_data", "name", "email", "phone", "address"]


async def install(caller: Caller, kind: str, approved: list[str]) -> None:
    database = await open_database(caller.settings.database_url)
    async with database.begin() as connection:
        shop = await find_shop(connection, "acme.myshopify.com")
        assert shop is not None
        settings = orjson.dumps({"kind": kind, "protected_customer_data": approved}).decode()
        app = await register_app(connection, shop, now=OLD_APP, title="App", settings=settings)
        caller.tokens["app"] = await issue_token(connection, shop, ALL_SCOPES, now=NOW, app_id=app)
    await database.close()


async def rest(caller: Caller, path: str) -> httpx.Response:
    return await caller.http.get(f"/admin/api/2026-10/{path}", headers=caller.signed("app"))


async def checkout(caller: Caller) -> dict[str, Any]:
    response = await rest(caller, "checkouts.json?limit=1")
    assert response.status_code == 200, response.text
    return dict(response.json()["checkouts"][0])


@pytest.mark.parametrize(
    ("kind", "approved", "moment", "seen"),
    [
        ("admin", [], "2027-06-01T00:00:00Z", True),
        ("public", [], "2026-11-30T23:59:59Z", True),
        ("public", [], "2026-12-01T00:00:00Z", False),
        ("public", ALL, "2026-12-01T00:00:00Z", True),
        ("public", ALL[:-1], "2026-12-01T00:00:00Z", False),
        ("custom", [], "2026-12-31T23:59:59Z", True),
        ("custom", [], "2027-01-01T00:00:00Z", False),
    ],
)
async def test_the_recovery_link(
    sqlite_caller: Caller, kind: str, approved: list[str], moment: str, seen: bool
) -> None:
    await install(sqlite_caller, kind, approved)
    sqlite_caller.clock.now = parse_moment(moment)
    for version in ("2026-10", "unstable"):
        answer = await sqlite_caller.answer(URL, token="app", version=version)
        if seen:
            assert "/recover?key=" in answer["data"]["abandonedCheckouts"]["nodes"][0]["abandonedCheckoutUrl"]
        else:
            assert answer["errors"][0]["message"] == (
                f"This app is not approved to use the abandonedCheckoutUrl field. See {PAGE} for more details."
            )
            assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    if kind == "public" and not approved:
        assert (await rest(sqlite_caller, "checkouts.json")).status_code == 403
    else:
        assert ((await checkout(sqlite_caller))["abandoned_checkout_url"] is not None) == seen


@pytest.mark.parametrize("kind", ["public", "custom"])
async def test_an_app_without_approval_sees_no_person(sqlite_caller: Caller, kind: str) -> None:
    await install(sqlite_caller, kind, [])
    answer = await sqlite_caller.answer(PERSON, token="app")
    assert answer["data"]["abandonedCheckouts"]["nodes"] == [
        {"id": "gid://shopify/AbandonedCheckout/1", "customer": None}
    ]
    message = f"This app is not approved to access the Customer object. See {PAGE} for more details."
    assert answer["errors"][0]["message"] == message
    found = await sqlite_caller.answer('{ node(id: "gid://shopify/Customer/901") { id } }', token="app")
    assert (found["data"], found["errors"][0]["message"]) == ({"node": None}, message)
    if kind == "public":
        # Recorded; custom apps read the lists with nulls.
        for path in ("checkouts.json", "checkouts/count.json"):
            response = await rest(sqlite_caller, path)
            assert (response.status_code, response.json()["errors"]) == (
                403,
                "[API] This app is not approved to access REST endpoints with protected customer data. See "
                f"{PAGE} for more details.",
            )
        assert (await rest(sqlite_caller, "shop.json")).status_code == 200
        return
    shown = await checkout(sqlite_caller)
    assert (shown["email"], shown["customer"], shown["name"], shown["total_price"]) == (None, None, "#1", "1.00")


async def test_an_app_sees_the_fields_it_is_approved_for(sqlite_caller: Caller) -> None:
    await install(sqlite_caller, "public", ["customer_data", "name"])
    answer = await sqlite_caller.answer(PERSON, token="app")
    (node,) = answer["data"]["abandonedCheckouts"]["nodes"]
    assert (node["customer"]["firstName"], node["customer"]["email"]) == ("Bob", None)
    assert {error["path"][-1] for error in answer["errors"]} == {"email", "phone"}
    shown = await checkout(sqlite_caller)
    assert (shown["email"], shown["customer"]["first_name"], shown["customer"]["email"]) == (None, "Bob", None)
