"""Carts, customers and orders, as their webhooks report them."""

from typing import Any

import orjson
import pytest
from sqlalchemy import select

from abandoned_checkouts.checkouts.activity import Activity
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.activities import append_activities
from abandoned_checkouts.store.checkouts.open_checkouts import find_abandoned_checkout
from abandoned_checkouts.store.checkouts.take_customers import find_customer
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tables import abandoned_checkouts, abandonments, customers, events, orders
from abandoned_checkouts.work.abandon_due import abandon_due
from tests.intake.messages import Clock, Sender, checkout, customer

pytestmark = pytest.mark.anyio


async def kinds(store: Database) -> list[str]:
    async with store.read() as connection:
        return list((await connection.execute(select(events.c.kind).order_by(events.c.id))).scalars())


async def test_carts_are_stored(store: Database, sender: Sender) -> None:
    cart = {"id": "c1", "token": "c1", "line_items": [], "updated_at": "2026-09-21T14:00:00.000Z"}
    assert await sender.send("carts/create", cart) == "created"
    assert await sender.send("carts/update", cart) == "unchanged"
    newer = {**cart, "note": "x", "updated_at": "2026-09-21T14:01:00.000Z"}
    assert await sender.send("carts/update", newer) == "updated"
    assert await sender.send("carts/update", {**cart, "note": "late"}) == "older"
    assert await kinds(store) == ["cart_created", "cart_updated"]


async def test_an_older_report_does_not_undo_a_refusal_of_consent(store: Database, shop: Shop, sender: Sender) -> None:
    """Messages come in any order. A buyer who refused last must not get mails."""

    def consent(state: str, minute: int) -> dict[str, Any]:
        at = f"2026-09-21T10:{minute:02}:00-04:00"
        return {"state": state, "opt_in_level": "single_opt_in", "consent_updated_at": at}

    topic = "customers_email_marketing_consent/update"
    agreed, refused = consent("subscribed", 1), consent("unsubscribed", 5)
    assert await sender.send("customers/create", customer()) == "created"
    assert await sender.send(topic, {"customer_id": 501, "email_marketing_consent": refused}) == "updated"
    assert await sender.send(topic, {"customer_id": 501, "email_marketing_consent": agreed}) == "older"
    late = customer(3, first_name="Augusta", email_marketing_consent=agreed)
    assert await sender.send("customers/update", late) == "updated"
    async with store.read() as connection:
        found = await find_customer(connection, shop, 501)
    assert found is not None and (found.first_name, found.email_marketing_state) == ("Augusta", "UNSUBSCRIBED")
    again = {"customer_id": 501, "email_marketing_consent": consent("subscribed", 9)}
    assert await sender.send(topic, again) == "updated"


async def test_customers_are_stored_changed_and_deleted(store: Database, shop: Shop, sender: Sender) -> None:
    assert await sender.send("customers/create", customer()) == "created"
    assert await sender.send("customers/enable", customer(1, state="enabled")) == "updated"
    assert await sender.send("customers/update", customer(2, state="enabled", first_name="Augusta")) == "updated"
    assert await sender.send("customers/update", customer(1)) == "older"
    consent = {
        "state": "subscribed",
        "opt_in_level": "single_opt_in",
        "consent_updated_at": "2026-09-21T10:03:00-04:00",
    }
    body = {"customer_id": 501, "email_address": "ada@example.com", "email_marketing_consent": consent}
    assert await sender.send("customers_email_marketing_consent/update", body) == "updated"
    sms = {"id": 501, "phone": None, "sms_marketing_consent": {**consent, "consent_collected_from": "other"}}
    assert await sender.send("customers_marketing_consent/update", sms) == "updated"
    assert await sender.send("customers_marketing_consent/update", sms) == "unchanged"
    async with store.read() as connection:
        found = await find_customer(connection, shop, 501)
    assert found is not None
    assert (found.first_name, found.state, found.email_marketing_state) == ("Augusta", "enabled", "SUBSCRIBED")
    assert (found.sms_marketing_state, found.sms_marketing_collected_from) == ("SUBSCRIBED", "OTHER")
    assert await sender.send("customers/delete", {"id": 501}) == "deleted"
    assert await sender.send("customers/delete", {"id": 501}) == "unknown"
    assert await kinds(store) == [
        "customer_created",
        "customer_enabled",
        "customer_updated",
        "customer_email_marketing_consent_updated",
        "customer_marketing_consent_updated",
        "customer_deleted",
    ]


