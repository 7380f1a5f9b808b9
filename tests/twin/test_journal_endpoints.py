"""The journal over HTTP: what came in and went out can be listed, found, counted, awaited, copied and deleted."""

import asyncio
import shlex
from itertools import pairwise

import httpx
import pytest

from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.config import Settings
from abandoned_checkouts.server import create_app
from abandoned_checkouts.twin.recorded_request import PRIVATE_TARGETS
from tests.intake.messages import Clock
from tests.twin.conftest import BASE, TOKEN, TwinUser
from tests.work.receiver import Receiver

COUNT = "query Lost($q: String) { abandonedCheckoutsCount(query: $q) { count } }"


async def test_a_graphql_request_with_its_cost_and_warnings(twin: TwinUser) -> None:
    await twin.graphql(COUNT, q="colour:red")
    await twin.graphql("{ abandonedCheckout { nothing } }")
    entries = (await twin.ask("GET", "/requests"))["requests"]
    assert [entry["operation"] for entry in entries] == ["Lost", "abandonedCheckout"]
    first, second = entries
    assert first["endpoint"] == "graphql"
    assert first["status"] == 200
    assert first["variables"] == {"q": "colour:red"}
    assert first["requestedCost"] == 10 and first["throttleStatus"]["maximumAvailable"] == 2000
    assert first["token"] == f"{TOKEN[:6]}…{TOKEN[-4:]}"
    assert first["warnings"] == ["colour: Invalid search field for this query."]
    assert "doesn't exist" in str(second["errors"])
    assert (await twin.ask("GET", f"/requests/{first['id']}"))["request"]["body"].startswith('{"query"')


async def test_notes_about_versions(twin: TwinUser) -> None:
    headers = {"X-Shopify-Access-Token": TOKEN}
    await twin.client.post("/admin/api/2023-01/graphql.json", json={"query": "{shop{name}}"}, headers=headers)
    (entry,) = (await twin.ask("GET", "/requests"))["requests"]
    assert "Version 2023-01 is no longer served" in str(entry["notes"])
    assert "ends on" in str(entry["notes"])


@pytest.mark.parametrize("address", ["http://receiver.example/", "https://10.0.0.1/"])
async def test_notes_about_the_address_of_a_webhook(twin_url: str, address: str) -> None:
    document = "mutation($w:WebhookSubscriptionInput!){webhookSubscriptionCreate(topic:ORDERS_CREATE,"
    document += "webhookSubscription:$w){userErrors{message}}}"
    app = create_app(Settings(database_url=twin_url, twin=True), clock=Clock())
    transport = httpx.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        user = TwinUser(client, Clock())
        await user.graphql(document, w={"uri": address})
        (entry,) = (await user.ask("GET", "/requests"))["requests"]
    assert PRIVATE_TARGETS in entry["notes"]


@pytest.mark.parametrize(
    ("instant", "kinds"),
    [
        ("2026-11-30T23:59:59Z", ["public", "custom"]),
        ("2026-12-01T00:00:00Z", ["custom"]),
        ("2027-01-01T00:00:00Z", []),
    ],
)
async def test_notes_about_approvals_that_will_be_missing(twin: TwinUser, instant: str, kinds: list[str]) -> None:
    twin.real.now = parse_moment("2026-11-01T00:00:00Z")
    await twin.freeze(instant)
    await twin.graphql("{abandonedCheckouts(first:1){nodes{abandonedCheckoutUrl}}}")
    (entry,) = (await twin.ask("GET", "/requests"))["requests"]
    noted = [note for note in entry["notes"] if "need approval" in note]
    assert [note.split()[2] for note in noted] == kinds


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, 3),
        ({"endpoint": "rest"}, 1),
        ({"operation": "lo*"}, 1),
        ({"operation": "LOST", "status": 200}, 1),
        ({"status": "401"}, 1),
        ({"contains": "abandonedCheckoutsCount"}, 1),
        ({"endpoint": "wix"}, 0),
        ({"fault": "*"}, 1),
        ({"fault": "none"}, 0),
        ({"fault": None}, 2),
        ({"shop": "*"}, 2),
    ],
)
async def test_filters(twin: TwinUser, filters: dict[str, object], expected: int) -> None:
    await twin.graphql(COUNT)
    await twin.client.get("/admin/api/2026-10/checkouts/count.json", headers={"X-Shopify-Access-Token": TOKEN})
    own = {"X-Twin-Fault": '{"name": "own", "latency": "0 seconds"}'}
    await twin.client.post("/admin/api/2026-10/graphql.json", json={"query": "{shop{name}}"}, headers=own)
    assert (await twin.ask("POST", "/requests/count", filters))["count"] == expected
    assert len((await twin.ask("POST", "/requests/find", filters))["requests"]) == expected


