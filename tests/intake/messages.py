"""Messages in Shopify's form, and the server that receives them."""

import json
from collections.abc import Callable
from typing import Any

import httpx
from starlette.applications import Starlette

from abandoned_checkouts.checkouts.moment import MINUTE, format_local
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.intake.routes import intake_routes
from abandoned_checkouts.shopify.formats.webhooks.signature import signature
from abandoned_checkouts.store.engine.database import Database

SECRET = "hush"
START = 1_790_000_000_000_000


class Clock:
    """A clock that moves only when the test moves it."""

    def __init__(self, now: int = START) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def pass_minutes(self, minutes: float) -> None:
        self.now += round(minutes * MINUTE)


def checkout(
    token: str = "t1", *, at: int = START, updated: float = 0, zone: str = "America/New_York", **changes: Any
) -> dict[str, Any]:
    """The body of checkouts/create: created at `at`, changed `updated` minutes later."""
    return {
        "token": token,
        "cart_token": f"cart-{token}",
        "email": "ada@example.com",
        "created_at": format_local(at, zone),
        "updated_at": format_local(at + round(updated * MINUTE), zone),
        "currency": "USD",
        "completed_at": None,
        "closed_at": None,
        "line_items": [
            {"key": "k1", "title": "Teapot", "sku": "POT-1", "quantity": 2, "price": "19.50", "product_id": 7}
        ],
        "total_price": "39.00",
        "subtotal_price": "39.00",
        "total_line_items_price": "39.00",
        "total_discounts": "0.00",
        "customer": {
            "id": 501,
            "first_name": "Ada",
            "last_name": "Lovelace",
            "email": "ada@example.com",
            "created_at": format_local(at, zone),
            "updated_at": format_local(at, zone),
        },
        **changes,
    }


class Sender:
    """Posts webhooks as Shopify does: signed, each with a new id."""

    def __init__(self, database: Database, shop: Shop, clock: Callable[[], int]) -> None:
        self._shop = shop
        self._count = 0
        application = Starlette(routes=intake_routes(database, clock))
        transport = httpx.ASGITransport(app=application)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://server")

    async def post(
        self,
        topic: str,
        body: Any,
        *,
        webhook_id: str | None = None,
        secret: str = SECRET,
        version: str = "2026-07",
        **headers: str,
    ) -> httpx.Response:
        self._count += 1
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.client.post(
            "/intake/shopify",
            content=raw,
            headers={
                "X-Shopify-Topic": topic,
                "X-Shopify-Shop-Domain": self._shop.domain,
                "X-Shopify-Hmac-Sha256": signature(raw, secret),
                "X-Shopify-Webhook-Id": webhook_id or f"webhook-{self._count}",
                "X-Shopify-API-Version": version,
                **headers,
            },
        )

    async def send(self, topic: str, body: Any, **more: Any) -> str:
        response = await self.post(topic, body, **more)
        assert response.status_code == 200, response.text
        return str(response.json()["outcome"])


def customer(minute: int = 0, **changes: Any) -> dict[str, Any]:
    fields = {"id": 501, "email": "ada@example.com", "first_name": "Ada", "last_name": "Lovelace", "state": "disabled"}
    times = {"created_at": "2026-09-01T00:00:00-04:00", "updated_at": f"2026-09-21T10:{minute:02}:00-04:00"}
    return {**fields, **times, **changes}
