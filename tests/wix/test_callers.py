"""Who may ask for what: tokens, sites, scopes, other origins, the token endpoints."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from abandoned_checkouts.shopify.http.throttling import Throttle
from abandoned_checkouts.shopify.permissions.rate_limits import PLANS
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.installations import installation_of
from abandoned_checkouts.store.tenants.shops import create_shop
from abandoned_checkouts.store.tenants.throttle_buckets import FileBuckets, MemoryBuckets
from abandoned_checkouts.wix.oauth import refresh_token
from abandoned_checkouts.wix.rate_limit import RequestLimit
from abandoned_checkouts.wix.routes import wix_routes
from tests.wix.requests import METHODS, UNKNOWN, Json, violation
from tests.wix.site import NOW, SAMPLE, Site, checkout


@pytest.mark.parametrize("form", ["{}", "Bearer {}", "bearer  {}"])
async def test_tokens_with_and_without_bearer(site: Site, form: str) -> None:
    headers = {"authorization": form.format(site.token), "wix-site-id": site.shop.uuid}
    response = await site.client.get(f"/v1/abandoned-checkout/{SAMPLE['id']}", headers=headers)
    assert response.status_code == 200


@pytest.mark.parametrize("header", ["nonsense", "Bearer ", ""])
async def test_what_is_no_token(site: Site, header: str) -> None:
    response = await site.client.get(f"/v1/abandoned-checkout/{SAMPLE['id']}", headers={"authorization": header})
    assert response.status_code == 401
    assert response.json()["details"]["applicationError"]["code"] == "UNAUTHENTICATED"


async def test_a_site_that_nobody_knows(site: Site) -> None:
    url = f"/v1/abandoned-checkout/{SAMPLE['id']}"
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


async def test_token_endpoints(site: Site) -> None:
    async with site.database.read() as connection:
        app = await installation_of(connection, site.shop.id, site.app_id)
    assert app is not None
    post = site.client.post
    client = {"client_id": app.client_id, "client_secret": app.client_secret}
    grants: list[tuple[str, Json]] = [
        (
            "/oauth2/token",
            {"grant_type": "client_credentials", "instance_id": app.instance_id, **client},
        ),
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
    async with site.database.begin() as connection:
        code = await issue_token(
            connection,
            site.shop,
            list(app.scopes),
            now=NOW,
            app_id=app.app_id,
            kind="code",
            expires_at=NOW + 1,
        )
    once = {"grant_type": "authorization_code", "code": code, **client}
    assert (await post("/oauth/access", json=once)).json()["refresh_token"] == refresh_token(app)
    assert (await post("/oauth/access", json=once)).status_code == 401
    assert (await post("/oauth2/token-info", json={"token": "nonsense"})).json() == {"active": False}
    visitor = (await post("/oauth2/token", json={"clientId": app.client_id, "grantType": "anonymous"})).json()
    again = {
        "clientId": app.client_id,
        "grantType": "refresh_token",
        "refreshToken": visitor["refresh_token"],
    }
    for answer in (visitor, (await post("/oauth2/token", json=again)).json()):
        headers = {"authorization": answer["access_token"]}
        assert (await site.client.get(f"/v1/abandoned-checkout/{SAMPLE['id']}", headers=headers)).status_code == 403
    # A visitor's refresh token is no app's.
    body = {"grant_type": "refresh_token", "refresh_token": visitor["refresh_token"], **client}
    assert (await post("/oauth/access", json=body)).status_code == 401
    for path in ("/oauth2/token", "/oauth/access"):
        for kind in ("magic", ["client_credentials"], {}, 5, None):
            assert violation(await post(path, json={"grant_type": kind}))["field"] == "grant_type"


async def test_too_many_requests_of_an_app(site: Site) -> None:
    async with served(site, requests_per_minute=2) as client:
        assert [await status(client) for _ in range(4)] == [200, 200, 429, 429]
        answer = await client.post("/v1/abandoned-checkout/query", json={})
        assert answer.json()["details"]["applicationError"]["code"] == "RESOURCE_EXHAUSTED"
        async with site.database.begin() as connection:
            other = await create_shop(connection, "other.example.com", now=NOW)
            client.headers["authorization"] = await issue_token(connection, other, ["read_orders"], now=NOW)
        assert await status(client) == 200, "one app's requests are not another's"


async def test_processes_count_the_requests_of_an_app_together(site: Site, tmp_path: Path) -> None:
    """And apart from what Shopify's dialect keeps in the same file under the same shop and app."""
    file = str(tmp_path / "store-throttle")
    points = Throttle(FileBuckets(file))
    full = await points.refund(site.shop.id, site.app_id, PLANS["standard"], 0, NOW)
    one, two = (served(site, requests_per_minute=3, buckets=FileBuckets(file)) for _ in range(2))
    async with one as first, two as second:
        assert [await status(client) for client in (first, second, first, second, first)] == [200] * 3 + [429] * 2
    assert await points.refund(site.shop.id, site.app_id, PLANS["standard"], 0, NOW) == full


async def test_the_next_minute_begins_anew(site: Site) -> None:
    limit, minute = RequestLimit(1, MemoryBuckets()), 60_000_000
    taken = [await limit.take(1, 1, moment) for moment in (0, minute - 1, minute, minute + 1, 2 * minute)]
    assert taken == [True, False, True, False, True]


@asynccontextmanager
async def served(site: Site, **options: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Another process of the server, as far as its requests can tell."""
    app = Starlette(routes=wix_routes(site.database, lambda: NOW, **options))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://s", headers=site.client.headers
    ) as client:
        yield client


async def status(client: httpx.AsyncClient) -> int:
    return (await client.post("/v1/abandoned-checkout/query", json={})).status_code
