"""A shop's webhooks, in any order and any number of times, bring the store to the state of the shop."""

import itertools
import json
from typing import Any

import pytest
from sqlalchemy import update

from abandoned_checkouts.checkouts.moment import DAY, MINUTE
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.formats.webhooks.signature import signature
from abandoned_checkouts.store.checkouts.open_checkouts import find_abandoned_checkout, find_open_checkout
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.outbox.inbound_deliveries import list_rejected
from abandoned_checkouts.store.tables import apps
from abandoned_checkouts.work.abandon_due import abandon_due
from tests.intake.messages import SECRET, START, Clock, Sender, checkout
from tests.stored_events import events_of

pytestmark = pytest.mark.anyio


async def kinds(store: Database, shop: Shop, number: int) -> list[str]:
    async with store.read() as connection:
        return [event["kind"] for event in await events_of(connection, shop, number)]


async def abandoned(store: Database, shop: Shop, token: str = "t1"):  # type: ignore[no-untyped-def]
    async with store.read() as connection:
        found = await find_abandoned_checkout(connection, shop, token=token)
    return None if found is None else found[0]


async def still_open(store: Database, shop: Shop, token: str = "t1"):  # type: ignore[no-untyped-def]
    async with store.read() as connection:
        return await find_open_checkout(connection, shop, token=token)


async def test_a_checkout_is_abandoned_ten_minutes_after_contact_and_recovered(
    store: Database, shop: Shop, sender: Sender, clock: Clock
) -> None:
    anonymous = checkout(email=None, customer=None)
    assert await sender.send("checkouts/create", anonymous) == "created"
    clock.pass_minutes(60)
    assert await abandon_due(store, clock()) == 0, "nobody can be reached"
    assert await sender.send("checkouts/update", checkout(updated=60)) == "updated"
    clock.pass_minutes(9.9)
    assert await abandon_due(store, clock()) == 0
    clock.pass_minutes(0.1)
    assert await abandon_due(store, clock()) == 1
    assert await abandon_due(store, clock()) == 0
    found = await abandoned(store, shop)
    assert found is not None and found.abandoned_at == START + 70 * MINUTE and found.recovered_at is None
    assert await still_open(store, shop) is None
    done = checkout(updated=90, completed_at="2026-09-21T12:10:00-04:00")
    assert await sender.send("checkouts/update", done) == "recovered"
    again = await abandoned(store, shop)
    assert again is not None and again.recovered_at == again.completed_at is not None
    assert await kinds(store, shop, found.id) == [
        "checkout_created",
        "checkout_updated",
        "checkout_abandoned",
        "checkout_recovered",
    ]


async def test_a_checkout_completed_in_time_is_never_abandoned(
    store: Database, shop: Shop, sender: Sender, clock: Clock
) -> None:
    await sender.send("checkouts/create", checkout())
    order = {"id": 9001, "order_number": 1, "currency": "USD", "checkout_token": "t1", "total_price": "39.00"}
    order |= {"created_at": checkout(updated=5)["updated_at"]}
    assert await sender.send("orders/create", order) == "completed"
    clock.pass_minutes(60)
    assert await abandon_due(store, clock()) == 0
    assert await abandoned(store, shop) is None
    # Newer than the reports before the order: it is stored, and the purchase stays.
    assert await sender.send("checkouts/update", checkout(updated=4)) == "updated"
    entry = await still_open(store, shop)
    assert entry is not None and entry.state == "completed"


async def test_late_work_abandons_and_then_recovers(store: Database, shop: Shop, sender: Sender, clock: Clock) -> None:
    """The scheduler was down when the threshold passed, so the purchase is processed first."""
    await sender.send("checkouts/create", checkout())
    clock.pass_minutes(120)
    late = checkout(updated=100, completed_at=checkout(updated=100)["updated_at"])
    assert await sender.send("checkouts/update", late) == "recovered"
    found = await abandoned(store, shop)
    assert found is not None and found.abandoned_at == START + 10 * MINUTE
    assert await kinds(store, shop, found.id) == ["checkout_created", "checkout_abandoned", "checkout_recovered"]
    assert await abandon_due(store, clock()) == 0


