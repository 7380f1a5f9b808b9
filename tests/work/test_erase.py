"""An erasure informs the apps with a compliance address, and leaves no clear text about the person."""

from typing import Any

import orjson
import pytest
from sqlalchemy import select

from abandoned_checkouts.checkouts.moment import HOUR, SECOND
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.formats.from_rest.order import order_from_rest
from abandoned_checkouts.shopify.formats.webhooks.signature import signature
from abandoned_checkouts.store.checkouts.take_orders import take_order
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.outbox.compliance import compliance_addresses, set_compliance_address
from abandoned_checkouts.store.outbox.delivery_log import find_delivery, list_deliveries, replay_deliveries
from abandoned_checkouts.store.privacy.find_person import find_person
from abandoned_checkouts.store.tables import apps, deliveries
from abandoned_checkouts.store.tenants.shops import register_app
from abandoned_checkouts.work.erase import erase_and_inform
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import SECRET, START, Clock
from tests.work.conftest import ReportCheckout
from tests.work.receiver import Receiver

pytestmark = pytest.mark.anyio
EMAIL, PHONE = "ada@example.com", "+15550142424"
CUSTOMER = {"id": 9001, "email": EMAIL, "phone": PHONE, "created_at": "2026-01-01T00:00:00Z"}


async def register(store: Database, shop: Shop, address: str | None, **columns: Any) -> None:
    settings = columns.pop("settings", {})
    async with store.begin() as connection:
        number = await register_app(
            connection, shop, now=START, client_secret=SECRET, settings=orjson.dumps(settings).decode(), **columns
        )
        client_id = (await connection.execute(select(apps.c.client_id).where(apps.c.id == number))).scalar_one()
        assert await set_compliance_address(connection, shop, client_id, address)
        assert not await set_compliance_address(connection, shop, "nobody", address)


async def erase(store: Database, shop: Shop, clock: Clock, **names: Any) -> None:
    async with store.begin() as connection:
        await erase_and_inform(connection, shop, await find_person(connection, shop, **names), clock())


async def test_each_app_with_an_address_receives_customers_redact(
    store: Database, shop: Shop, report_checkout: ReportCheckout, workers: Workers, receiver: Receiver, clock: Clock
) -> None:
    scopes = '["read_orders"]'
    await register(store, shop, receiver.url("/all"), title="All", scopes=scopes)
    public = {"kind": "public", "protected_customer_data": ["customer_data", "email"], "webhook_api_version": "2026-04"}
    await register(store, shop, receiver.url("/public"), title="Public", scopes='["write_customers"]', settings=public)
    await register(store, shop, receiver.url("/products"), title="Products", scopes='["read_products"]')
    await register(store, shop, None, title="None", scopes=scopes)
    await report_checkout(customer=CUSTOMER, email=EMAIL)
    clock.pass_minutes(11)
    await workers.settle()
    order = {"id": 77, "customer": CUSTOMER, "email": EMAIL, "currency": "USD", "created_at": "2026-09-21T14:00:00Z"}
    async with store.begin() as connection:
        await take_order(connection, shop, order_from_rest(order), clock())
    await erase(store, shop, clock, customer_id=9001)
    await workers.settle()
    sent = {each.path: each for each in receiver.received}
    assert set(sent) == {"/all", "/public"} and len(receiver.received) == 2
    assert orjson.loads(sent["/all"].body) == {
        "shop_id": shop.id,
        "shop_domain": shop.domain,
        "customer": {"id": 9001, "email": EMAIL, "phone": PHONE},
        "orders_to_redact": [77],
    }
    assert orjson.loads(sent["/public"].body)["customer"] == {"id": 9001, "email": EMAIL, "phone": None}
    headers = sent["/public"].headers
    assert headers["x-shopify-topic"] == "customers/redact" and headers["x-shopify-api-version"] == "2026-04"
    assert headers["x-shopify-hmac-sha256"] == signature(sent["/public"].body, SECRET)
    assert sent["/all"].headers["x-shopify-api-version"] == "2026-07"


async def test_the_store_has_no_clear_text_and_nothing_after_the_receipt(
    store: Database, shop: Shop, report_checkout: ReportCheckout, workers: Workers, receiver: Receiver, clock: Clock
) -> None:
    receiver.behave = lambda path, headers, body: 500
    await register(store, shop, receiver.url(), title="All", scopes='["read_orders"]')
    await report_checkout(customer=CUSTOMER, email=EMAIL)
    clock.pass_minutes(11)
    await workers.settle()
    await erase(store, shop, clock, email=EMAIL)
    await workers.settle()
    async with store.read() as connection:
        rows = [dict(row) for row in (await connection.execute(select(deliveries))).mappings()]
        [row] = [row for row in rows if row["dialect"] == "compliance"]
        assert EMAIL not in repr(rows) and PHONE not in repr(rows) and row["body"]
        shown = await find_delivery(connection, shop, row["id"])
        assert shown is not None and EMAIL in shown["body"], "the log shows it to the app"
    # Another erasure of the person does not stop it.
    await erase(store, shop, clock, customer_id=9001)
    receiver.behave = lambda path, headers, body: 200
    clock.now += HOUR
    await workers.settle()
    accepted = [orjson.loads(each.body)["customer"] for each in receiver.received if each.answered == 200]
    assert accepted[0] == {"id": 9001, "email": EMAIL, "phone": PHONE}
    async with store.begin() as connection:
        [state] = {each["state"] for each in await list_deliveries(connection, shop, topic="CUSTOMERS_REDACT")}
        shown = await find_delivery(connection, shop, row["id"])
        assert state == "delivered" and shown is not None and shown["body"] == ""
        assert await replay_deliveries(connection, shop, clock(), numbers=[row["id"]]) == 0


async def test_an_address_stays_after_failures(
    store: Database, shop: Shop, report_checkout: ReportCheckout, workers: Workers, receiver: Receiver, clock: Clock
) -> None:
    receiver.behave = lambda path, headers, body: 500
    await register(store, shop, receiver.url(), title="All", scopes='["read_orders"]')
    await report_checkout(customer=CUSTOMER, email=EMAIL)
    clock.pass_minutes(11)
    await workers.settle()
    await erase(store, shop, clock, email=EMAIL)
    for _ in range(100):
        await workers.settle()
        async with store.read() as connection:
            [first] = await list_deliveries(connection, shop, topic="CUSTOMERS_REDACT")
            addresses = await compliance_addresses(connection, shop.id)
        if first["state"] != "waiting":
            break
        clock.now = max(clock.now + SECOND, first["due_at"])
    assert (first["state"], first["attempts"]) == ("failed", 9) and len(addresses) == 1
    receiver.behave = lambda path, headers, body: 200
    async with store.begin() as connection:
        assert await replay_deliveries(connection, shop, clock(), numbers=[first["id"]]) == 1
    await workers.settle()
    assert orjson.loads(receiver.received[-1].body)["customer"]["id"] == 9001


async def test_an_erasure_of_an_unknown_person_sends_nothing(
    store: Database, shop: Shop, workers: Workers, receiver: Receiver, clock: Clock
) -> None:
    await register(store, shop, receiver.url(), title="All", scopes='["read_orders"]')
    await erase(store, shop, clock, email="nobody@example.com")
    await workers.settle()
    assert receiver.received == []
