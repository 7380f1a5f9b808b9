"""Access over the running server: every kind of caller at every endpoint, as the declared rules say."""

from collections.abc import AsyncIterator

import pytest

from abandoned_checkouts.access.callers import CallerKind
from abandoned_checkouts.config import Settings
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.installations import installations_on
from abandoned_checkouts.store.tenants.shops import find_shop
from tests.shopify.caller import ALL_SCOPES, NOW, Caller, caller_for

# Kinds whose tokens must open none of these endpoints, whatever scopes they have.
OUTSIDERS = (CallerKind.VISITOR, CallerKind.MEMBER, CallerKind.STOREFRONT)
APP_ENDPOINTS = [
    ("POST", "/admin/api/2026-10/graphql.json"),
    ("GET", "/admin/api/2026-10/checkouts.json"),
    ("GET", "/admin/api/2026-10/checkouts/count.json"),
    ("GET", "/admin/api/2026-10/shop.json"),
    ("GET", "/admin/oauth/access_scopes.json"),
    ("GET", "/control/flows"),
    ("GET", "/control/saved-searches"),
    ("GET", "/control/settings"),
    ("GET", "/control/events/subscriptions"),
    ("GET", "/control/events/deliveries"),
    ("GET", "/control/events/rejected"),
    ("POST", "/control/erasures"),
    ("GET", "/merchant"),
]


@pytest.fixture
async def server(sqlite_url: str) -> AsyncIterator[Caller]:
    async for caller in caller_for(sqlite_url, Settings(database_url=sqlite_url, throttle=False, work=False)):
        database = await open_database(sqlite_url)
        async with database.begin() as connection:
            shop = await find_shop(connection, "acme.myshopify.com")
            assert shop is not None
            for kind in OUTSIDERS:
                caller.tokens[kind] = await issue_token(connection, shop, ALL_SCOPES, now=NOW, kind=kind)
            for name, permissions in (("manager", ["manage_abandoned_checkouts"]), ("user", [])):
                user = {"id": 42, "permissions": permissions}
                caller.tokens[name] = await issue_token(
                    connection, shop, ALL_SCOPES, now=NOW, kind=CallerKind.ONLINE, user=user
                )
            caller.tokens["client id"] = (await installations_on(connection, shop))[0].client_id
        await database.close()
        yield caller


@pytest.mark.parametrize(("method", "path"), APP_ENDPOINTS)
async def test_tokens_of_outsiders_open_no_endpoint_of_apps(server: Caller, method: str, path: str) -> None:
    body = {"query": "{ shop { email } }"} if method == "POST" else None
    for kind in OUTSIDERS:
        for headers in (
            {"X-Shopify-Access-Token": server.tokens[kind]},
            {"Authorization": f"Bearer {server.tokens[kind]}"},
        ):
            response = await server.http.request(method, path, json=body, headers=headers)
            assert response.status_code == 401, (kind, path, response.text)
        response = await server.http.request(method, path, json=body, headers=server.signed("all"))
        assert response.status_code != 401


async def test_a_client_id_alone_opens_nothing(server: Caller) -> None:
    """A client id is public: it is in the storefront's page."""
    grant = await server.http.post(
        "/oauth2/token", json={"grant_type": "anonymous", "clientId": server.tokens["client id"]}
    )
    token = grant.json()["access_token"]
    for method, path in APP_ENDPOINTS:
        response = await server.http.request(
            method, path, json={} if method == "POST" else None, headers={"X-Shopify-Access-Token": token}
        )
        assert response.status_code == 401, path
    listed = await server.http.post(
        "/ecom/v1/abandoned-checkout/query", json={}, headers={"Authorization": token, "Host": "wix.example"}
    )
    assert listed.status_code == 403
    info = (await server.http.post("/oauth2/token-info", json={"token": token})).json()
    assert info["subjectType"] == "VISITOR"


async def test_a_token_is_refused_at_another_shops_host(server: Caller) -> None:
    for method, path in APP_ENDPOINTS:
        headers = {**server.signed("all"), "Host": "other.myshopify.com"}
        response = await server.http.request(method, path, json={} if method == "POST" else None, headers=headers)
        assert response.status_code == 401, path
    headers = {"Authorization": server.tokens["all"], "Host": "other.myshopify.com"}
    assert (await server.http.post("/ecom/v1/abandoned-checkout/query", json={}, headers=headers)).status_code == 401
    intake = await server.http.post(
        "/intake/checkouts", json={}, headers={**server.signed("all"), "Host": "other.myshopify.com"}
    )
    assert intake.status_code == 401


async def test_a_user_without_the_permission_reads_no_abandoned_checkouts(server: Caller) -> None:
    documents = {
        "abandonedCheckouts": "{ abandonedCheckouts(first: 1) { nodes { id } } }",
        "abandonedCheckoutsCount": "{ abandonedCheckoutsCount { count } }",
        "node": '{ node(id: "gid://shopify/AbandonedCheckout/3") { id } }',
    }
    for field, document in documents.items():
        allowed = await server.answer(document, token="manager")
        assert allowed["data"][field] and "errors" not in allowed
        answer = await server.answer(document, token="user")
        assert not (answer["data"] or {}).get(field)
        (error,) = answer["errors"]
        assert error["message"].startswith(f"Access denied for {field} field. Required access: `read_orders`")
        assert "manage_abandoned_checkouts" in error["message"]
    for path in ("checkouts.json", "checkouts/count.json"):
        response = await server.http.get(f"/admin/api/2026-10/{path}", headers=server.signed("user"))
        assert (response.status_code, response.json()) == (403, {"errors": "User does not have access"})
        response = await server.http.get(f"/admin/api/2026-10/{path}", headers=server.signed("manager"))
        assert response.status_code == 200
    for method in ("query", "search"):
        url = f"/ecom/v1/abandoned-checkout/{method}"
        statuses = [
            (await server.http.post(url, json={}, headers={"Authorization": server.tokens[name]})).status_code
            for name in ("user", "manager")
        ]
        assert statuses == [403, 200]