async def test_messages_in_any_order_have_the_same_result(
    store: Database, shop: Shop, sender: Sender, clock: Clock
) -> None:
    for order in itertools.permutations(range(3)):
        token = "".join(map(str, order))
        reported = [
            checkout(token, note="first"),
            checkout(token, updated=3, note="second"),
            checkout(token, updated=5, note="third", completed_at=checkout(updated=5)["updated_at"]),
        ]
        for place in order:
            await sender.send("checkouts/create" if place == 0 else "checkouts/update", reported[place])
            await sender.send("checkouts/update", reported[place])
    clock.pass_minutes(60)
    assert await abandon_due(store, clock()) == 0
    for order in itertools.permutations(range(3)):
        entry = await still_open(store, shop, "".join(map(str, order)))
        assert entry is not None and entry.state == "completed" and entry.checkout.note == "third", order


async def test_each_delivery_is_processed_once(store: Database, shop: Shop, sender: Sender) -> None:
    assert await sender.send("checkouts/create", checkout(), webhook_id="w") == "created"
    assert await sender.send("checkouts/create", checkout(updated=1), webhook_id="w") == "repeated"
    entry = await still_open(store, shop)
    assert entry is not None and entry.version == 1


@pytest.mark.parametrize("version", ["2025-10", "2026-07"])
async def test_payloads_with_and_without_an_id_are_accepted(
    store: Database, shop: Shop, sender: Sender, clock: Clock, version: str
) -> None:
    named = {"id": 36270641348780} if version < "2026-04" else {}
    await sender.send("checkouts/create", checkout(**named), version=version)
    clock.pass_minutes(11)
    await abandon_due(store, clock())
    found = await abandoned(store, shop)
    assert found is not None and found.id is not None
    assert (found.id == 36270641348780) == bool(named)
    assert await sender.send("checkouts/update", checkout(updated=20, note="x"), version="2026-07") == "updated"


async def test_a_deleted_checkout_stays_deleted(store: Database, shop: Shop, sender: Sender, clock: Clock) -> None:
    await sender.send("checkouts/create", checkout(id=77))
    await sender.send("checkouts/create", checkout("t2", id=78))
    clock.pass_minutes(11)
    assert await sender.send("checkouts/delete", {"id": 78, "cart_token": "cart-t2"}) == "deleted"
    await abandon_due(store, clock())
    assert await sender.send("checkouts/delete", {"id": 77, "cart_token": "cart-t1"}) == "deleted"
    assert await sender.send("checkouts/delete", {"id": 79}) == "unknown"
    for token, number in (("t1", 77), ("t2", 78), ("t3", 79)):
        assert await sender.send("checkouts/update", checkout(token, id=number, updated=50)) == "deleted"
        assert await abandoned(store, shop, token) is None
    assert await kinds(store, shop, 77) == ["checkout_created", "checkout_abandoned", "checkout_deleted"]


async def test_a_deletion_reports_the_id_that_the_checkout_came_without(
    store: Database, shop: Shop, sender: Sender, clock: Clock
) -> None:
    """From 2026-04 on, the id is only in the name, and checkouts/delete still sends the id."""
    number = 981820079255243537
    deletion = {"id": number, "cart_token": "cart-t1"}
    assert await sender.send("checkouts/create", checkout("t1", name=f"#{number}")) == "created"
    # If two checkouts have the same name, the first one gets the id.
    assert await sender.send("checkouts/create", checkout("t2", name=f"#{number}")) == "created"
    clock.pass_minutes(11)
    await abandon_due(store, clock())
    first, second = await abandoned(store, shop), await abandoned(store, shop, "t2")
    assert first is not None and first.id == number and second is not None and second.id != number
    assert await sender.send("checkouts/delete", deletion) == "deleted"
    assert await abandoned(store, shop) is None and await abandoned(store, shop, "t2") is not None
    assert await sender.send("checkouts/update", checkout("t1", name=f"#{number}", updated=12)) == "deleted"
    # In the other order, and for a checkout without a name.
    assert await sender.send("checkouts/delete", {"id": 77, "cart_token": "cart-t3"}) == "unknown"
    assert await sender.send("checkouts/create", checkout("t3", name="#77")) == "deleted"
    assert await sender.send("checkouts/create", checkout("t4", updated=12)) == "created"
    assert await sender.send("checkouts/delete", {"id": 78, "cart_token": "cart-t4"}) == "deleted"