async def test_deliveries_and_waiting_for_them(twin: TwinUser) -> None:
    await twin.freeze()
    async with Receiver(behave=lambda *_: 503) as receiver:
        await twin.graphql(
            "mutation($u:String!){webhookSubscriptionCreate(topic:CHECKOUTS_CREATE,webhookSubscription:{uri:$u})"
            "{userErrors{message}}}",
            u=receiver.url("/hook"),
        )
        waiting = asyncio.create_task(
            twin.ask("POST", "/deliveries/wait-for-count", {"topic": "checkouts/create", "timeoutMillis": 20_000})
        )
        made = await twin.checkout(state="open", email="ada@example.com")
        (delivery,) = (await waiting)["deliveries"]
    assert (delivery["status"], delivery["outcome"], delivery["shop"]) == (503, "failed", "acme.myshopify.com")
    assert delivery["address"] == receiver.url("/hook")
    assert made["token"] in delivery["request"]["body"]
    late = await twin.ask("POST", "/deliveries/wait-for-count", {"count": 9, "timeoutMillis": 10}, 408)
    assert late["errors"] == "1 of 9 deliveries came within 10 milliseconds."


async def test_the_next_entry_can_be_awaited_by_its_predecessor(twin: TwinUser) -> None:
    await twin.graphql(COUNT)
    (first,) = (await twin.ask("GET", "/requests"))["requests"]
    waiting = asyncio.create_task(twin.ask("GET", f"/requests?after={first['id']}&waitMillis=20000"))
    await asyncio.sleep(0.05)
    await twin.graphql("query Second { shop { name } }")
    assert [entry["operation"] for entry in (await waiting)["requests"]] == ["Second"]


async def test_a_restore_drops_what_came_after_the_snapshot(twin: TwinUser) -> None:
    await twin.graphql(COUNT)
    await twin.ask("PUT", "/snapshots/s")
    await twin.graphql("{shop{name}}")
    await twin.ask("POST", "/snapshots/s/restore")
    assert [entry["operation"] for entry in (await twin.ask("GET", "/requests"))["requests"]] == ["Lost"]


async def test_deleting(twin: TwinUser) -> None:
    await twin.graphql(COUNT)
    await twin.graphql("{shop{name}}")
    assert (await twin.ask("DELETE", "/requests?operation=shop"))["deleted"] == 1
    assert (await twin.ask("POST", "/requests/count", {}))["count"] == 1
    assert (await twin.ask("DELETE", "/requests"))["deleted"] == 1


async def test_a_copy_as_curl_sends_the_same_request(twin: TwinUser) -> None:
    await twin.graphql(COUNT, q="it's")
    (entry,) = (await twin.ask("GET", "/requests"))["requests"]
    curl = (await twin.client.get(f"/__twin/requests/{entry['id']}/curl")).text
    words = shlex.split(curl)
    assert words[:4] == ["curl", "-X", "POST", "http://127.0.0.1:8000/admin/api/2026-10/graphql.json"]
    headers = dict(word.split(": ", 1) for before, word in pairwise(words) if before == "-H")
    body = words[words.index("--data-raw") + 1]
    response = await twin.client.post(words[3], headers=headers, content=body)
    assert response.json()["data"] == {"abandonedCheckoutsCount": {"count": 0}}


async def test_a_copy_as_test_runs(twin: TwinUser, monkeypatch: pytest.MonkeyPatch) -> None:
    await twin.graphql(COUNT)
    (entry,) = (await twin.ask("GET", "/requests"))["requests"]
    program = (await twin.client.get(f"/__twin/requests/{entry['id']}/test")).text
    sent: list[tuple[object, ...]] = []

    def request(method: str, url: str, **details: object) -> httpx.Response:
        sent.append((method, url, details["content"]))
        return httpx.Response(200)

    monkeypatch.setattr(httpx, "request", request)
    names: dict[str, object] = {}
    exec(program, names)

    class Running:
        url = "http://twin"

    test = names[f"test_request_{entry['id']}"]
    assert callable(test)
    test(Running())
    assert sent == [("POST", "http://twin/admin/api/2026-10/graphql.json", entry["request"]["body"].encode())]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("POST", "/requests/find", {"operaton": "x"}, 422, 'Did you mean "operation"?'),
        ("GET", "/requests?limit=many", None, 422, "whole number"),
        ("GET", "/mails?topic=x", None, 422, '"topic" is not a field here'),
        ("POST", "/mails/wait-for-count", {"count": -1}, 422, "whole number"),
        ("GET", "/deliveries/7", None, 404, "has no entry 7"),
        ("GET", "/requests/7/crul", None, 404, 'Did you mean "curl"?'),
    ],
)
async def test_refusals(twin: TwinUser, method: str, path: str, body: object, status: int, words: str) -> None:
    assert words in (await twin.ask(method, path, body, status))["errors"]


async def test_requests_of_the_twin_itself_are_not_recorded(twin: TwinUser) -> None:
    await twin.ask("GET", "/clock")
    await twin.client.get("/healthz")
    assert (await twin.ask("GET", "/requests"))["requests"] == []
