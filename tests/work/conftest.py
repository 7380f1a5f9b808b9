"""A shop with an app, subscriptions and workers over a clock that the test moves."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import orjson
import pytest
from sqlalchemy import insert, select

from abandoned_checkouts.checkouts.moment import MINUTE
from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.store.checkouts.take import take_checkout
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tables import abandoned_checkouts, webhook_subscriptions
from abandoned_checkouts.store.tenants.shops import register_app
from abandoned_checkouts.work.deliver import Timing
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import SECRET, START, Clock, checkout
from tests.work.receiver import Receiver

Subscribe = Callable[..., Awaitable[int]]
ReportCheckout = Callable[..., Awaitable[str]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as receiver:
        yield receiver


@pytest.fixture
async def workers(store: Database, clock: Clock) -> AsyncIterator[Workers]:
    """Workers that are not started; call `settle`. A long time limit avoids failed deliveries on a busy machine."""
    workers = Workers(store, clock, reach=Reach.PRIVATE, timing=Timing(seconds=10))
    yield workers
    await workers.stop()


@pytest.fixture
async def app_id(store: Database, shop: Shop) -> int:
    async with store.begin() as connection:
        return await register_app(connection, shop, now=START, title="Listener", client_secret=SECRET)


@pytest.fixture
def subscribe(store: Database, shop: Shop, app_id: int, receiver: Receiver) -> Subscribe:
    """Creates a Shopify subscription as webhookSubscriptionCreate does. Returns its id."""
    count = 0

    async def create(topic: str, path: str = "/", **columns: Any) -> int:
        nonlocal count
        count += 1
        row = {
            "shop_id": shop.id,
            "id": count,
            "app_id": app_id,
            "topic": topic,
            "uri": receiver.url(path),
            "api_version": "2026-07",
            "created_at": START,
            "updated_at": START,
            **{
                name: orjson.dumps(value).decode() if isinstance(value, list) else value
                for name, value in columns.items()
            },
        }
        async with store.begin() as connection:
            await connection.execute(insert(webhook_subscriptions).values(row))
        return count

    return create


@pytest.fixture
def report_checkout(store: Database, shop: Shop, clock: Clock) -> ReportCheckout:
    """Stores an incoming checkout as its webhook does. It was updated at the current time of the clock."""

    async def take(token: str = "t1", **changes: Any) -> str:
        source = checkout(token, updated=(clock() - START) / MINUTE, **changes)
        async with store.begin() as connection:
            return await take_checkout(connection, shop, checkout_from_rest(source, zone=shop.timezone), clock())

    return take


async def tokens(store: Database) -> list[str]:
    """The tokens of the abandoned checkouts in the store, in order."""
    async with store.read() as connection:
        statement = select(abandoned_checkouts.c.token).order_by(abandoned_checkouts.c.token)
        return list((await connection.execute(statement)).scalars())
