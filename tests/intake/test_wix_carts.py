"""Wix's signed events of carts: a member's cart that is left becomes an abandoned checkout."""

import json
from typing import Any

import jwt
import pytest
from sqlalchemy import update

from abandoned_checkouts.checkouts.randomness import random_uuid
from abandoned_checkouts.intake.wix_carts import CART as WIX_CARTS
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.outbox.inbound_deliveries import list_rejected
from abandoned_checkouts.store.tables import shops
from abandoned_checkouts.store.tenants.shops import find_shop
from abandoned_checkouts.wix.event_tokens import ENTITY, new_private_key, public_key
from tests.intake.messages import Clock, Sender
from tests.intake.test_member_carts import CART, left
from tests.intake.test_member_carts import token as token  # A Wix site.

pytestmark = pytest.mark.anyio
SITE, INSTANCE = "07b12318-1111-4111-8111-111111111111", "3df3e9a5-1111-4111-8111-111111111111"
KEY = new_private_key()
WIX_CART = {
    "id": CART,
    "createdDate": "2026-09-21T14:13:20.000Z",
    "updatedDate": "2026-09-21T14:13:20.000Z",
    "currency": "USD",
    "buyerInfo": {"memberId": "2f8d09d0-1111-4111-8111-111111111111", "email": "h1@example.com"},
    "contactInfo": {"contactDetails": {"firstName": "Ada", "lastName": "Lovelace"}},
    "lineItems": [
        {
            "id": "00000000-0000-0000-0000-000000000001",
            "quantity": 2,
            "productName": {"original": "Cup"},
            "price": {"amount": "5.00", "convertedAmount": "5.00"},
            "url": "https://site.example/cup",
        }
    ],
}
LATER = {"updatedDate": "2026-09-21T14:20:00.000Z"}
ABANDONED = {
    "id": "b4ebb0b8-1111-4111-8111-111111111111",
    "cartId": CART,
    "checkoutId": "c4ebb0b8-1111-4111-8111-111111111111",
    "createdDate": "2026-09-21T15:00:00.000Z",
    "currency": "USD",
    "buyerInfo": {"email": "h1@example.com"},
}


async def wix_event(store: Database, sender: Sender, slug: str, entity: dict[str, Any], fqdn: str = WIX_CARTS) -> Any:
    """The outcome of an event that Wix signed."""
    async with store.begin() as connection:
        names = {"wix_site_id": SITE, "wix_instance_id": INSTANCE, "wix_public_key": public_key(KEY)}
        await connection.execute(update(shops).values(settings=json.dumps(names)))
    part = {"created": {"createdEvent": {"entity": entity}}, "deleted": {"deletedEvent": {"deletedEntity": entity}}}
    inner = {
        "id": str(random_uuid()),
        "entityFqdn": fqdn,
        "slug": slug,
        "entityId": entity["id"],
        **part.get(slug, {"updatedEvent": {"currentEntity": entity}}),
    }
    envelope = {
        "eventType": f"{fqdn}_{slug}",
        "instanceId": INSTANCE,
        "data": json.dumps(inner),
        "accountInfo": {"siteId": SITE},
    }
    token = jwt.encode({"data": json.dumps(envelope)}, KEY, algorithm="RS256")
    response = await sender.client.post("/intake/wix", content=token)
    assert response.status_code == 200, response.text
    return response.json()["outcome"]


async def test_a_members_cart_by_wixs_signed_events(store: Database, sender: Sender, token: str, clock: Clock) -> None:
    assert await wix_event(store, sender, "created", WIX_CART) == "created"
    assert await wix_event(store, sender, "updated", {**WIX_CART, **LATER, "lineItems": WIX_CART["lineItems"] * 2})
    assert await left(store, clock, 59) == []
    [(entity, kind)] = await left(store, clock, 2)
    assert (entity["cartId"], "checkoutId" in entity, kind) == (CART, False, "CART")
    assert entity["buyerInfo"]["email"] == "h1@example.com" and "memberId" in entity["buyerInfo"]
    assert entity["contactDetails"]["firstName"] == "Ada"
    assert entity["totalPrice"]["amount"] == "20"
    async with store.read() as connection:
        shop = await find_shop(connection, "acme.myshopify.com")
        assert shop is not None and await list_rejected(connection, shop, 10) == []


@pytest.mark.parametrize(
    ("slug", "changes"),
    [
        ("deleted", {}),
        ("updated", {**LATER, "lineItems": []}),
        ("updated", {**LATER, "checkoutId": "c4ebb0b8-1111-4111-8111-111111111111"}),
    ],
)
async def test_a_wix_cart_that_does_not_wait_any_more(
    store: Database, sender: Sender, token: str, clock: Clock, slug: str, changes: dict[str, Any]
) -> None:
    await wix_event(store, sender, "created", WIX_CART)
    assert await wix_event(store, sender, slug, {**WIX_CART, **changes}) in ("deleted", "ended")
    assert await left(store, clock, 90) == []


async def test_wixs_abandoned_checkout_replaces_its_cart(
    store: Database, sender: Sender, token: str, clock: Clock
) -> None:
    await wix_event(store, sender, "created", WIX_CART)
    assert await wix_event(store, sender, "created", ABANDONED, ENTITY) == "created"
    [(entity, kind)] = await left(store, clock, 90)
    assert (entity["id"], entity["checkoutId"], kind) == (ABANDONED["id"], ABANDONED["checkoutId"], "CHECKOUT")


async def test_a_visitors_cart_is_ignored(store: Database, sender: Sender, token: str, clock: Clock) -> None:
    visitor = {"visitorId": "2f8d09d0-1111-4111-8111-111111111111"}
    assert await wix_event(store, sender, "created", {**WIX_CART, "buyerInfo": visitor}) == "ignored"
    assert await left(store, clock, 90) == []


async def test_a_cart_that_cannot_be_used_is_kept(store: Database, sender: Sender, token: str) -> None:
    assert await wix_event(store, sender, "created", {**WIX_CART, "lineItems": [{"quantity": 1.5}]}) == "rejected"
