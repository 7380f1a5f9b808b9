"""The shop of a request in the journal and for faults, also if the request is sent to an IP address."""

import base64

import httpx
import pytest

from tests.twin.conftest import DOMAIN, TOKEN, TwinUser

COUNT = "/admin/api/2026-10/checkouts/count.json"
BASIC = base64.b64encode(f"key:{TOKEN}".encode()).decode()


async def _shops(twin: TwinUser, response: httpx.Response) -> list[str | None]:
    """The shops of the requests in the journal."""
    assert response.status_code < 500, response.text
    return [entry["shop"] for entry in (await twin.ask("GET", "/requests"))["requests"]]


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", COUNT, {"X-Shopify-Access-Token": TOKEN}),
        ("GET", COUNT, {"Authorization": f"Basic {BASIC}"}),
        ("POST", "/ecom/v1/abandoned-checkout/query", {"Authorization": TOKEN}),
        ("POST", "/intake/checkouts", {"Authorization": f"Bearer {TOKEN}"}),
        ("POST", "/intake/shopify", {"X-Shopify-Shop-Domain": DOMAIN}),
        ("GET", COUNT, {"Host": DOMAIN}),
        ("GET", COUNT, {"Host": f"{DOMAIN}:8000", "X-Shopify-Access-Token": "shpat_unknown"}),
    ],
)
async def test_a_request_says_its_shop(twin: TwinUser, method: str, path: str, headers: dict[str, str]) -> None:
    assert await _shops(twin, await twin.client.request(method, path, headers=headers)) == [DOMAIN]


async def test_the_client_id_of_a_token_request_says_the_shop_and_the_app(twin: TwinUser) -> None:
    app = (await twin.ask("POST", "/apps", {}))["app"]
    await twin.ask("POST", "/faults", [{"endpoint": "oauth", "app": app["clientId"], "shop": DOMAIN, "status": 503}])
    body = {"client_id": app["clientId"], "client_secret": "wrong", "grant_type": "client_credentials"}
    form = await twin.client.post("/admin/oauth/access_token", data=body)
    both = [form, await twin.client.post("/admin/oauth/access_token", json=body)]
    assert [each.status_code for each in both] == [503, 503]
    assert (await twin.client.post("/admin/oauth/access_token", json={"client_id": "other"})).status_code == 401
    assert [each["shop"] for each in (await twin.ask("GET", "/requests"))["requests"]] == [DOMAIN, DOMAIN, None]


async def test_a_recovery_link_has_the_number_of_the_shop(twin: TwinUser) -> None:
    link = httpx.URL((await twin.checkout())["abandonedCheckoutUrl"])
    assert await _shops(twin, await twin.client.get(link.raw_path.decode())) == [DOMAIN]


async def test_the_shop_of_a_page_is_unknown(twin: TwinUser) -> None:
    assert await _shops(twin, await twin.client.get("/merchant")) == [None]


async def test_a_fault_for_a_shop_matches_requests_to_an_ip_address(twin: TwinUser) -> None:
    await twin.ask("POST", "/shops", {"domain": "second.myshopify.com"})
    other = (await twin.ask("POST", "/tokens", {"shop": "second.myshopify.com"}))["token"]
    await twin.ask("POST", "/faults", [{"status": 500, "shop": "second.*"}])
    statuses = [
        (await twin.client.get(COUNT, headers={"X-Shopify-Access-Token": token})).status_code
        for token in (TOKEN, other, other)
    ]
    assert statuses == [200, 500, 500]
    assert (await twin.ask("POST", "/requests/count", {"shop": "second.myshopify.com"}))["count"] == 2
    (fault,) = (await twin.ask("GET", "/faults"))["faults"]
    assert fault["matched"] == 2
