"""A server with a site of twelve checkouts: eleven in Shopify's form and one in Wix's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.applications import Starlette

from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.moment import DAY, HOUR, parse_moment
from abandoned_checkouts.checkouts.money import UNIT
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.totals import price_checkout, price_lines
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.access_tokens import find_access, issue_token
from abandoned_checkouts.wix.from_wix.checkout import checkout_from_wix
from abandoned_checkouts.wix.routes import wix_routes

NOW = parse_moment("2026-11-20T12:00:00Z")
FIRST = parse_moment("2026-11-01T12:00:00Z")

# The sample of Wix's documentation, with complete GUIDs.
SAMPLE: dict[str, Any] = {
    "id": "b4ebb0b8-7a63-4e4d-9a4e-000000000001",
    "createdDate": "2023-05-03T08:26:07.512Z",
    "updatedDate": "2023-05-03T08:33:33.809Z",
    "checkoutId": "a9524a00-7a63-4e4d-9a4e-000000000001",
    "cartId": "b1460e65-7a63-4e4d-9a4e-000000000001",
    "status": "RECOVERED",
    "buyerLanguage": "en",
    "buyerInfo": {
        "contactId": "251f2a54-7a63-4e4d-9a4e-000000000001",
        "email": "John.Doe@example.com",
        "visitorId": "2f8d09d0-7a63-4e4d-9a4e-000000000001",
    },
    "contactDetails": {"firstName": "John", "lastName": "Doe", "vatId": {"id": "12345678909", "type": "CPF"}},
    "currency": "USD",
    "conversionCurrency": "USD",
    "totalPrice": {"amount": "255", "convertedAmount": "255"},
    "activities": [
        {"createdDate": "2023-05-03T08:26:07.747Z", "type": "SCHEDULED"},
        {"createdDate": "2023-05-03T08:32:01.991Z", "type": "EMAIL_SENT"},
    ],
    "lineItems": [
        {
            "id": "c0ffee00-7a63-4e4d-9a4e-000000000001",
            "quantity": 3,
            "catalogReference": {
                "catalogItemId": "df19c1f7-07d8-a265-42f8-e8dfa824cc6e",
                "appId": "215238eb-22a5-4c36-9e7b-e7c08025e04e",
                "options": {"options": {"Size": "S"}, "variantId": "a1b2c3d4-7a63-4e4d-9a4e-000000000001"},
            },
            "productName": {"original": "Backpack", "translated": "Rucksack"},
            "price": {"amount": "85", "convertedAmount": "85"},
            "image": {"id": "22e53e_9b2e~mv2.jpg", "url": "https://static.example/b.jpg", "height": 600, "width": 800},
            "physicalProperties": {"sku": "B-1", "shippable": True},
        }
    ],
}

PEOPLE = [
    ("Ada", "Lovelace", "ada@example.com", "en"),
    ("Grace", "Hopper", "grace@example.org", "en-US"),
    ("Zoë", "Müller", "zoe@beispiel.de", "de"),
    ("山田", "太郎", "taro@example.jp", "ja"),
    (None, None, None, None),
]


@dataclass(slots=True)
class Site:
    shop: Shop
    token: str
    app_id: int
    checkouts: list[Checkout]
    database: Database
    client: httpx.AsyncClient

    @property
    def uuids(self) -> list[str]:
        return [checkout.uuid or "" for checkout in self.checkouts]


def checkout(place: int) -> Checkout:
    """Checkout number `place`: a day and an hour after the one before. Every third is recovered; every fourth
    customer is a member."""
    first, last, email, locale = PEOPLE[place % len(PEOPLE)]
    created = FIRST + place * DAY + place * HOUR
    customer = None
    if first is not None:
        customer = Customer(
            id=700 + place % len(PEOPLE),
            created_at=FIRST,
            updated_at=FIRST,
            first_name=first,
            last_name=last,
            email=email,
            state="enabled" if place % 4 == 0 else "disabled",
        )
    sample = Checkout(
        platform="shopify",
        id=5000 + place,
        created_at=created,
        updated_at=created + HOUR,
        completed_at=created + 2 * HOUR if place % 3 == 0 else None,
        currency="USD",
        presentment_currency="EUR",
        email=email,
        locale=locale,
        customer=customer,
        cart_token=f"cart{place}",
        line_items=[
            LineItem(
                key="",
                quantity=place % 3 + 1,
                title=f"Product {place}",
                variant_title="Blue / L",
                sku=f"SKU-{place}",
                product_id=40 + place,
                variant_id=400 + place,
                original_unit_price=(10 + place) * UNIT + UNIT // 2,
                presentment_original_unit_price=(9 + place) * UNIT,
                image={"url": f"https://images.example/{place}.png", "width": 640, "height": 480, "alt_text": "A box"},
                custom_attributes=[{"key": "Engraving", "value": "For you"}, {"key": "_internal", "value": "1"}],
            )
        ],
    )
    if place % 2:
        sample.shipping_address = {"first_name": first, "last_name": last, "company": "Acme", "phone": "+15551234"}
    if place % 5 == 1:
        sample.discount_codes = [{"code": "SPRING10", "amount": UNIT, "type": "fixed_amount"}]
        sample.discount_applications = [
            {
                "kind": "code",
                "code": "SPRING10",
                "title": "SPRING10",
                "target_type": "LINE_ITEM",
                "target_selection": "ALL",
                "value_type": "fixed_amount",
                "value": UNIT,
                "value_currency": "USD",
            }
        ]
        sample.line_items[0].discount_allocations = [
            {"application": 0, "amount": UNIT, "presentment_amount": UNIT // 2}
        ]
    if place % 4 == 1:
        sample.activities = [
            {"activity_type": "SCHEDULED", "created_at": created + HOUR},
            {"activity_type": "EMAIL_SENT", "created_at": created + 2 * HOUR},
        ]
        sample.email_state, sample.email_sent_at = "sent", created + 2 * HOUR
    price_lines(sample)
    price_checkout(sample)
    return sample


def checkouts(count: int = 11) -> list[Checkout]:
    return [*(checkout(place) for place in range(count)), checkout_from_wix(SAMPLE)]


@asynccontextmanager
async def open_site(database: Database, shop: Shop, scopes: list[str] | None = None) -> AsyncIterator[Site]:
    """Fill the shop and yield it with an HTTP client. The token has `scopes`, by default every right."""
    incoming = checkouts()
    async with database.begin() as connection:
        token = await issue_token(connection, shop, ["write_orders"] if scopes is None else scopes, now=NOW)
        changes = await save_checkouts(connection, shop, incoming)
        access = await find_access(connection, token, NOW, Endpoint.GRAPHQL)
    assert access is not None
    app = Starlette(routes=wix_routes(database, lambda: NOW))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://shop.test", headers={"authorization": token}
    ) as client:
        yield Site(shop, token, access.app_id, [change.checkout for change in changes], database, client)
