"""A running Admin API over a store with a few checkouts, and a caller that speaks to it as clients do."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.config import Settings
from abandoned_checkouts.server import create_app
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import create_shop

NOW = parse_moment("2026-11-21T12:00:00Z")
# Public apps that are older than 2026-04-01 can use tokens that do not expire until 2027 (docs/tokens.md).
OLD_APP = parse_moment("2026-03-01T00:00:00Z")
ALL_SCOPES = ["read_orders", "read_customers", "read_products", "write_orders"]


@dataclass
class Clock:
    """The server's clock; a test may set it."""

    now: int = NOW

    def __call__(self) -> int:
        return self.now


@dataclass
class Caller:
    """Posts documents; `tokens` holds a token by the name of its scopes: all, products, none, foreign."""

    http: httpx.AsyncClient
    tokens: dict[str, str]
    clock: Clock
    settings: Settings = field(default_factory=Settings)

    async def post(
        self,
        query: str,
        variables: dict[str, Any] | None = None,
        *,
        token: str | None = "all",
        version: str = "2026-10",
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> httpx.Response:
        sent = {**self.signed(token), **(headers or {})}
        body = {"query": query, **({"variables": variables} if variables is not None else {}), **more}
        return await self.http.post(f"/admin/api/{version}/graphql.json", json=body, headers=sent)

    async def answer(self, query: str, variables: dict[str, Any] | None = None, **more: Any) -> Any:
        response = await self.post(query, variables, **more)
        assert response.status_code == 200, response.text
        return response.json()

    def signed(self, token: str | None) -> dict[str, str]:
        if token is None:
            return {}
        host = {"Host": "other.myshopify.com"} if token == "foreign" else {}
        return {**host, "X-Shopify-Access-Token": self.tokens.get(token, token)}


def checkout(number: int) -> Checkout:
    moment = NOW - number * 3_600_000_000
    return Checkout(
        platform="shopify",
        id=number,
        created_at=moment,
        updated_at=moment,
        currency="USD",
        email=f"buyer{number}@example.com",
        total_price=number * 10_000,
        presentment_total_price=number * 10_000,
        closed_at=moment if number % 4 == 0 else None,
        customer=Customer(id=900 + number, created_at=1, updated_at=1, first_name="Bob", last_name=f"Norman{number}"),
        line_items=[LineItem(key="", quantity=place, title=f"Green hoodie {place}") for place in (1, 2)],
    )


async def fill(shop_domain: str, database: Any, numbers: range) -> Shop:
    async with database.begin() as connection:
        shop = await create_shop(connection, shop_domain, now=NOW, timezone="America/New_York")
        await save_checkouts(connection, shop, [checkout(number) for number in numbers])
    return shop


async def caller_for(
    url: str, settings: Settings, more_tokens: Mapping[str, list[str]] | None = None
) -> AsyncIterator[Caller]:
    database = await open_database(url)
    shop = await fill("acme.myshopify.com", database, range(1, 13))
    other = await fill("other.myshopify.com", database, range(101, 104))
    tokens = {}
    async with database.begin() as connection:
        for name, owner, scopes in (
            ("all", shop, ALL_SCOPES),
            ("products", shop, ["read_products"]),
            ("none", shop, []),
            ("foreign", other, ALL_SCOPES),
            *((name, shop, scopes) for name, scopes in (more_tokens or {}).items()),
        ):
            tokens[name] = await issue_token(connection, owner, scopes, now=NOW)
    await database.close()
    clock = Clock()
    app = create_app(settings, clock=clock)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://acme.myshopify.com") as http,
    ):
        yield Caller(http, tokens, clock, settings)
