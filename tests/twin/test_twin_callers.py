"""What a request with an access token may do with the twin."""

from typing import Any

import pytest

from abandoned_checkouts.checkouts.json_types import UntypedJson
from tests.twin.conftest import DOMAIN, TOKEN, TwinUser

OTHER = "other.myshopify.com"


async def token_with(twin: TwinUser, *scopes: str, shop: str = DOMAIN, **app: Any) -> str:
    made = await twin.ask("POST", "/apps", {"shop": shop, "scopes": list(scopes), **app})
    body = {"shop": shop, "app": made["app"]["clientId"], "scopes": list(scopes), "expiresIn": "1 hour"}
    return str((await twin.ask("POST", "/tokens", body))["token"])


async def as_caller(twin: TwinUser, token: str, method: str, path: str, body: Any = None) -> tuple[int, UntypedJson]:
    headers = {"X-Shopify-Access-Token": token}
    response = await twin.client.request(method, f"/__twin{path}", json=body, headers=headers)
    return response.status_code, response.json() if response.content else {}


async def test_a_token_that_only_reads_changes_nothing(twin: TwinUser) -> None:
    reader = await token_with(twin, "read_orders")
    for method, path, body in (
        ("POST", "/checkouts", {}),
        ("PUT", "/clock", {"action": "advance", "duration": "1 day"}),
        ("POST", "/faults", []),
        ("PUT", "/snapshots/s", {}),
        ("POST", "/reset", None),
        ("DELETE", "/requests", None),
    ):
        status, answer = await as_caller(twin, reader, method, path, body)
        assert (status, answer) == (403, {"errors": "The access token lacks the scope write_orders."}), path
    for method, path in (("GET", "/clock"), ("GET", "/mails"), ("POST", "/deliveries/find")):
        assert (await as_caller(twin, reader, method, path))[0] == 200
    assert (await as_caller(twin, await token_with(twin, "read_products"), "GET", "/requests"))[0] == 403
    status, answer = await as_caller(twin, "shpat_wrong", "GET", "/clock")
    assert status == 401 and "leave it out" in answer["errors"]


async def test_a_token_adds_no_fault_whose_operations_run_without_a_token(twin: TwinUser) -> None:
    fault = {"status": 503, "first": [{"path": "/reset"}]}
    for method in ("POST", "PATCH"):
        status, answer = await as_caller(twin, TOKEN, method, "/faults", fault)
        assert (status, answer) == (403, {"errors": 'Add a fault with "first" without an access token.'})
    assert (await twin.ask("GET", "/faults"))["faults"] == []


@pytest.mark.parametrize("path", ["/requests", "/deliveries", "/mails"])
async def test_an_app_without_approval_for_customer_data_sees_no_journal(twin: TwinUser, path: str) -> None:
    app = await token_with(twin, "write_orders", kind="custom", approve=["customer_data"])
    status, answer = await as_caller(twin, app, "GET", path)
    assert status == 403 and "not approved for protected customer data: address, email, name, phone" in answer["errors"]


async def test_a_token_sees_and_creates_what_belongs_to_its_shop(twin: TwinUser) -> None:
    await twin.ask("POST", "/shops", {"domain": OTHER})
    other = await token_with(twin, "write_orders", shop=OTHER)
    await twin.graphql("query Mine { shop { name } }")
    await twin.client.get("/admin/api/2026-10/shop.json", headers={"X-Shopify-Access-Token": other})
    _, seen = await as_caller(twin, other, "GET", "/requests")
    assert [entry["path"] for entry in seen["requests"]] == ["/admin/api/2026-10/shop.json"]
    _, mine = await as_caller(twin, TOKEN, "GET", "/requests")
    (entry,) = mine["requests"]
    assert entry["operation"] == "Mine" and TOKEN not in str(mine)
    # A filter is compared with what the token sees, so that it cannot find a secret by trying.
    assert (await as_caller(twin, TOKEN, "POST", "/requests/count", {"contains": TOKEN}))[1] == {"count": 0}
    assert (await as_caller(twin, other, "GET", f"/requests/{entry['id']}"))[0] == 404
    status, made = await as_caller(twin, other, "POST", "/checkouts", {"state": "open"})
    assert (status, made["checkout"]["shop"]) == (201, OTHER)
    status, answer = await as_caller(twin, other, "POST", "/checkouts", {"shop": DOMAIN})
    assert (status, answer["errors"]) == (403, f"The access token is for the shop {OTHER}.")
    assert (await as_caller(twin, other, "GET", f"/mails?shop={DOMAIN}"))[0] == 403
    assert (await as_caller(twin, other, "DELETE", "/requests"))[1] == {"deleted": 1}
    assert TOKEN in str(await twin.ask("GET", "/requests"))


async def test_a_list_without_bodies_and_since_an_instant(twin: TwinUser) -> None:
    await twin.freeze()
    await twin.graphql("{ shop { name } }")
    now = (await twin.advance("1 hour"))["currentInstant"]
    await twin.graphql("query Later { shop { name } }")
    (entry,) = (await twin.ask("GET", f"/requests?since={now}&bodies=false"))["requests"]
    assert entry["operation"] == "Later" and "request" not in entry and "response" not in entry
    for wrong, words in (("since=yesterday", "2026-12-01T09:00:00Z"), ("bodies=no", "true or false")):
        assert words in (await twin.ask("GET", f"/requests?{wrong}", status=422))["errors"]
