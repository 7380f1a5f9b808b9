"""`event …`: subscriptions, deliveries and replays."""

import asyncio
from collections.abc import Callable

import pytest

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.moment import HOUR
from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.cli.options import now
from abandoned_checkouts.store.checkouts.take import take_checkout
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.shops import find_shop
from abandoned_checkouts.work.workers import Workers
from tests.cli.conftest import Run

Command = Callable[..., str]
# An address where nothing listens.
NOBODY = "http://127.0.0.1:9/"


@pytest.fixture
def command(run: Run, sqlite_url: str) -> Command:
    """Runs a command on one store; returns its output, or its errors if the code is not 0."""

    def run_command(*arguments: str, code: int = 0) -> str:
        done = run(*arguments, "--database", sqlite_url, code=code)
        return done.stderr if code else done.stdout

    return run_command


async def _abandon_one(url: str) -> None:
    store = await open_database(url)
    workers = Workers(store, now, reach=Reach.PRIVATE)
    begun = now() - HOUR
    times = {"created_at": begun, "updated_at": begun}
    async with store.begin() as connection:
        shop = await find_shop(connection, "acme.myshopify.com")
        assert shop is not None
        made = Checkout(platform="shopify", token="t", currency="USD", email="a@example.com", **times)
        await take_checkout(connection, shop, made, now())
    await workers.settle()
    await workers.stop()
    await store.close()


def test_subscribe_deliver_replay_unsubscribe(command: Command, sqlite_url: str) -> None:
    command("shop", "create", "--domain", "acme.myshopify.com")
    shop = ("--shop", "acme.myshopify.com")
    made = command("event", "subscribe", "abandoned", NOBODY, "--http", *shop)
    first, secret = made.splitlines()
    number, dialect, topic, _ = first.split("\t")
    assert (dialect, topic, len(secret)) == ("own", "abandoned_checkouts/abandoned", 64)
    assert command("event", "list", *shop).startswith(f"{number}\town\tabandoned_checkouts/abandoned\t")
    asyncio.run(_abandon_one(sqlite_url))
    (line,) = command("event", "log", *shop).splitlines()
    delivery = line.split("\t")[0]
    assert line.split("\t")[2:4] == ["waiting", "1"]
    assert '"attempts_made"' in command("event", "show", delivery, *shop)
    command("event", "unsubscribe", number, *shop)
    assert command("event", "log", "--state", "cancelled", *shop)
    assert command("event", "replay", delivery, *shop) == "1\n"
    assert command("event", "replay", "--since", "1h", *shop) == "0\n"
    assert command("event", "rejected", *shop) == ""


def test_wix_needs_an_app_and_shares_its_key(command: Command) -> None:
    made = command("app", "create", "--shop", "acme.myshopify.com")
    client_id = made.split()[1]
    shop = ("--shop", "acme.myshopify.com", "--dialect", "wix")
    keys = [
        command("event", "subscribe", topic, "https://example.com/", "--app", client_id, *shop).partition("\n")[2]
        for topic in ("created", "recovered")
    ]
    assert keys[0] == keys[1] and keys[0].startswith("-----BEGIN PUBLIC KEY-----")
    assert "client id" in command("event", "subscribe", "deleted", "https://example.com/", *shop, code=5)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("subscribe", "sold", "https://example.com/"), 5, "sold is not a topic; it must be one of"),
        (("subscribe", "abandoned", "http://example.com/"), 2, "--http allows"),
        (("subscribe", "abandoned", "https://127.0.0.1/"), 2, "--http allows"),
        (("subscribe", "abandoned", "https://example.com/", "--dialect", "x"), 2, "use own or wix"),
        (("unsubscribe", "5"), 5, "has no subscription 5"),
        (("show", "5"), 5, "has no delivery 5"),
        (("replay",), 2, "--since"),
        (("replay", "--since", "soon"), 2, "not a duration"),
    ],
)
def test_usage_errors_are_reported(command: Command, arguments: tuple[str, ...], code: int, words: str) -> None:
    command("shop", "create", "--domain", "acme.myshopify.com")
    done = command("event", *arguments, "--shop", "acme.myshopify.com", code=code)
    assert words in " ".join(done.replace("│", " ").split())
