"""Several servers on one PostgreSQL without a shared disk: files, rate limits, revoked tokens, restarts, a killed
server."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.randomness import random_hex
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.stored_document import document_of
from abandoned_checkouts.demo.demo_token import DOMAIN, TOKEN
from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.store.engine.database import Connection, open_database
from abandoned_checkouts.store.outbox.events import NewEvent, write_events
from abandoned_checkouts.store.outbox.subscriptions import add_subscription
from abandoned_checkouts.store.tenants.access_tokens import issue_token, revoke_token
from abandoned_checkouts.store.tenants.change_settings import change_settings
from abandoned_checkouts.store.tenants.shops import create_shop, find_shop
from tests.cli.serving import Serving, serving
from tests.databases import Databases
from tests.places import ROOT

BULK = (
    "mutation { bulkOperationRunQuery(query: "
    '"{ abandonedCheckouts { edges { node { id } } } }") { bulkOperation { id } userErrors { message } } }'
)
STATE = "{ currentBulkOperation { id status url rootObjectCount } }"


class Pair:
    """Two servers on one store."""

    def __init__(self, url: str, servers: list[Serving]) -> None:
        self.url, self.servers = url, servers

    def ask(self, place: int, query: str, token: str = TOKEN) -> Any:
        return ask(self.servers[place], query, token).json()

    def change(self, work: Callable[[Connection, Shop], Awaitable[Any]]) -> Any:
        """Change the store as a third process."""

        async def run() -> Any:
            store = await open_database(self.url)
            try:
                async with store.begin() as connection:
                    shop = await find_shop(connection, DOMAIN)
                    assert shop is not None
                    return await work(connection, shop)
            finally:
                await store.close()

        return asyncio.run(run())


def ask(server: Serving, query: str, token: str = TOKEN) -> httpx.Response:
    headers = {"X-Shopify-Access-Token": token}
    address = f"{server.base}/admin/api/2026-10/graphql.json"
    return httpx.post(address, json={"query": query}, headers=headers, timeout=60)


@pytest.fixture(scope="module")
def pair(databases: Databases) -> Iterator[Pair]:
    url = databases.new("postgresql")

    async def prepare() -> None:
        store = await open_database(url)
        await fill(store, checkouts=20, seed=1, now=int(time.time() * 1e6))
        await store.close()

    asyncio.run(prepare())
    with ExitStack() as stack:
        yield Pair(url, [stack.enter_context(serving(url)) for _ in range(2)])


def until(found: Callable[[], Any], seconds: float = 60) -> Any:
    """The first true result."""
    deadline = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return result


def test_each_server_has_the_file_of_a_bulk_operation_and_the_disk_of_neither_is_used(pair: Pair) -> None:
    assert pair.ask(0, BULK)["data"]["bulkOperationRunQuery"]["userErrors"] == []
    states = [
        until(lambda place=place: (s := pair.ask(place, STATE)["data"]["currentBulkOperation"])["url"] and s)  # type: ignore[misc]
        for place in (0, 1)
    ]
    texts = [httpx.get(state["url"], timeout=60).text for state in states]
    assert texts[0] == texts[1] and len(texts[0].splitlines()) == int(states[0]["rootObjectCount"]) > 0
    assert httpx.get(states[1]["url"], headers={"Range": "bytes=0-9"}, timeout=60).text == texts[0][:10]
    number = states[0]["id"].rpartition("/")[2]
    assert [*(ROOT / "data").rglob(f"{number}-*")] == []


def test_the_servers_share_the_rate_limit(pair: Pair) -> None:
    async def bucket(connection: Connection, _: Shop) -> int:
        (row,) = (await connection.execute(text("SELECT updated_at FROM throttle"))).all()
        return int(row[0])

    changes = []
    for place in (0, 1):
        pair.ask(place, "{ shop { id } }")
        changes.append(pair.change(bucket))
    assert changes[0] < changes[1], "both change the only bucket"


def test_a_revoked_token_and_a_changed_setting_are_noticed_within_a_second(pair: Pair) -> None:
    token, now, address = f"shpat_{random_hex(16)}", int(time.time() * 1e6), f"{random_hex(4)}@example.com"
    pair.change(lambda connection, shop: issue_token(connection, shop, ["read_orders"], now=now, token=token))
    for place in (0, 1):
        assert "data" in pair.ask(place, "{ shop { contactEmail } }", token)
    pair.change(lambda connection, shop: change_settings(connection, shop, {"contact_email": address}, now))
    time.sleep(1)
    for place in (0, 1):
        assert pair.ask(place, "{ shop { contactEmail } }", token)["data"]["shop"]["contactEmail"] == address
    pair.change(lambda connection, shop: revoke_token(connection, shop, token, now=now))
    time.sleep(1)
    assert [ask(server, "{ shop { id } }", token).status_code for server in pair.servers] == [401, 401]


def test_no_request_fails_while_the_servers_restart_one_after_the_other(pair: Pair) -> None:
    """The client repeats a request at the other server only if its connection is refused."""
    ended, results = threading.Event(), list[int]()

    def client(offset: int) -> None:
        with httpx.Client(headers={"X-Shopify-Access-Token": TOKEN}, timeout=60) as http:
            count = offset
            while not ended.is_set():
                count += 1
                for server in (pair.servers[count % 2], pair.servers[(count + 1) % 2]):
                    try:
                        address = f"{server.base}/admin/api/2026-10/graphql.json"
                        results.append(http.post(address, json={"query": "{ shop { id } }"}).status_code)
                        break
                    except httpx.ConnectError:
                        continue
                else:
                    results.append(0)
                time.sleep(0.01)

    threads = [threading.Thread(target=client, args=(offset,)) for offset in range(2)]
    for thread in threads:
        thread.start()
    with ExitStack() as stack:
        try:
            for place in (0, 1):
                old = pair.servers[place]
                until(lambda: len(results) > 20 * (place + 1))  # noqa: B023
                old.process.send_signal(signal.SIGTERM)
                old.process.wait(60)
                pair.servers[place] = stack.enter_context(serving(pair.url, port=old.port))
            count = len(results)
            until(lambda: len(results) > count + 20)
        finally:
            ended.set()
            for thread in threads:
                thread.join(60)
        assert set(results) == {200}


@pytest.mark.skipif("SERVERS" not in os.environ, reason="takes as long as a claim; `make promises` runs it")
def test_the_claimed_delivery_of_a_killed_server_is_sent_by_the_other_one(databases: Databases) -> None:
    url, answers, ids = databases.new("postgresql"), threading.Event(), list[str]()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            ids.append(self.headers["X-Abandoned-Checkouts-Webhook-Id"])
            answers.wait(30)
            self.send_response(200)
            self.end_headers()

    async def prepare(address: str) -> None:
        store, now = await open_database(url), int(time.time() * 1e6)
        async with store.begin() as connection:
            shop = await create_shop(connection, "acme.myshopify.com", now=now)
            await add_subscription(
                connection,
                shop,
                dialect="own",
                topic="abandoned_checkouts/closed",
                address=address,
                secret="s",
                now=now,
            )
            checkout = Checkout(id=1, platform="shopify", created_at=now, updated_at=now, currency="USD")
            event = NewEvent("checkout_closed", "checkout/1", document_of(checkout), 1)
            await write_events(connection, shop, [event], now)
        await store.close()

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as receiver, ExitStack() as stack:
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        stack.callback(receiver.shutdown)
        stack.callback(answers.set)
        asyncio.run(prepare(f"http://127.0.0.1:{receiver.server_port}/"))
        first = stack.enter_context(serving(url, allow_private_targets=True))
        until(lambda: ids)
        first.process.kill()
        answers.set()
        stack.enter_context(serving(url, allow_private_targets=True))
        until(lambda: len(ids) == 2)
    assert ids[0] == ids[1], "the receiver recognizes the repeated delivery by its id"
