"""A Wix site's events: verified by its key, processed once, in any order."""

import base64
import json
from typing import Any

import httpx
import jwt
import pytest
from sqlalchemy import select, update

from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.delete_checkouts import delete_checkouts, ids_of_uuids
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.flows.flows import save_flow, set_flow_active
from abandoned_checkouts.store.outbox.inbound_deliveries import list_rejected
from abandoned_checkouts.store.tables import abandoned_checkouts, abandonments, events, shops
from abandoned_checkouts.store.tenants.change_settings import change_settings
from abandoned_checkouts.store.tenants.shops import ShopError, create_shop
from abandoned_checkouts.wix.event_tokens import Slug, event_token, new_private_key, public_key
from abandoned_checkouts.wix.to_wix.checkout import Site, checkout_to_wix
from abandoned_checkouts.work.erase_due import erase_due
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import START, Sender, customer
from tests.store.checkouts.test_deleted_customers import left_of
from tests.work.test_flow_runner import MAIL

pytestmark = pytest.mark.anyio
GUID = "b4ebb0b8-1111-4111-8111-111111111111"
KEY, OTHER_KEY = new_private_key(), new_private_key()


def entity(minute: int = 0, **changes: Any) -> dict[str, Any]:
    return {
        "id": GUID,
        "createdDate": "2026-09-21T14:00:00.000Z",
        "updatedDate": f"2026-09-21T14:{minute:02}:00.000Z",
        "status": "ABANDONED",
        "buyerInfo": {"email": "john@example.com", "visitorId": "2f8d09d0-1111-4111-8111-111111111111"},
        "contactDetails": {"firstName": "John", "lastName": "Doe-Roe"},
        "currency": "USD",
        "totalPrice": {"amount": "255", "convertedAmount": "255"},
        "activities": [{"createdDate": "2026-09-21T14:00:01.000Z", "type": "SCHEDULED"}],
        **changes,
    }


RECOVERED = {"status": "RECOVERED", "checkoutRecoveredDate": "2026-09-21T14:20:00.000Z"}


@pytest.fixture
async def send_event(store: Database, shop: Shop, sender: Sender) -> Any:
    pem = base64.b64encode(public_key(KEY).encode()).decode()
    async with store.begin() as connection:
        await connection.execute(update(shops).values(settings=f'{{"wix_public_key": "{pem}"}}'))
    count = 0

    async def post(
        slug: Slug,
        body: dict[str, Any],
        *,
        event_id: str | None = None,
        key: str = KEY,
        is_anonymisation: bool = False,
        **names: str,
    ) -> Any:
        nonlocal count
        count += 1
        names = {"site_id": shop.uuid, "app_id": "app", "instance_id": "installation", **names}
        token = event_token(
            slug,
            body,
            private_key=key,
            event_id=event_id or f"event-{count}",
            occurred_at=START,
            sequence=count,
            issued_at=START,
            is_anonymisation=is_anonymisation,
            **names,
        )
        response: httpx.Response = await sender.client.post("/intake/wix", content=token + "\n")
        return response.json()["outcome"] if response.status_code == 200 else response.status_code

    return post


async def row(store: Database) -> Any:
    async with store.read() as connection:
        return (await connection.execute(select(abandoned_checkouts))).mappings().first()


async def test_a_checkout_changes_with_each_event(store: Database, send_event: Any) -> None:
    assert await send_event("created", entity(), event_id="e1") == "created"
    assert await send_event("created", entity(), event_id="e1") == "repeated"
    mailed = entity(5, activities=[{"createdDate": "2026-09-21T14:05:00.000Z", "type": "EMAIL_SENT"}])
    assert await send_event("updated", mailed) == "updated"
    assert (await row(store))["email_state"] == "sent"
    assert await send_event("updated", entity(1)) == "older"
    assert await send_event("recovered", entity(20, **RECOVERED)) == "recovered"
    found = await row(store)
    assert (found["uuid"], found["recovery_state"]) == (GUID, "recovered")
    assert await send_event("deleted", entity()) == "deleted"
    assert await row(store) is None
    assert await send_event("updated", entity(30)) == "deleted", "a late event does not restore it"
    async with store.read() as connection:
        kinds = (await connection.execute(select(events.c.kind).order_by(events.c.id))).scalars().all()
    reported = ["created", "abandoned", "updated", "recovered", "deleted"]
    assert kinds == [f"checkout_{kind}" for kind in reported]


