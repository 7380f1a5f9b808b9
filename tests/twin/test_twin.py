"""The endpoints of the twin: described by OpenAPI, refused to foreign pages, and absent without `--twin`."""

import re
import subprocess
import sys

import httpx
import pytest

from abandoned_checkouts.config import Settings
from abandoned_checkouts.server import create_app
from abandoned_checkouts.twin.operations import OPERATIONS
from abandoned_checkouts.twin.twin import VERSION
from tests.twin.conftest import BASE, TOKEN, TwinUser


async def test_every_response_has_the_header(twin: TwinUser) -> None:
    for path in ("/healthz", "/nowhere", "/__twin/clock", "/admin/api/2026-10/graphql.json", "/"):
        response = await twin.client.get(path)
        assert response.headers["X-Abandoned-Checkouts-Twin"] == VERSION, path


async def test_without_the_setting_nothing_of_it_exists(sqlite_url: str) -> None:
    app = create_app(Settings(database_url=sqlite_url, work=False))
    transport = httpx.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        for method, path in (("GET", "/__twin/clock"), ("POST", "/__twin/reset"), ("GET", "/__twin/openapi.json")):
            response = await client.request(method, path)
            assert response.status_code == 404
            assert "X-Abandoned-Checkouts-Twin" not in response.headers


def test_the_server_does_not_import_it() -> None:
    program = "import abandoned_checkouts.server, sys; print([n for n in sys.modules if '.twin' in n])"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}])
async def test_foreign_pages_are_refused(twin: TwinUser, headers: dict[str, str]) -> None:
    for each in OPERATIONS:
        path = re.sub(r"\{\w+(:path)?\}", "1", each.path)
        response = await twin.client.request(each.method, f"/__twin{path}", headers=headers)
        assert response.status_code == 403, (each.method, each.path)


async def test_the_description_has_every_operation(twin: TwinUser) -> None:
    described = await twin.ask("GET", "/openapi.json")
    found = {(method.upper(), path) for path, methods in described["paths"].items() for method in methods}
    declared = {(each.method, "/__twin" + each.path.replace(":path", "")) for each in OPERATIONS}
    assert found == declared
    names = [each["operationId"] for methods in described["paths"].values() for each in methods.values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("GET", "/clok", None, 404, 'Did you mean "/__twin/clock"?'),
        ("POST", "/checkouts/1/delte", {}, 404, 'Did you mean "delete"?'),
        ("POST", "/checkouts/1/close", {"shop": "acme.myshopify.co"}, 404, 'Did you mean "acme.myshopify.com"?'),
        ("POST", "/checkouts", {"state": "abandonned"}, 422, 'Did you mean "abandoned"?'),
        ("POST", "/checkouts", {"ago": "yesterday"}, 422, "is not a duration"),
        ("POST", "/checkouts", {"line_items": 3}, 422, "line_items"),
        ("PUT", "/clock", {"action": "advanc", "duration": "1 day"}, 422, 'Did you mean "advance"?'),
        ("PUT", "/clock", {"action": "advance"}, 422, "Name one of"),
        ("PUT", "/clock", {"action": "advance", "duration": "1 day", "durationMillis": 5}, 422, "Name one of"),
        ("PUT", "/clock", {"action": "advance", "durationMillis": True}, 422, "whole number"),
        ("PUT", "/clock", {"action": "freeze", "instant": "noon"}, 422, "2026-12-01T09:00:00Z"),
        ("PUT", "/clock", {"action": "freeze", "instnat": "x"}, 422, 'Did you mean "instant"?'),
        ("POST", "/seed", {"seed": -1}, 422, "whole number"),
        ("POST", "/seed", {"seed": "1"}, 422, "whole number"),
        ("POST", "/shops", {"domain": "acme.myshopify.com"}, 422, "already exists"),
        ("POST", "/shops", {"domain": "no domain"}, 422, "not a shop's domain"),
        ("POST", "/shops", {"domain": "b.myshopify.com", "platform": "wiks"}, 422, 'Did you mean "wix"?'),
        ("PUT", "/shops/acme.myshopify.co", {}, 404, 'Did you mean "acme.myshopify.com"?'),
        ("PUT", "/shops/acme.myshopify.com", {"plan": "pluss"}, 422, 'Did you mean "plus"?'),
        ("PUT", "/shops/acme.myshopify.com", {"statsu": "frozen"}, 422, 'Did you mean "status"?'),
        ("PUT", "/shops/acme.myshopify.com", {"retention": "odd"}, 422, "use keep, shopify, anonymise or delete"),
        ("POST", "/apps", {"kind": "publik"}, 422, 'Did you mean "public"?'),
        ("POST", "/apps", {"approve": ["emial"]}, 422, 'Did you mean "email"?'),
        ("POST", "/tokens", {"app": "nobody"}, 404, "no app"),
        ("POST", "/tokens", {"scopes": 5}, 422, "list of texts"),
        ("POST", "/tokens", {"expiresIn": "soon"}, 422, "is not a duration"),
        ("POST", "/tokens", {"user": "Ada"}, 422, "whole number"),
    ],
)
async def test_refusals(twin: TwinUser, method: str, path: str, body: object, status: int, words: str) -> None:
    refused = await twin.ask(method, path, body, status)
    assert words in refused["errors"], refused


