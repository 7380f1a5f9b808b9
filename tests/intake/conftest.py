"""A shop that receives checkouts by webhooks."""

from collections.abc import AsyncIterator

import pytest

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.shops import register_app
from tests.intake.messages import SECRET, START, Clock, Sender


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sender(store: Database, shop: Shop, clock: Clock) -> AsyncIterator[Sender]:
    async with store.begin() as connection:
        await register_app(connection, shop, now=START, title="Mirror", client_secret=SECRET)
    sender = Sender(store, shop, clock)
    yield sender
    await sender.client.aclose()
