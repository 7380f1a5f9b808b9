"""Carts that a Wix site's members leave before the checkout."""

from typing import Any

import pytest
from sqlalchemy import select, update

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tables import abandoned_checkouts, abandonments, shops
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import find_shop
from abandoned_checkouts.wix.to_wix.checkout import Site, checkout_to_wix
from abandoned_checkouts.work.abandon_due import abandon_due
from tests.intake.messages import START, Clock, Sender

pytestmark = pytest.mark.anyio
CART = "b1460e65-1111-4111-8111-111111111111"
MEMBER = {"id": 401, "email": "h1@example.com", "first_name": "Ada", "state": "enabled"}
LINES = [{"title": "Cup", "quantity": 1, "price": "5.00"}]
BODY = {"customer": MEMBER, "cart_token": CART, "line_items": LINES}


@pytest.fixture
async def token(store: Database, shop: Shop) -> str:
    async with store.begin() as connection:
        await connection.execute(update(shops).values(platform="wix", abandoned_after_minutes=60))
        return await issue_token(connection, shop, ["write_checkouts"], now=START)


async def post(sender: Sender, access: str, **changes: Any) -> dict[str, Any]:
    response = await sender.client.post(
        "/intake/checkouts", json={**BODY, **changes}, headers={"X-Shopify-Access-Token": access}
    )
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()["checkout"]
    return found


async def left(store: Database, clock: Clock, minutes: int) -> list[tuple[dict[str, Any], str]]:
    """The abandoned checkouts after `minutes`, as Wix returns them, each with the type of its abandonment."""
    clock.pass_minutes(minutes)
    await abandon_due(store, clock())
    async with store.read() as connection:
        shop = await find_shop(connection, "acme.myshopify.com")
        assert shop is not None
        rows = (await connection.execute(select(abandoned_checkouts))).mappings().all()
        kinds = dict((await connection.execute(select(abandonments.c.id, abandonments.c.abandonment_type))).all())
    return [(checkout_to_wix(row, Site(shop, "http://server")), kinds[row["id"]]) for row in rows]


async def test_a_members_cart(store: Database, sender: Sender, token: str, clock: Clock) -> None:
    assert (await post(sender, token))["state"] == "open"
    clock.pass_minutes(30)
    assert (await post(sender, token, line_items=LINES * 2))["outcome"] == "updated"
    assert await left(store, clock, 29) == []
    [(entity, kind)] = await left(store, clock, 2)
    assert (entity["cartId"], "checkoutId" in entity, kind) == (CART, False, "CART")
    assert entity["buyerInfo"]["email"] == "h1@example.com" and "memberId" in entity["buyerInfo"]
    assert entity["createdDate"] == "2026-09-21T15:13:20.000Z", "the moment of the abandonment"


async def test_who_goes_on_to_the_checkout(store: Database, sender: Sender, token: str, clock: Clock) -> None:
    await post(sender, token)
    clock.pass_minutes(1)
    await post(sender, token, token="checkout-1")
    [(entity, kind)] = await left(store, clock, 90)
    assert (entity["cartId"], "checkoutId" in entity, kind) == (CART, True, "CHECKOUT")


async def test_an_emptied_cart_is_not_abandoned(store: Database, sender: Sender, token: str, clock: Clock) -> None:
    await post(sender, token)
    clock.pass_minutes(1)
    await post(sender, token, line_items=[])
    assert await left(store, clock, 90) == []


@pytest.mark.parametrize(("platform", "count"), [("wix", 1), ("shopify", 0)])
async def test_carts_by_webhook(
    store: Database, sender: Sender, token: str, clock: Clock, platform: str, count: int
) -> None:
    async with store.begin() as connection:
        await connection.execute(update(shops).values(platform=platform))
    cart = {"token": CART, "customer": MEMBER, "line_items": LINES, "updated_at": "2026-09-21T14:13:20Z"}
    assert await sender.send("carts/create", cart) == "created"
    found = await left(store, clock, 90)
    assert [(entity["cartId"], kind) for entity, kind in found] == [(CART, "CART")] * count
