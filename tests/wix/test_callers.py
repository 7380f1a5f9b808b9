"""Authentication and authorization: tokens, sites, scopes, and browsers of other origins."""

import pytest

from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import create_shop
from tests.wix.requests import METHODS, UNKNOWN
from tests.wix.site import NOW, SAMPLE, Site, checkout


@pytest.mark.parametrize("form", ["{}", "Bearer {}", "bearer  {}"])
async def test_tokens_with_and_without_bearer(site: Site, form: str) -> None:
    headers = {"authorization": form.format(site.token), "wix-site-id": site.shop.uuid}
    response = await site.client.get(f"/v1/abandoned-checkout/{SAMPLE['id']}", headers=headers)
    assert response.status_code == 200


@pytest.mark.parametrize("header", ["nonsense", "Bearer ", ""])
async def test_an_invalid_token_is_rejected(site: Site, header: str) -> None:
    response = await site.client.get(f"/v1/abandoned-checkout/{SAMPLE['id']}", headers={"authorization": header})
    assert response.status_code == 401
    assert response.json()["details"]["applicationError"]["code"] == "UNAUTHENTICATED"


async def test_an_unknown_site_is_rejected(site: Site) -> None:
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
async def test_each_method_requires_a_scope(site: Site, scope: str) -> None:
    """Calls every method with every scope."""
    async with site.database.begin() as connection:
        token = await issue_token(connection, site.shop, [scope], now=NOW)
    reads, writes = scope in (*READING, *MANAGING), scope in MANAGING
    for verb, path, body, _ in METHODS:
        allowed = writes if "add-activity" in path or "delete" in path or verb == "DELETE" else reads
        response = await site.client.request(
            verb, f"/v1{path.format(id=SAMPLE['id'])}", json=body, headers={"authorization": token}
        )
        assert response.status_code == (200 if allowed else 403), (scope, verb, path, response.text)


async def test_a_token_of_another_site_returns_no_checkouts(site: Site) -> None:
    async with site.database.begin() as connection:
        other = await create_shop(connection, "other.example.com", now=NOW)
        await save_checkouts(connection, other, [checkout(1)])
        token = await issue_token(connection, other, ["write_orders"], now=NOW)
    headers = {"authorization": token}
    for verb, path, body, _ in METHODS:
        response = await site.client.request(verb, f"/v1{path.format(id=site.uuids[1])}", json=body, headers=headers)
        assert response.status_code == 404 or not set(site.uuids) & set(str(response.json()).split("'")), path
    assert (await site.client.get(f"/v1/abandoned-checkout/{site.uuids[1]}")).status_code == 200


async def test_browsers_of_other_origins_may_send_requests(site: Site) -> None:
    requested_headers = "authorization,content-type,wix-site-id,wix-account-id,x-wix-bi-gateway,x-wix-consistent"
    headers = {
        "origin": "https://shop.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": requested_headers,
    }
    response = await site.client.options("/ecom/v1/abandoned-checkout/query", headers=headers)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == "*"
    assert set(requested_headers.split(",")) <= set(
        response.headers["access-control-allow-headers"].lower().split(", ")
    )
    answer = await site.client.post("/ecom/v1/abandoned-checkout/query", json={}, headers={"origin": "https://a.b"})
    assert "x-wix-request-id" in answer.headers["access-control-expose-headers"]