async def test_events_out_of_order(store: Database, send_event: Any) -> None:
    assert await send_event("recovered", entity(20, **RECOVERED)) == "created"
    assert await send_event("created", entity()) == "older"
    assert (await row(store))["recovery_state"] == "recovered"


async def test_a_deletion_can_arrive_before_the_checkout(store: Database, send_event: Any) -> None:
    assert await send_event("deleted", entity()) == "unknown"
    assert await send_event("created", entity()) == "deleted"
    assert await row(store) is None


@pytest.mark.parametrize("changes", [{}, {"checkoutId": "a9524a00-1111-4111-8111-111111111111"}])
async def test_a_checkout_that_was_deleted_here_is_not_restored(
    store: Database, shop: Shop, send_event: Any, changes: dict[str, str]
) -> None:
    assert await send_event("created", entity(**changes)) == "created"
    async with store.begin() as connection:
        found = await ids_of_uuids(connection, shop, [GUID])
        await delete_checkouts(connection, shop, list(found.values()), now=START)
    assert await send_event("updated", entity(30, **changes)) == "deleted"
    assert await row(store) is None


async def test_guids_in_capitals_are_the_same(shop: Shop, send_event: Any) -> None:
    assert await send_event("created", entity(), site_id=shop.uuid.upper()) == "created"
    assert await send_event("updated", entity(1, id=GUID.upper())) == "updated"
    assert await send_event("deleted", entity(id=GUID.upper())) == "deleted"


async def test_an_event_that_another_key_signed_is_refused(store: Database, sender: Sender, send_event: Any) -> None:
    assert await send_event("created", entity(), key=OTHER_KEY) == 401
    assert await send_event("created", entity(), site_id="unknown") == 401
    for body in ("", "a.b.c", "eyJhbGciOiJub25lIn0.eyJkYXRhIjoie30ifQ."):
        assert (await sender.client.post("/intake/wix", content=body)).status_code in (400, 401)
    assert await row(store) is None


async def test_an_event_that_cannot_be_used_is_stored(store: Database, shop: Shop, send_event: Any) -> None:
    assert await send_event("created", {"id": GUID}) == "rejected"
    assert await send_event("created", entity(buyerInfo={"email": 5})) == "rejected"
    assert await send_event("updated", entity(lineItems=[{"quantity": 100_001}])) == "rejected"
    async with store.read() as connection:
        problems = [delivery["problem"] for delivery in await list_rejected(connection, shop)]
    assert sorted(problems) == sorted(
        [
            "currency is missing",
            "unexpected type in buyerInfo.email: expected a text, got 5",
            "unexpected type in lineItems[0].quantity: expected a quantity from 1 to 100000, got 100001",
        ]
    )


async def test_an_anonymise_request_erases_the_buyer(
    store: Database, shop: Shop, sender: Sender, send_event: Any
) -> None:
    contact = {"firstName": "John", "lastName": "Doe-Roe", "phone": "+16136120707"}
    await sender.send("customers/create", customer(id=77, email="John@example.com", first_name="John"))
    assert await send_event("created", entity(contactDetails=contact)) == "created"
    assert (await row(store))["customer_id"] == 77
    left = entity(5, buyerInfo={}, contactDetails={})
    assert await send_event("updated", left, is_anonymisation=True) == "noted"
    assert await erase_due(store, START, 0) == 1
    assert await left_of(store, "john@", "doe-roe", "+16136120707") == []
    assert await send_event("updated", entity(30, contactDetails=contact)) == "updated", "it has a later date"
    assert await send_event("recovered", entity(40, **RECOVERED)) == "recovered"
    assert await left_of(store, "john@", "doe-roe", "+16136120707") == [], "and does not bring the buyer back"
    assert (await row(store))["recovery_state"] == "recovered"


async def test_an_anonymise_request_that_deletes(store: Database, send_event: Any) -> None:
    assert await send_event("created", entity()) == "created"
    assert await send_event("deleted", entity(), is_anonymisation=True) == "deleted"
    assert await erase_due(store, START, 0) == 1
    assert await left_of(store, "john@", "doe-roe") == []