async def test_a_new_shop_app_and_token_work(twin: TwinUser) -> None:
    await twin.ask("POST", "/shops", {"domain": "second.myshopify.com", "currency": "EUR"})
    ambiguous = await twin.ask("POST", "/checkouts", {}, 422)
    assert "acme.myshopify.com, second.myshopify.com" in ambiguous["errors"]
    app = (await twin.ask("POST", "/apps", {"shop": "second.myshopify.com", "scopes": "read_orders"}))["app"]
    token = await twin.ask(
        "POST", "/tokens", {"shop": "second.myshopify.com", "app": app["clientId"], "expiresIn": "1 hour"}
    )
    await twin.checkout(shop="second.myshopify.com")
    asked = {"query": "{abandonedCheckouts(first:1){nodes{totalPriceSet{shopMoney{currencyCode}}}}}"}
    headers = {"X-Shopify-Access-Token": token["token"]}
    for hours, expected in ((0, 200), (2, 401)):
        await twin.advance(f"{hours} hours")
        response = await twin.client.post("/admin/api/2026-10/graphql.json", json=asked, headers=headers)
        assert response.status_code == expected


async def test_settings_of_a_shop(twin: TwinUser) -> None:
    async def limit() -> int:
        throttle = (await twin.graphql("{shop{name}}"))["extensions"]["cost"]["throttleStatus"]
        maximum: int = throttle["maximumAvailable"]
        return maximum

    assert await limit() == 2000
    changed = await twin.ask("PUT", "/shops/acme.myshopify.com", {"plan": "plus", "recovery_link_days": 7})
    assert (changed["settings"]["plan"], changed["settings"]["recovery_link_days"]) == ("plus", 7)
    assert await limit() == 20_000
    await twin.ask("PUT", "/shops/acme.myshopify.com", {"plan": None})
    assert await limit() == 2000
    await twin.ask("PUT", "/shops/acme.myshopify.com", {"status": "frozen"})
    refused = await twin.client.post("/admin/api/2026-10/graphql.json", headers={"X-Shopify-Access-Token": TOKEN})
    assert refused.status_code == 402


async def test_a_shop_can_search_extended_fields(twin: TwinUser) -> None:
    await twin.checkout(email="ada@example.com")
    other = "email:bob@example.com"
    assert await twin.count(other) == 1, "Shopify ignores a field that it does not have"
    changed = await twin.ask("PUT", "/shops/acme.myshopify.com", {"extended_search": True})
    assert changed["settings"]["extended_search"] is True
    assert await twin.count(other) == 0
    await twin.ask("PUT", "/shops/acme.myshopify.com", {"extended_search": None})
    assert await twin.count(other) == 1
    refused = await twin.ask("PUT", "/shops/acme.myshopify.com", {"extended_search": "yes"}, 422)
    assert refused["errors"] == '"extended_search" must be true or false.'


async def test_a_clock_that_starts_at_an_instant(sqlite_url: str) -> None:
    app = create_app(Settings(database_url=sqlite_url, twin=True, twin_instant="2020-02-29T12:00:00Z"))
    transport = httpx.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        clock = (await client.get("/__twin/clock")).json()
        assert (clock["status"], clock["currentInstant"]) == ("freeze", "2020-02-29T12:00:00.000000Z")
        await client.put("/__twin/clock", json={"action": "reset"})
        assert (await client.get("/__twin/clock")).json()["currentInstant"] > "2026"
        await client.post("/__twin/reset")
        assert (await client.get("/__twin/clock")).json()["currentInstant"] == "2020-02-29T12:00:00.000000Z"


async def test_a_wrong_method_is_refused_with_the_right_ones(twin: TwinUser) -> None:
    refused = await twin.ask("POST", "/clock", {"action": "advance"}, 405)
    assert refused["errors"] == "/__twin/clock does not accept POST. Use GET or PUT."
    assert (await twin.ask("PUT", "/clock", {}, 422))["errors"].startswith('"action" is missing. Use one of: advance')


async def test_a_fault_of_a_header_that_is_not_json_is_refused(twin: TwinUser) -> None:
    headers = {"X-Twin-Fault": "throttled"}
    response = await twin.client.post(
        "/admin/api/2026-10/graphql.json", json={"query": "{shop{name}}"}, headers=headers
    )
    assert response.status_code == 422
    assert response.json()["errors"].startswith("X-Twin-Fault is not JSON: ")


async def test_a_token_that_the_admin_api_refuses_says_so(twin: TwinUser) -> None:
    app = (await twin.ask("POST", "/apps", {"kind": "public"}))["app"]["clientId"]
    assert "must expire" in (await twin.ask("POST", "/tokens", {"app": app}))["note"]
    assert "note" not in await twin.ask("POST", "/tokens", {"app": app, "expiresIn": "1 hour"})
    assert "note" not in await twin.ask("POST", "/tokens", {})
