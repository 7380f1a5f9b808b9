"""The control API and the merchant's pages, over a server with one shop and its tokens."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import insert
from starlette.applications import Starlette

from abandoned_checkouts.automations.flow import DEFAULT
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.config import Settings
from abandoned_checkouts.control.routes import control_routes
from abandoned_checkouts.shopify.formats.from_rest.checkout import read_checkout
from abandoned_checkouts.store.checkouts.take import take_checkout
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tables import flow_mails
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import create_shop
from abandoned_checkouts.work.abandon_due import abandon_due
from tests.intake.messages import START, Clock, checkout
from tests.places import DOCS

Json = dict[str, Any]
FLOW: Json = {"name": "Mine", "steps": [{"wait": "1 hour"}, {"send_email": {"subject": "Hi {{ first_name }}"}}]}


@pytest.fixture
def database_kind() -> str:
    """What the store does is proved on both databases elsewhere."""
    return "sqlite"


@dataclass
class Desk:
    client: httpx.AsyncClient
    store: Database
    shop: Shop
    number: int
    reader: str
    writer: str
    removed: list[tuple[int, str]]

    async def ask(self, method: str, path: str, body: Any = None, *, token: str | None = None) -> httpx.Response:
        headers = {"X-Shopify-Access-Token": self.writer if token is None else token}
        content = {"content": body} if isinstance(body, str) else {"json": body} if body is not None else {}
        return await self.client.request(method, path, headers=headers, **content)


@pytest.fixture
async def desk(store: Database, shop: Shop) -> AsyncIterator[Desk]:
    clock, removed = Clock(START + 20 * 60_000_000), []
    async with store.begin() as connection:
        reader = await issue_token(connection, shop, ["read_orders"], now=START)
        writer = await issue_token(connection, shop, ["write_orders", "write_customer_data_erasure"], now=START)
        await take_checkout(connection, shop, read_checkout(checkout(), zone="UTC"), START)
    await abandon_due(store, clock())
    settings = Settings(public_url="https://server.example")

    def remove(shop_id: int, file: str) -> None:
        removed.append((shop_id, file))

    application = Starlette(routes=control_routes(store, clock, settings, remove))
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=transport, base_url="https://server.example") as client:
        yield Desk(client, store, shop, 1_000_001, reader, writer, removed)


async def test_flows_from_the_first_to_the_last(desk: Desk) -> None:
    [first] = (await desk.ask("GET", "/control/flows", token=desk.reader)).json()["flows"]
    assert (first["active"], first["definition"]) == (False, DEFAULT)
    made = await desk.ask("POST", "/control/flows", FLOW)
    assert made.status_code == 201 and made.json()["flow"]["active"] is False
    path = f"/control/flows/{made.json()['flow']['id']}"
    assert (await desk.ask("PATCH", path, {"active": True})).json()["flow"]["active"] is True
    changed = await desk.ask("PUT", path, "name: Mine\nsteps: [create_task: Call]\n")
    assert changed.json()["flow"]["active"] is True
    assert changed.json()["flow"]["definition"]["steps"] == [{"create_task": "Call"}]
    assert (await desk.ask("GET", path)).json() == changed.json()
    assert (await desk.ask("DELETE", path)).json() == {}
    assert (await desk.ask("GET", path)).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "problem"),
    [
        ("POST", "/control/flows", "{", 422, "neither YAML nor JSON"),
        ("POST", "/control/flows", {"name": "x"}, 422, "steps must be a list"),
        ("POST", "/control/flows", [FLOW, FLOW], 422, "must be one flow"),
        ("PATCH", "/control/flows/1", {"active": "yes"}, 422, "active: must be true or false"),
        ("PATCH", "/control/flows/1", {"active": True}, 404, "Not Found"),
        ("GET", "/control/flows/one", None, 404, "Not Found"),
        ("POST", "/control/saved-searches", {"name": "", "query": "a"}, 422, "needs a name"),
        ("POST", "/control/saved-searches", {"name": "n" * 41, "query": "a"}, 422, "40 are the most"),
        ("POST", "/control/saved-searches", {"name": "a"}, 422, "needs a search text"),
        ("DELETE", "/control/saved-searches/5", None, 404, "Not Found"),
        ("PATCH", "/control/settings", {"storefront_url": "x"}, 422, "give an address with its scheme"),
        ("PATCH", "/control/settings", {"accent_color": "red"}, 422, "give a colour"),
        ("PATCH", "/control/settings", {"colour": "red"}, 422, "there is no setting 'colour'"),
        ("PATCH", "/control/settings", "[]", 422, "must be a JSON object"),
        ("PATCH", "/control/settings", "{", 400, "is not JSON"),
        ("PATCH", "/control/settings", {"storefront_url": "https://[::1"}, 422, "give an address with its scheme"),
        ("PATCH", "/control/settings", {"storefront_url": "https://x/\0"}, 422, "holds a NUL"),
        ("POST", "/control/erasures", {}, 422, "name the person"),
        ("POST", "/control/erasures", {"customer_id": True}, 422, "name the person"),
        ("POST", "/control/erasures", {"customer_id": 1 << 63}, 422, "name the person"),
        ("POST", "/control/erasures", {"customer_id": "5", "email": "ada@example.com"}, 422, "name the person"),
        ("POST", "/control/erasures", {"email": "a@b\0"}, 422, "holds a NUL"),
        ("GET", f"/control/events/deliveries?before=1{'0' * 26}", None, 422, "before: must be a number"),
        ("GET", "/control/events/deliveries?topic=%00", None, 404, "Not Found"),
        (
            "POST",
            "/control/events/subscriptions",
            {"topic": "abandoned", "address": "https://x/ y"},
            422,
            "https address",
        ),
        (
            "POST",
            "/control/events/subscriptions",
            {"topic": "abandoned", "address": "https://x:0/"},
            422,
            "https address",
        ),
        ("GET", "/control/checkouts/7/timeline", None, 404, "Not Found"),
    ],
)
async def test_what_is_wrong_is_told(desk: Desk, method: str, path: str, body: Any, status: int, problem: str) -> None:
    answer = await desk.ask(method, path, body)
    assert answer.status_code == status and problem in answer.json()["errors"], answer.text


async def test_every_address_asks_for_its_scope(desk: Desk) -> None:
    routes = control_routes(desk.store, Clock(), Settings(), lambda _, __: None)
    for route in [route for route in routes if route.path.startswith("/control")]:
        path = route.path.replace("{flow_id}", "1").replace("{search_id}", "1").replace("{checkout_id}", "1")
        for method in sorted((route.methods or set()) - {"HEAD"}):
            assert (await desk.ask(method, path, token="")).status_code == 401, path
            assert (await desk.ask(method, path, token="shpat_no")).status_code == 401, path
            if method != "GET":
                assert (await desk.ask(method, path, {}, token=desk.reader)).status_code == 403, path


async def test_saved_searches(desk: Desk) -> None:
    made = await desk.ask("POST", "/control/saved-searches", {"name": "Big", "query": "total_price:>100"})
    found = made.json()["saved_search"]
    assert made.status_code == 201 and found["admin_graphql_api_id"] == f"gid://shopify/SavedSearch/{found['id']}"
    again = await desk.ask("POST", "/control/saved-searches", {"name": "Big", "query": "x"})
    assert again.status_code == 422 and "already" in again.text
    assert (await desk.ask("GET", "/control/saved-searches")).json() == {"saved_searches": [found]}
    assert (await desk.ask("DELETE", f"/control/saved-searches/{found['id']}")).status_code == 200
    assert (await desk.ask("GET", "/control/saved-searches")).json() == {"saved_searches": []}


async def test_settings(desk: Desk) -> None:
    wanted = {"checkout_url": "https://shop.example/{token}", "recovery_link_days": 30}
    told = (await desk.ask("PATCH", "/control/settings", wanted)).json()["settings"]
    assert {name: value for name, value in told.items() if value is not None} == wanted
    assert (await desk.ask("GET", "/control/settings")).json()["settings"] == told
    removed = await desk.ask("PATCH", "/control/settings", dict.fromkeys(wanted))
    assert set(removed.json()["settings"].values()) == {None}


async def test_the_timeline_and_erasure(desk: Desk) -> None:
    path = f"/control/checkouts/{desk.number}/timeline"
    entries = (await desk.ask("GET", path, token=desk.reader)).json()["timeline"]
    assert [entry["name"] for entry in entries] == ["checkout_created", "checkout_abandoned"]
    done = await desk.ask("POST", "/control/erasures", {"email": "ada@example.com"})
    assert done.json() == {"erased": {"customers": 1, "checkouts": 1}}
    page = await desk.ask("GET", f"/merchant/checkouts/{desk.number}")
    assert page.status_code == 200 and "ada@example.com" not in page.text and "Lovelace" not in page.text


async def test_another_shops_token_finds_nothing(desk: Desk) -> None:
    async with desk.store.begin() as connection:
        other = await create_shop(connection, "other.example.com", now=START)
        token = await issue_token(connection, other, ["write_orders"], now=START)
    for path in (f"/control/checkouts/{desk.number}/timeline", f"/merchant/checkouts/{desk.number}"):
        answer = await desk.ask("GET", path, token=token)
        assert answer.status_code == 404 and "ada" not in answer.text.lower()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/merchantevil", "/merchant/\\evil"])
async def test_signing_in_leads_nowhere_else(desk: Desk, elsewhere: str) -> None:
    answer = await desk.client.post("/merchant/sign-in", data={"token": desk.reader, "next": elsewhere})
    assert (answer.status_code, answer.headers["location"]) == (303, "/merchant")


async def test_signing_in_leads_back(desk: Desk) -> None:
    path = f"/merchant/checkouts/{desk.number}"
    asked = await desk.client.get(path)
    assert asked.status_code == 401 and f'value="{path}"' in asked.text and "ada@" not in asked.text
    wrong = await desk.client.post("/merchant/sign-in", data={"token": "shpat_no", "next": path})
    assert wrong.status_code == 401 and "unknown, expired or revoked" in wrong.text
    answer = await desk.client.post("/merchant/sign-in", data={"token": desk.reader, "next": path})
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "secure", "samesite=strict", "path=/merchant"))
    page = await desk.client.get(path)
    assert page.status_code == 200 and "ada@example.com" in page.text and "Abandoned" in page.text
    assert (await desk.client.get("/control/flows")).status_code == 401


async def test_mails_are_shown_as_they_were_sent(desk: Desk) -> None:
    texts = {"sender": "s", "recipient": "ada@example.com", "recipient_key": "k", "plain": "p", "subject": "A <b>gift"}
    about = {"shop_id": desk.shop.id, "id": "m1", "checkout_id": desk.number, "flow_id": 1, "position": 0}
    async with desk.store.begin() as connection:
        mail = {**texts, **about, "sent_at": START, "html": "<h1>Hello</h1>"}
        await connection.execute(insert(flow_mails).values(mail))
    page = await desk.ask("GET", f"/merchant/checkouts/{desk.number}")
    assert "A &lt;b&gt;gift" in page.text and f"/merchant/checkouts/{desk.number}/mails/m1" in page.text
    shown = await desk.ask("GET", f"/merchant/checkouts/{desk.number}/mails/m1")
    assert shown.text == "<h1>Hello</h1>" and "sandbox" in shown.headers["content-security-policy"]
    for wrong in (f"{desk.number}/mails/m2", "1/mails/m1"):
        assert (await desk.ask("GET", f"/merchant/checkouts/{wrong}")).status_code == 404


async def test_previews(desk: Desk) -> None:
    made = (await desk.ask("POST", "/control/flows", FLOW)).json()["flow"]
    path = f"/merchant/flows/{made['id']}/preview"
    shown = await desk.ask("GET", f"{path}?locale=he")
    assert shown.status_code == 200 and 'dir="rtl"' in shown.text and "Hi Ada" in shown.text
    assert "key=preview" in shown.text
    for query in ("?step=1", "?checkout=7", "?checkout=x"):
        assert (await desk.ask("GET", path + query)).status_code == 404
    overview = await desk.ask("GET", "/merchant?query=teapot")
    assert "Lovelace, Ada" in overview.text and path in overview.text
    assert "Nothing found" in (await desk.ask("GET", "/merchant?query=kettle")).text


def test_every_address_is_documented() -> None:
    text = (DOCS / "automations.md").read_text()
    routes = control_routes(None, Clock(), Settings(), lambda _, __: None)  # type: ignore[arg-type]
    for route in routes:
        for method in sorted((route.methods or set()) - {"HEAD"}):
            if route.path.startswith("/control"):
                assert f"| `{method} {route.path}` |" in text, f"{method} {route.path}"