async def test_an_anonymise_request_that_comes_first(store: Database, send_event: Any) -> None:
    assert await send_event("updated", entity(5, buyerInfo={}), is_anonymisation=True) == "unknown"
    assert await send_event("created", entity()) == "deleted"
    assert await left_of(store, "john@", "doe-roe") == []


async def test_a_site_is_found_by_its_own_names(store: Database, shop: Shop, send_event: Any) -> None:
    site, instance = "07b12318-c5d9-419f-9c2c-9507db543901", "3df3e9a5-1111-4111-8111-111111111111"
    async with store.begin() as connection:
        await change_settings(connection, shop, {"wix_site_id": site}, START)
        await change_settings(connection, shop, {"wix_instance_id": instance}, START)
    assert await send_event("created", entity(), site_id=site) == "created"
    assert await send_event("updated", entity(1), site_id="unknown", instance_id=instance.upper()) == "updated"
    async with store.begin() as connection:
        other = await create_shop(connection, "other.example", now=START)
        with pytest.raises(ShopError, match=r"the shop acme\.myshopify\.com already has the site id "):
            await change_settings(connection, other, {"wix_site_id": site}, START)


async def test_events_of_other_kinds_are_kept(store: Database, shop: Shop, sender: Sender, send_event: Any) -> None:
    envelope = {"eventType": "wix.ecom.v1.order_approved", "accountInfo": {"siteId": shop.uuid}}
    for number, data in enumerate(('{"id": "o1", "entityFqdn": "wix.ecom.v1.order", "slug": "approved"}', None, "{}")):
        claims = {"data": json.dumps(envelope | ({} if data is None else {"data": data})), "iat": number}
        token = jwt.encode(claims, KEY, algorithm="RS256")
        response = await sender.client.post("/intake/wix", content=token)
        assert (response.status_code, response.json()["outcome"]) == (200, "rejected")
    async with store.read() as connection:
        problems = [(each["topic"], each["problem"]) for each in await list_rejected(connection, shop)]
    reason = "wix.ecom.v1.order_approved is not an event about abandoned checkouts or carts"
    assert problems == [("wix/wix.ecom.v1.order_approved", reason)] * 3


@pytest.mark.parametrize("changes", [{}, {"checkoutId": None}, {"checkoutId": ""}])
async def test_a_cart_without_a_checkout(store: Database, send_event: Any, changes: dict[str, Any]) -> None:
    cart = "b1460e65-1111-4111-8111-111111111111"
    assert await send_event("created", entity(cartId=cart, **changes)) == "created"
    async with store.read() as connection:
        kinds = (await connection.execute(select(abandonments.c.abandonment_type))).scalars().all()
    assert (kinds, (await row(store))["cart_uuid"]) == (["CART"], cart)


async def test_a_checkout_with_a_checkout(store: Database, send_event: Any) -> None:
    assert await send_event("created", entity(checkoutId="a9524a00-1111-4111-8111-111111111111")) == "created"
    async with store.read() as connection:
        assert (await connection.execute(select(abandonments.c.abandonment_type))).scalars().all() == ["CHECKOUT"]


@pytest.mark.parametrize("language", ["pt-BR", "pt-br", "zh-TW", "zh-Hant-TW", "es-419", "en", None])
async def test_a_language_keeps_its_region_and_script(
    store: Database, shop: Shop, send_event: Any, language: str | None
) -> None:
    assert await send_event("created", entity(buyerLanguage=language)) == "created"
    shown = checkout_to_wix(await row(store), Site(shop, "http://server"))
    assert shown.get("buyerLanguage") == language
    assert "contactId" not in shown["buyerInfo"], "Wix has no contact for this visitor"


async def test_one_that_arrives_recovered_has_no_mail_held_back(store: Database, shop: Shop, send_event: Any) -> None:
    async with store.begin() as connection:
        flow = await save_flow(connection, shop, MAIL, now=START)
        await set_flow_active(connection, shop, flow["id"], True, START)
    assert await send_event("recovered", entity(20, activities=[], **RECOVERED)) == "created"
    await Workers(store, lambda: START, reach=Reach.PRIVATE).settle()
    found = await row(store)
    assert (found["email_state"], found["recovery_state"]) == ("not_sent", "recovered")
