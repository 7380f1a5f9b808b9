"""The control API and the merchant's pages over a server with one shop and its tokens."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.config import Settings
from abandoned_checkouts.control.routes import control_of, control_routes
from abandoned_checkouts.merchant.routes import merchant_routes
from abandoned_checkouts.merchant.site import Site
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.store.checkouts.take import take_checkout
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.work.abandon_due import abandon_due
from tests.intake.messages import START, Clock, checkout

Json = dict[str, Any]
FLOW: Json = {"name": "Mine", "steps": [{"wait": "1 hour"}, {"send_email": {"subject": "Hi {{ first_name }}"}}]}


@pytest.fixture
def database_kind() -> str:
    """Only SQLite, because other tests check the store on both databases. DESK=postgresql runs these there, too."""
    return os.environ.get("DESK", "sqlite")


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
        await take_checkout(connection, shop, checkout_from_rest(checkout(), zone="UTC"), START)
    await abandon_due(store, clock())
    settings = Settings(public_url="https://server.example")

    def remove(shop_id: int, file: str) -> None:
        removed.append((shop_id, file))

    control = control_of(store, clock, settings, remove)
    application = Starlette(routes=[*control_routes(control), *merchant_routes(Site(control))])
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=transport, base_url="https://server.example") as client:
        yield Desk(client, store, shop, 1_000_001, reader, writer, removed)
