"""Subscriptions, the log of deliveries and replay over the control API."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest
from starlette.applications import Starlette

from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.config import Settings
from abandoned_checkouts.control.routes import control_of, control_routes
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.shopify.formats.webhooks.signature import signature
from abandoned_checkouts.store.checkouts.take import take_checkout
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.outbox.inbound_deliveries import save_rejected
from abandoned_checkouts.store.privacy.erase_person import erase_person
from abandoned_checkouts.store.privacy.find_person import find_person
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import create_shop, register_app
from abandoned_checkouts.work.deliver import Timing
from abandoned_checkouts.work.retry import Schedule
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import START, Clock, checkout
from tests.work.receiver import Receiver

pytestmark = pytest.mark.anyio
SUBSCRIPTIONS, DELIVERIES = "/control/events/subscriptions", "/control/events/deliveries"


class Desk:
    def __init__(self, store: Database, clock: Clock, tokens: dict[str, str], allow_private: bool = True) -> None:
        settings = Settings(allow_private_targets=allow_private)
        application = Starlette(routes=control_routes(control_of(store, clock, settings, lambda _shop, _file: None)))
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app=application), base_url="https://localhost")
        self._tokens = tokens

    async def ask(self, method: str, path: str, body: Any = None, *, who: str = "writer") -> tuple[int, Any]:
        content = {} if body is None else {"json": body}
        answer = await self.client.request(
            method, path, headers={"X-Shopify-Access-Token": self._tokens[who]}, **content
        )
        return answer.status_code, answer.json()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def tokens(store: Database, shop: Shop) -> dict[str, str]:
    async with store.begin() as connection:
        other = await create_shop(connection, "other.myshopify.com", now=START)
        app = await register_app(connection, shop, now=START, title="App")
        return {
            "reader": await issue_token(connection, shop, ["read_orders"], now=START, app_id=app),
            "writer": await issue_token(connection, shop, ["write_orders"], now=START, app_id=app),
            "rival": await issue_token(connection, shop, ["write_orders"], now=START),
            "stranger": await issue_token(connection, other, ["write_orders"], now=START),
        }


@pytest.fixture
async def desk(store: Database, clock: Clock, tokens: dict[str, str]) -> AsyncIterator[Desk]:
    desk = Desk(store, clock, tokens)
    yield desk
    await desk.client.aclose()


async def abandoned(store: Database, shop: Shop, clock: Clock) -> None:
    async with store.begin() as connection:
        await take_checkout(connection, shop, checkout_from_rest(checkout(), zone="UTC"), clock())
    clock.pass_minutes(11)


async def test_subscribe_deliver_and_replay(store: Database, shop: Shop, desk: Desk, clock: Clock) -> None:
    async with Receiver() as receiver:
        status, made = await desk.ask("POST", SUBSCRIPTIONS, {"topic": "abandoned", "address": receiver.url()})
        assert status == 201, made
        subscription = made["subscription"]
        secret = subscription.pop("secret")
        assert subscription["topic"] == "abandoned_checkouts/abandoned" and subscription["dialect"] == "own"
        assert await desk.ask("GET", SUBSCRIPTIONS, who="reader") == (200, {"subscriptions": [subscription]})

        await abandoned(store, shop, clock)
        workers = Workers(store, clock, reach=Reach.PRIVATE, timing=Timing(seconds=10))
        await workers.settle()
        _, listed = await desk.ask("GET", DELIVERIES, who="reader")
        [row] = listed["deliveries"]
        assert (row["state"], row["attempts"], row["status"]) == ("delivered", 1, 200)
        assert row["created_at"] == "2026-09-21T14:24:20Z"
        path = f"{DELIVERIES}/{row['id']}"
        _, shown = await desk.ask("GET", path, who="reader")
        whole = shown["delivery"]
        assert whole["body"].encode() == receiver.received[0].body
        assert whole["headers"]["X-Abandoned-Checkouts-Topic"] == subscription["topic"]
        assert [attempt["response"] for attempt in whole["attempts_made"]] == ["ok"]
        assert not {"claim", "shop_id", "secret"} & whole.keys() and secret not in str(shown)

        # Another app of the same shop can neither see nor change it.
        assert await desk.ask("GET", SUBSCRIPTIONS, who="rival") == (200, {"subscriptions": []})
        assert await desk.ask("GET", DELIVERIES, who="rival") == (200, {"deliveries": []})
        for method, place in (
            ("GET", path),
            ("POST", f"{path}/replay"),
            ("DELETE", f"{SUBSCRIPTIONS}/{subscription['id']}"),
        ):
            assert (await desk.ask(method, place, who="rival"))[0] == 404
        status, again = await desk.ask("POST", f"{path}/replay")
        assert (status, again["delivery"]["state"]) == (202, "waiting")
        assert (await desk.ask("POST", f"{path}/replay"))[0] == 409, "it is already queued"
        await workers.settle()
        await workers.stop()
        first, second = receiver.received
        assert (first.body, first.headers) == (second.body, second.headers)
        assert second.headers["x-abandoned-checkouts-hmac-sha256"] == signature(second.body, secret)

    assert await desk.ask("DELETE", f"{SUBSCRIPTIONS}/{subscription['id']}") == (200, {})
    assert (await desk.ask("DELETE", f"{SUBSCRIPTIONS}/{subscription['id']}"))[0] == 404
    status, refused = await desk.ask("POST", f"{path}/replay")
    assert status == 409 and "subscription was deleted" in refused["errors"]


async def test_the_log_has_filters_and_pages(store: Database, shop: Shop, desk: Desk, clock: Clock) -> None:
    for topic in ("abandoned", "recovered"):
        await desk.ask("POST", SUBSCRIPTIONS, {"topic": topic, "address": "http://127.0.0.1:9/"})
    for token in ("t1", "t2", "t3"):
        async with store.begin() as connection:
            incoming = checkout(token, updated=(clock() - START) / 60_000_000)
            await take_checkout(connection, shop, checkout_from_rest(incoming, zone="UTC"), clock())
    clock.pass_minutes(11)
    once = Timing(schedule=Schedule(0, 0))
    workers = Workers(store, clock, reach=Reach.PRIVATE, timing=once)
    await workers.settle()
    await workers.stop()

    async def numbers(query: str) -> list[int]:
        status, response = await desk.ask("GET", f"{DELIVERIES}?{query}")
        assert status == 200, response
        return [row["id"] for row in response["deliveries"]]

    every = await numbers("")
    assert every == sorted(every, reverse=True) and len(every) == 3
    assert await numbers("limit=2") == every[:2]
    assert await numbers(f"limit=2&before={every[1]}") == every[2:]
    assert await numbers("topic=abandoned_checkouts/recovered") == []
    assert await numbers("since=2026-09-21T14:24:20Z") == every
    assert await numbers("since=2026-09-21T14:24:21Z") == []
    failed = await numbers("state=failed")
    assert failed and set(failed) | set(await numbers("state=cancelled")) == set(every)


async def test_an_erased_delivery_cannot_be_replayed(store: Database, shop: Shop, desk: Desk, clock: Clock) -> None:
    async with Receiver() as receiver:
        await desk.ask("POST", SUBSCRIPTIONS, {"topic": "abandoned", "address": receiver.url()})
        await abandoned(store, shop, clock)
        workers = Workers(store, clock, reach=Reach.PRIVATE, timing=Timing(seconds=10))
        await workers.settle()
        await workers.stop()
    async with store.begin() as connection:
        await erase_person(connection, shop, await find_person(connection, shop, email="ada@example.com"), clock())
    _, log = await desk.ask("GET", DELIVERIES)
    status, refused = await desk.ask("POST", f"{DELIVERIES}/{log['deliveries'][0]['id']}/replay")
    assert (status, refused["errors"]) == (409, "Cannot replay: the event's data was erased.")


async def test_a_wix_subscription_returns_the_public_key(store: Database, shop: Shop, desk: Desk) -> None:
    body = {"dialect": "wix", "topic": "created", "address": "https://receiver.example/"}
    assert (await desk.ask("POST", SUBSCRIPTIONS, body))[0] == 422, "client_id is required"
    async with store.begin() as connection:
        await register_app(
            connection, shop, now=START, title="Listener", client_id="11111111-1111-4111-8111-111111111111"
        )
    body["client_id"] = "11111111-1111-4111-8111-111111111111"
    status, made = await desk.ask("POST", SUBSCRIPTIONS, body)
    assert status == 201, made
    assert made["subscription"]["public_key"].startswith("-----BEGIN PUBLIC KEY-----")
    assert "PRIVATE" not in orjson.dumps(made).decode()
    assert made["subscription"]["client_id"] == body["client_id"]


async def test_rejected_webhooks_are_listed(store: Database, shop: Shop, desk: Desk) -> None:
    async with store.begin() as connection:
        await save_rejected(connection, shop, "w1", "checkouts/create", "{", "it is not JSON", START)
    entry = {"webhook_id": "w1", "topic": "checkouts/create", "problem": "it is not JSON", "body": "{"}
    expected = {"rejected": [{**entry, "received_at": "2026-09-21T14:13:20Z"}]}
    assert await desk.ask("GET", "/control/events/rejected", who="reader") == (200, expected)
    assert await desk.ask("GET", "/control/events/rejected", who="stranger") == (200, {"rejected": []})


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"topic": "abandoned"}, "address: must be a string"),
        ({"topic": 5, "address": "https://a.example/"}, "topic: must be a string"),
        ({"topic": "abandoned", "address": "ftp://a.example/"}, "must start with https://"),
        ({"topic": "abandoned", "address": "http://a.example/"}, "must start with https://"),
        ({"topic": "abandoned", "address": "https://[::1"}, "must start with https://"),
        ({"topic": "abandoned", "address": "https://127.0.0.1/"}, "private network"),
        ({"topic": "abandoned", "address": "https://127.0.0.1/"}, "ABANDONED_CHECKOUTS_ALLOW_PRIVATE_TARGETS=true"),
        ({"topic": "abandoned", "address": "http://localhost/"}, "ABANDONED_CHECKOUTS_ALLOW_PRIVATE_TARGETS=true"),
        ({"topic": "abandoned", "address": "https://[fd00::1]/"}, "private network"),
        ({"topic": "abandoned", "address": "https://169.254.169.254/latest"}, "private network"),
        ({"topic": "nonsense", "address": "https://a.example/"}, "must be one of abandoned_checkouts/abandoned, "),
        ({"dialect": "shopify", "topic": "x", "address": "https://a.example/"}, "webhookSubscriptionCreate"),
        ([], "must be a JSON object"),
    ],
)
async def test_invalid_subscriptions_are_refused(
    store: Database, clock: Clock, tokens: dict[str, str], body: Any, problem: str
) -> None:
    desk = Desk(store, clock, tokens, allow_private=False)
    status, response = await desk.ask("POST", SUBSCRIPTIONS, body)
    await desk.client.aclose()
    assert status == 422 and problem in response["errors"]


@pytest.mark.parametrize("query", ["state=open", "since=yesterday", "limit=0", "limit=251", "before=x"])
async def test_invalid_filters_are_refused(desk: Desk, query: str) -> None:
    status, response = await desk.ask("GET", f"{DELIVERIES}?{query}")
    assert status == 422 and response["errors"].startswith(query.partition("=")[0])


async def test_read_tokens_cannot_write_and_other_shops_see_nothing(store: Database, shop: Shop, desk: Desk) -> None:
    body = {"topic": "abandoned", "address": "https://a.example/"}
    _, made = await desk.ask("POST", SUBSCRIPTIONS, body)
    path = f"{SUBSCRIPTIONS}/{made['subscription']['id']}"
    for method, where in (("POST", SUBSCRIPTIONS), ("DELETE", path), ("POST", f"{DELIVERIES}/1/replay")):
        assert (await desk.ask(method, where, body, who="reader"))[0] == 403, where
    assert await desk.ask("GET", SUBSCRIPTIONS, who="stranger") == (200, {"subscriptions": []})
    for method, where in (("DELETE", path), ("GET", f"{DELIVERIES}/1"), ("POST", f"{DELIVERIES}/1/replay")):
        assert (await desk.ask(method, where, who="stranger"))[0] == 404, where
