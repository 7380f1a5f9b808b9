"""A server with the endpoints for buyers, over a store with one shop."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.moment import MINUTE
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.config import Settings
from abandoned_checkouts.recovery.routes import recovery_routes
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.store.checkouts.recovery_links import linked_checkouts
from abandoned_checkouts.store.checkouts.take import take_checkout
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.work.abandon_due import abandon_due
from tests.intake.messages import START, Clock, checkout


@dataclass
class Site:
    """`report_checkout` stores an incoming checkout, `abandon` also makes it abandoned, `link` returns its recovery
    link, and `client` acts as a browser."""

    store: Database
    shop: Shop
    clock: Clock
    client: httpx.AsyncClient

    async def report_checkout(self, token: str = "t1", **changes: Any) -> str:
        source = checkout(token, updated=(self.clock() - START) / MINUTE, **changes)
        async with self.store.begin() as connection:
            return await take_checkout(connection, self.shop, checkout_from_rest(source, zone="UTC"), self.clock())

    async def abandon(self, token: str = "t1", **changes: Any) -> Checkout:
        await self.report_checkout(token, **changes)
        self.clock.pass_minutes(10)
        await abandon_due(self.store, self.clock())
        return (await self._linked(token, changes.get("cart_token"))).checkout

    async def link(self, token: str = "t1", *, locale: str = "en", key: str | None = None) -> str:
        key = (await self._linked(token)).key if key is None else key
        return f"/{self.shop.id}/checkouts/ac/cart-{token}/recover?key={key}&locale={locale}"

    async def _linked(self, token: str, cart_token: str | None = None) -> Any:
        async with self.store.read() as connection:
            return (await linked_checkouts(connection, self.shop, cart_token or f"cart-{token}"))[0]


@pytest.fixture
async def site(store: Database, shop: Shop) -> AsyncIterator[Site]:
    clock = Clock()
    application = Starlette(routes=recovery_routes(store, clock, Settings(public_url="https://server.example")))
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=transport, base_url="https://server.example") as client:
        yield Site(store, shop, clock, client)