@pytest.mark.parametrize("topic", ["checkouts/update", "orders/create"])
async def test_a_purchase_in_time_that_is_reported_late_was_never_abandoned(
    store: Database, shop: Shop, sender: Sender, clock: Clock, topic: str
) -> None:
    """The result is the same as for a report in time. After downtime, the scheduler may run before the message."""
    await sender.send("checkouts/create", checkout())
    clock.pass_minutes(30)
    assert await abandon_due(store, clock()) == 1
    found = await abandoned(store, shop)
    assert found is not None and found.id is not None
    bought = checkout(updated=9)["updated_at"]
    order = {"id": 9001, "currency": "USD", "checkout_token": "t1", "total_price": "39.00", "created_at": bought}
    reported = order if topic == "orders/create" else checkout(updated=9, completed_at=bought)
    assert await sender.send(topic, reported) == "completed"
    assert await abandoned(store, shop) is None
    entry = await still_open(store, shop)
    assert entry is not None and entry.state == "completed" and entry.checkout.id == found.id
    event_kinds = ["checkout_created", "checkout_abandoned", "checkout_completed", "checkout_withdrawn"]
    assert await kinds(store, shop, found.id) == event_kinds
    assert await sender.send("checkouts/update", checkout(updated=40, note="x")) == "updated"
    assert await abandon_due(store, clock() + 60 * MINUTE) == 0


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"note": "a\0b"}, "created"),
        ({"token": "t\0"}, "created"),
        ({"customer_locale": None, "line_items": None}, "created"),
        ({"email": 5}, "rejected"),
        ({"email": {"a": 1}}, "rejected"),
        ({"cart_token": 77}, "rejected"),
        ({"name": ["x"]}, "rejected"),
        ({"shipping_address": {"first_name": 5}}, "rejected"),
        ({"customer": {"id": 1 << 63}}, "rejected"),
        ({"customer": {"id": 5, "last_order_id": "x"}}, "rejected"),
        ({"line_items": [{"title": {"en": "x"}, "quantity": 1, "price": "1"}]}, "rejected"),
        ({"line_items": [{"title": "x", "quantity": 1, "price": "1", "product_id": 1 << 63}]}, "rejected"),
        ({"line_items": [{"title": "x", "quantity": 1 << 31, "price": "0"}]}, "rejected"),
        ({"updated_at": "9999-12-31T23:59:59-12:00"}, "rejected"),
        ({"created_at": "0001-01-01T00:00:00Z"}, "rejected"),
    ],
)
async def test_an_accepted_message_can_be_stored_in_every_state(
    store: Database, shop: Shop, sender: Sender, clock: Clock, changes: dict[str, Any], outcome: str
) -> None:
    """A checkout that could not be stored as an abandoned one later is rejected at once, on both databases."""
    assert await sender.send("checkouts/create", {**checkout(), **changes}) == outcome
    clock.pass_minutes(11)
    assert await abandon_due(store, clock()) == (outcome == "created")
    assert await abandon_due(store, clock() + 60 * MINUTE) == 0


@pytest.mark.parametrize("topic", ["customers/delete", "checkouts/delete", "customers_email_marketing_consent/update"])
async def test_an_impossible_id_is_rejected(sender: Sender, topic: str) -> None:
    body = {"id": 1 << 63, "email_marketing_consent": {"state": "subscribed"}}
    assert await sender.send(topic, body) == "rejected"