async def test_checkouts_of_a_merged_customer_move_to_the_other_one(
    store: Database, sender: Sender, clock: Clock
) -> None:
    await sender.send("checkouts/create", checkout())
    clock.pass_minutes(11)
    await abandon_due(store, clock())
    await sender.send("customers/create", customer(id=502))
    gids = {"kept": 502, "deleted": 501}
    body = {f"admin_graphql_api_customer_{name}_id": f"gid://shopify/Customer/{gids[name]}" for name in gids}
    assert await sender.send("customers/merge", body) == "deleted"
    async with store.read() as connection:
        for table in (abandoned_checkouts, abandonments):
            assert (await connection.execute(select(table.c.customer_id))).scalars().all() == [502]


async def test_orders_complete_the_checkout_that_they_name_by_token_id_or_cart(store: Database, sender: Sender) -> None:
    ways = [{"checkout_token": "t1"}, {"checkout_id": 77}, {"cart_token": "cart-t3"}, {"checkout_token": "none"}]
    for token, named in (("t1", {}), ("t2", {"id": 77}), ("t3", {})):
        await sender.send("checkouts/create", checkout(token, **named))
    await sender.send("customers/create", customer())
    outcomes = []
    for number, way in enumerate(ways, 1):
        order = {"id": number, "order_number": 1000 + number, "currency": "USD", "total_price": "39.00"}
        order |= {"created_at": checkout(updated=5)["updated_at"], "customer": {"id": 501}, **way}
        outcomes.append(await sender.send("orders/create", order))
        await sender.send("orders/updated", order)
    assert outcomes == ["completed", "completed", "completed", "unknown"]
    async with store.read() as connection:
        assert len((await connection.execute(select(orders.c.id))).all()) == 4
        statement = select(customers.c.number_of_orders, customers.c.amount_spent, customers.c.last_order_id)
        assert tuple((await connection.execute(statement)).one()) == (4, 4 * 390_000, 4)


async def test_a_cart_reports_the_visit(store: Database, sender: Sender, clock: Clock) -> None:
    line = {"product_id": 7, "variant_id": 8, "quantity": 3, "title": "Teapot"}
    cart = {"token": "cart-t1", "created_at": "2026-09-21T13:00:00Z", "line_items": [line]}
    await sender.send("carts/create", cart)
    await sender.send("checkouts/create", checkout(source_name="580111"))
    clock.pass_minutes(11)
    await abandon_due(store, clock())
    await sender.send("checkouts/update", checkout(source_name="580111", updated=20, note="x"))
    async with store.read() as connection:
        visit = orjson.loads((await connection.execute(select(abandonments.c.visit))).scalar_one())
    assert visit == {
        "source": "custom_storefront",
        "products_added_to_cart": [{"product_id": 7, "variant_id": 8, "quantity": 3}],
        "started_at": 1_789_995_600_000_000,
    }


async def test_our_own_activities_do_not_make_a_report_older(
    store: Database, shop: Shop, sender: Sender, clock: Clock
) -> None:
    """A mail was logged after the shop changed the checkout, and before the message about the change arrived."""
    await sender.send("checkouts/create", checkout())
    clock.pass_minutes(30)
    await abandon_due(store, clock())
    async with store.begin() as connection:
        found = await find_abandoned_checkout(connection, shop, token="t1")
        assert found is not None and found[0].id is not None
        step: Activity = {"activity_type": "EMAIL_SENT", "created_at": clock()}
        await append_activities(connection, shop, found[0].id, [step], now=clock())
    assert await sender.send("checkouts/update", checkout(updated=29, note="changed")) == "updated"
    assert await sender.send("checkouts/update", checkout(updated=28, note="older")) == "older"
    async with store.read() as connection:
        found = await find_abandoned_checkout(connection, shop, token="t1")
    assert found is not None and found[0].note == "changed"
    assert found[0].updated_at == clock() and found[0].email_state == "sent"
