"""Scenarios over HTTP: listed, started, continued, stopped; and each shows its fault to a client."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from abandoned_checkouts.twin.faulty_requests import LostConnectionError
from abandoned_checkouts.twin.scenarios.collection import scenarios
from tests.twin.conftest import TOKEN, TwinUser
from tests.work.receiver import Receiver

PAGE = (
    "query page{abandonedCheckouts(first:10){nodes{"
    "id updatedAt customer{email} totalPriceSet{shopMoney{currencyCode}}}}}"
)
RUN = (
    'mutation{bulkOperationRunQuery(query:"{abandonedCheckouts{edges{node{id updatedAt}}}}")'
    "{bulkOperation{id} userErrors{message}}}"
)
SHOW = "query($id:ID!){node(id:$id){... on BulkOperation{status objectCount url partialDataUrl}}}"


async def _start(twin: TwinUser, name: str, stage: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = (await twin.ask("POST", f"/scenarios/{name}", {"stage": stage}))["scenario"]
    return found


async def _page(twin: TwinUser) -> httpx.Response:
    return await twin.client.post(
        "/admin/api/2026-10/graphql.json", json={"query": PAGE}, headers={"X-Shopify-Access-Token": TOKEN}
    )


async def _seen(twin: TwinUser) -> str:
    """The result of one request for a client, in one word."""
    try:
        response = await _page(twin)
    except (LostConnectionError, httpx.HTTPError):
        return "reset"
    if response.status_code != 200:
        return str(response.status_code)
    try:
        errors = response.json().get("errors")
    except ValueError:
        return "no JSON"
    return str(errors[0]["extensions"]["code"]) if errors else "rows"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("throttled-burst", "rows THROTTLED THROTTLED THROTTLED rows"),
        ("throttled-forever", "rows THROTTLED THROTTLED THROTTLED THROTTLED"),
        ("internal-server-error-once", "rows 500 rows rows rows"),
        ("maintenance-503", "rows 503 503 rows rows"),
        ("connection-reset", "rows reset rows rows rows"),
        ("truncated-json", "rows no JSON rows rows rows"),
        ("token-revoked", "rows 401 401 401 401"),
        ("token-expired", "rows 401 401 401 401"),
        ("scope-withdrawn", "rows ACCESS_DENIED ACCESS_DENIED ACCESS_DENIED ACCESS_DENIED"),
        ("protected-data-withdrawn", "ACCESS_DENIED ACCESS_DENIED ACCESS_DENIED ACCESS_DENIED ACCESS_DENIED"),
    ],
)
async def test_what_the_requests_of_a_client_see(twin: TwinUser, name: str, expected: str) -> None:
    await twin.checkout()
    await _start(twin, name)
    assert " ".join([await _seen(twin) for _ in range(5)]) == expected
    assert (await twin.ask("GET", f"/scenarios/{name}"))["scenario"]["applied"] >= 1
    await twin.ask("DELETE", f"/scenarios/{name}")
    assert await _seen(twin) == "rows"


async def test_a_slow_response(twin: TwinUser) -> None:
    await _start(twin, "slow-response")
    await _page(twin)
    assert (await _page(twin)).elapsed.total_seconds() > 5


async def test_the_rate_limit_of_rest(twin: TwinUser) -> None:
    await _start(twin, "rate-limit-429")
    headers, answers = {"X-Shopify-Access-Token": TOKEN}, []
    for _ in range(4):
        answers.append(await twin.client.get("/admin/api/2026-10/checkouts.json", headers=headers))
    assert [(each.status_code, each.headers.get("retry-after")) for each in answers] == [
        (200, None),
        (429, "1"),
        (429, "1"),
        (200, None),
    ]


async def test_a_lost_refresh_is_answered_in_words_when_it_is_repeated(twin: TwinUser) -> None:
    app = (await twin.ask("POST", "/apps", {"kind": "public", "scopes": ["read_orders"]}))["app"]
    known = {"client_id": app["clientId"], "client_secret": app["clientSecret"]}
    lasting = (await twin.ask("POST", "/tokens", {"app": app["clientId"], "scopes": ["read_orders"]}))["token"]
    exchange = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": lasting,
        "subject_token_type": "urn:shopify:params:oauth:token-type:offline-access-token",
        "requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token",
        "expiring": "1",
    }
    first = await twin.client.post("/admin/oauth/access_token", json={**known, **exchange})
    assert first.status_code == 200, first.text
    refresh = {**known, "grant_type": "refresh_token", "refresh_token": first.json()["refresh_token"]}
    await _start(twin, "refresh-answer-lost")
    with pytest.raises(LostConnectionError):
        await twin.client.post("/admin/oauth/access_token", json=refresh)
    again = await twin.client.post("/admin/oauth/access_token", json=refresh)
    # The client learns from the second response whether it can go on, or needs a new authorization.
    if again.status_code == 200:
        assert again.json()["access_token"] != first.json()["access_token"]
    else:
        assert (again.status_code, again.json()["error"]) == (401, "invalid_request")


async def _bulk(twin: TwinUser) -> dict[str, Any]:
    number = (await twin.graphql(RUN))["data"]["bulkOperationRunQuery"]["bulkOperation"]["id"]
    await twin.ask("PUT", "/clock", {"action": "advance", "durationMillis": 0})
    return {"id": number, **(await twin.graphql(SHOW, id=number))["data"]["node"]}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bulk-failed-with-partial-data", ("FAILED", False, True)),
        ("bulk-finishes-late", ("RUNNING", False, False)),
        ("bulk-result-empty-although-rows", ("COMPLETED", False, False)),
    ],
)
async def test_how_bulk_operations_end(twin: TwinUser, name: str, expected: tuple[str, bool, bool]) -> None:
    await twin.freeze("2026-12-01T09:00:00Z")
    await twin.checkout()
    await twin.checkout()
    await _start(twin, name)
    first, second = await _bulk(twin), await _bulk(twin)
    assert (first["status"], bool(first["url"]), bool(first["partialDataUrl"])) == expected
    assert (second["status"], second["objectCount"]) == ("COMPLETED", "2")
    if name == "bulk-finishes-late":
        await twin.advance("13 seconds")
        shown = (await twin.graphql(SHOW, id=first["id"]))["data"]["node"]
        assert (shown["status"], shown["objectCount"]) == ("COMPLETED", "2")


@pytest.mark.parametrize(("name", "status"), [("bulk-file-truncated", 200), ("bulk-url-expired", 403)])
async def test_how_results_are_downloaded(twin: TwinUser, name: str, status: int) -> None:
    await twin.freeze("2026-12-01T09:00:00Z")
    await twin.checkout()
    await _start(twin, name)
    found = await _bulk(twin)
    first, second = await twin.client.get(found["url"]), await twin.client.get(found["url"])
    assert first.status_code == status and second.status_code == 200
    assert len(first.content) < len(second.content)


async def _rows(twin: TwinUser) -> list[dict[str, Any]]:
    return list((await _page(twin)).json()["data"]["abandonedCheckouts"]["nodes"])


async def test_rows_change_between_two_pages(twin: TwinUser) -> None:
    await _start(twin, "page-shift")
    before = await _rows(twin)
    after = await _rows(twin)
    assert (len(before), len(after)) == (1, 2)
    assert before[0]["id"] == after[0]["id"] and before[0]["updatedAt"] < after[0]["updatedAt"]
    await _start(twin, "page-shift", 2)
    assert len(await _rows(twin)) == 3


async def test_updates_of_the_same_instant_and_of_an_earlier_one(twin: TwinUser) -> None:
    for name, fits in (("same-instant-updates", "=="), ("updated-at-backwards", ">")):
        await twin.ask("PUT", "/snapshots/before")
        await _start(twin, name)
        twin.real.now += 60_000_000
        await _start(twin, name, 2)
        first, second = (row["updatedAt"] for row in await _rows(twin))
        assert first == second if fits == "==" else first > second
        await twin.ask("POST", "/snapshots/before/restore")


async def test_the_version_of_today_ends(twin: TwinUser) -> None:
    await _start(twin, "version-sunset")
    assert (await _page(twin)).headers["X-Shopify-API-Version"] == "2026-10"
    await _start(twin, "version-sunset", 2)
    assert (await _page(twin)).headers["X-Shopify-API-Version"] > "2026-10"
    assert (await twin.ask("GET", "/clock"))["status"] == "running"


async def test_old_checkouts_are_deleted(twin: TwinUser) -> None:
    await _start(twin, "checkout-deleted-after-90-days")
    old = {row["id"] for row in await _rows(twin)}
    await _start(twin, "checkout-deleted-after-90-days", 2)
    left = {row["id"] for row in await _rows(twin)}
    assert (len(old), len(left), len(old & left)) == (2, 1, 0)


async def test_an_unknown_value(twin: TwinUser) -> None:
    await twin.checkout()
    await _start(twin, "unknown-enum-value")
    assert (await _rows(twin))[0]["totalPriceSet"]["shopMoney"]["currencyCode"] == "XTS"


@pytest.fixture
async def receiver(twin: TwinUser) -> AsyncIterator[Receiver]:
    await twin.freeze("2026-12-01T09:00:00Z")
    async with Receiver() as receiver:
        for topic in ("CHECKOUTS_CREATE", "CHECKOUTS_UPDATE"):
            await twin.graphql(
                "mutation($t:WebhookSubscriptionTopic!,$u:String!){webhookSubscriptionCreate(topic:$t,"
                "webhookSubscription:{uri:$u}){userErrors{message}}}",
                t=topic,
                u=receiver.url(),
            )
        yield receiver


@pytest.mark.parametrize(
    ("name", "at_once", "in_the_end"),
    [
        ("webhook-lost", [2, 3], [2, 3]),
        ("webhook-twice", [1, 1, 2, 2, 3, 3], [1, 1, 2, 2, 3, 3]),
        ("webhook-late", [1, 3], [1, 3, 2]),
        ("webhook-out-of-order", [1, 3, 2], [1, 3, 2]),
        ("webhook-with-old-api-version", [1, 2, 3], [1, 2, 3]),
    ],
)
async def test_which_webhooks_arrive(
    twin: TwinUser, receiver: Receiver, name: str, at_once: list[int], in_the_end: list[int]
) -> None:
    def quantities() -> list[int]:
        return [
            httpx.Response(200, content=each.body).json()["line_items"][0]["quantity"] for each in receiver.received
        ]

    await _start(twin, name)
    # A checkout that is created, and changed twice.
    for quantity in (1, 2, 3):
        line = {"title": "Mug", "price": "24.00", "quantity": quantity}
        await twin.checkout(token="w", state="open", email="ada@example.com", line_items=[line])
        await twin.advance("1 minute")
    assert quantities() == at_once
    await twin.advance("3 hours")
    assert quantities() == in_the_end
    # A correct client handles each id once, and reads what never arrived from the list.
    ids = [each.headers["x-shopify-webhook-id"] for each in receiver.received]
    handled = dict(zip(ids, quantities(), strict=True))
    assert len(handled) == len(set(in_the_end))
    assert {1, 2, 3} - set(handled.values()) == ({1} if name == "webhook-lost" else set())
    assert len(await _rows(twin)) == 1
    old = {each.headers["x-shopify-api-version"] for each in receiver.received} == {"2023-01"}
    assert old == (name == "webhook-with-old-api-version")


async def test_the_list_has_every_scenario(twin: TwinUser) -> None:
    listed = (await twin.ask("GET", "/scenarios"))["scenarios"]
    assert [each["name"] for each in listed] == list(scenarios())
    assert listed[0]["thread"] == "https://github.com/airbytehq/airbyte/issues/3412"


async def test_a_scenario_is_part_of_a_snapshot(twin: TwinUser) -> None:
    await _start(twin, "same-instant-updates")
    await twin.ask("PUT", "/snapshots/s")
    await _start(twin, "same-instant-updates", 2)
    await twin.ask("POST", "/snapshots/s/restore")
    assert (await twin.ask("GET", "/scenarios/same-instant-updates"))["scenario"]["stage"] == 1


async def test_other_faults_stay(twin: TwinUser) -> None:
    await twin.ask("POST", "/faults", {"name": "mine", "status": 503})
    await _start(twin, "throttled-burst")
    await twin.ask("DELETE", "/scenarios/throttled-burst")
    assert [each["name"] for each in (await twin.ask("GET", "/faults"))["faults"]] == ["mine"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("GET", "/scenarios/throtled-burst", None, 404, 'Did you mean "throttled-burst"?'),
        ("POST", "/scenarios/page-shifts", {}, 404, 'Did you mean "page-shift"?'),
        ("DELETE", "/scenarios/webhook-lots", None, 404, 'Did you mean "webhook-lost"?'),
        ("POST", "/scenarios/page-shift", {"stage": 3}, 422, "from 1 to 2"),
        ("POST", "/scenarios/page-shift", {"stage": True}, 422, "from 1 to 2"),
        ("POST", "/scenarios/page-shift", {"stage": 2}, 409, "Start stage 1 of page-shift first."),
        ("POST", "/scenarios/page-shift", {"stag": 1}, 422, 'Did you mean "stage"?'),
        ("POST", "/scenarios/page-shift", {"shop": "acme.myshopify.co"}, 404, 'Did you mean "acme.myshopify.com"?'),
    ],
)
async def test_refusals(twin: TwinUser, method: str, path: str, body: object, status: int, words: str) -> None:
    assert words in (await twin.ask(method, path, body, status))["errors"]