async def test_a_purchase_after_the_attribution_is_not_a_recovery(
    store: Database, shop: Shop, sender: Sender, clock: Clock
) -> None:
    await sender.send("checkouts/create", checkout())
    clock.pass_minutes(11)
    await abandon_due(store, clock())
    days = 31 * DAY / MINUTE
    done = checkout(updated=days, completed_at=checkout(updated=days)["updated_at"])
    assert await sender.send("checkouts/update", done) == "completed"
    found = await abandoned(store, shop)
    assert found is not None and found.recovered_at is None and found.lapsed_at == START + 10 * MINUTE + 30 * DAY


@pytest.mark.parametrize(
    "change",
    [
        {"X-Shopify-Shop-Domain": "other.myshopify.com"},
        {"X-Shopify-Hmac-Sha256": ""},
        {"X-Shopify-Hmac-Sha256": signature(b"{}", "wrong")},
        {"X-Shopify-Hmac-Sha256": signature(b"{ }", SECRET)},
        {"X-Shopify-Hmac-Sha256": "\u00fc".encode("latin-1")},
    ],
)
async def test_a_message_without_the_shops_signature_is_refused(sender: Sender, change: dict[str, str | bytes]) -> None:
    headers: dict[str, str | bytes] = {
        "X-Shopify-Topic": "checkouts/create",
        "X-Shopify-Shop-Domain": "acme.myshopify.com",
        "X-Shopify-Hmac-Sha256": signature(b"{}", SECRET),
    }
    response = await sender.client.post("/intake/shopify", content=b"{}", headers=list({**headers, **change}.items()))  # type: ignore[arg-type]
    assert response.status_code == 401, response.text


async def test_a_message_that_cannot_be_used_is_stored_and_not_sent_again(
    store: Database, shop: Shop, sender: Sender
) -> None:
    response = await sender.post("checkouts/create", {"token": "x", "currency": "USD"}, webhook_id="bad")
    assert response.status_code == 200 and response.json()["outcome"] == "rejected"
    assert (await sender.post("checkouts/update", b"{", webhook_id="torn")).json()["outcome"] == "rejected"
    assert await sender.send("themes/publish", {"id": 1}) == "ignored"
    async with store.read() as connection:
        kept = {row["webhook_id"]: row for row in await list_rejected(connection, shop)}
    assert set(kept) == {"bad", "torn"} and "created_at" in kept["bad"]["problem"]
    assert kept["bad"]["body"] == '{"token": "x", "currency": "USD"}'


async def test_a_body_that_is_too_large_is_refused(sender: Sender) -> None:
    assert (await sender.post("checkouts/create", b" " * (4 * 1024 * 1024 + 1))).status_code == 413


@pytest.mark.parametrize("number", [1.5, True, False, "1.5"])
@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("checkouts/create", {"line_items": [{"quantity": "?", "price": "5.00", "title": "Cheese"}]}),
        ("checkouts/update", {"id": "?"}),
        ("checkouts/delete", {"id": "?", "token": None}),
        ("customers/update", {"id": "?"}),
        ("customers/delete", {"id": "?"}),
        ("customers/redact", {"customer": {"id": "?"}}),
        ("orders/create", {"id": "?"}),
    ],
)
async def test_numbers_that_are_not_whole_are_rejected(
    store: Database, shop: Shop, sender: Sender, topic: str, body: dict[str, object], number: object
) -> None:
    whole = json.loads(json.dumps({**checkout("t1"), **body}).replace('"?"', json.dumps(number)))
    response = await sender.post(topic, whole)
    assert (response.status_code, response.json()["outcome"]) == (200, "rejected"), response.text
    async with store.read() as connection:
        [kept] = await list_rejected(connection, shop)
    assert "whole number" in kept["problem"] or "id" in kept["problem"]


async def test_a_removed_secret_is_refused_by_a_process_that_has_seen_it(
    store: Database, shop: Shop, sender: Sender
) -> None:
    assert await sender.send("checkouts/create", checkout()) == "created"
    async with store.begin() as connection:
        await connection.execute(update(apps).values(client_secret="another"))
    assert (await sender.post("checkouts/update", checkout(updated=1))).status_code == 401
    entry = await still_open(store, shop)
    assert entry is not None and entry.version == 1
