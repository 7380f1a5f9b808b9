"""After an erasure, nothing in the store identifies the person, and all amounts are unchanged."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from sqlalchemy import func, insert, select

from abandoned_checkouts.checkouts.mail_report import MailReport
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.shopify.formats.webhooks.topics import TOPICS
from abandoned_checkouts.store.checkouts.load import load_known
from abandoned_checkouts.store.checkouts.take import take_checkout
from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.store.engine.free_pages import free_pages
from abandoned_checkouts.store.flows.flow_facts import create_task
from abandoned_checkouts.store.outbox.inbound_deliveries import save_rejected
from abandoned_checkouts.store.privacy.erase_person import erase_person
from abandoned_checkouts.store.privacy.erasure_requests import customers_due_for_erasure, request_erasure
from abandoned_checkouts.store.privacy.find_person import find_person
from abandoned_checkouts.store.privacy.mail_bounces import take_report, why_blocked
from abandoned_checkouts.store.privacy.unsubscribed import recipient_key
from abandoned_checkouts.store.tables import (
    abandoned_checkouts,
    customers,
    deliveries,
    events,
    flow_mails,
    metadata,
    orders,
)
from abandoned_checkouts.store.tenants.idempotent_requests import Claim, claim_key, save_response
from abandoned_checkouts.store.tenants.shops import create_shop, register_app
from abandoned_checkouts.work.abandon_due import abandon_due
from abandoned_checkouts.work.erase_due import erase_due
from tests.intake.messages import START, checkout

EMAIL, PHONE, NAME = "Ada.Erased@Example.com", "+15550142424", "Zyxwvut"
SEARCHED = (
    EMAIL,
    EMAIL.lower(),
    quote(EMAIL, safe=""),
    PHONE,
    NAME,
    NAME.lower(),
    "Hidden Lane 7",
    "hidden",
    "engraved-for-zy",
)


def of_person(token: str, **changes: Any) -> dict[str, Any]:
    person = {"first_name": NAME, "last_name": "Quux", "phone": PHONE}
    line = {"title": "Teapot", "quantity": 2, "price": "19.50", "sku": "POT-1", "key": "k1"}
    return checkout(
        token,
        email=EMAIL,
        phone=PHONE,
        note=f"For {NAME}",
        landing_site=f"/?email={quote(EMAIL, safe='')}",
        shipping_address={**person, "address1": "Hidden Lane 7", "city": "Town", "country_code": "US"},
        line_items=[{**line, "properties": [{"name": "text", "value": "engraved-for-zy"}]}],
        customer={"id": 9001, "email": EMAIL, **person, "created_at": "2026-01-01T00:00:00Z", "orders_count": 3},
        **changes,
    )


async def fill(store: Database, shop: Shop) -> None:
    """A person in every table, another person, and a note about the first in a checkout of the second."""
    async with store.begin() as connection:
        for source in (of_person("t1"), of_person("t2"), checkout("t3", note=f"ask {EMAIL}")):
            await take_checkout(connection, shop, checkout_from_rest(source, zone="UTC"), START)
    await abandon_due(store, START + 20 * 60_000_000)
    async with store.begin() as connection:
        for token in ("t4", f"cart of {EMAIL}"):
            await take_checkout(connection, shop, checkout_from_rest(of_person(token), zone="UTC"), START)
        ids = (
            (await connection.execute(select(abandoned_checkouts.c.id).order_by(abandoned_checkouts.c.id)))
            .scalars()
            .all()
        )
        await create_task(connection, shop, ids[0], f"Call {NAME} at {PHONE}", START)
        await save_rejected(
            connection, shop, "w1", "x", orjson.dumps({"email": EMAIL, "name": NAME}).decode(), "bad", START
        )
        texts = {name: f"{name} {EMAIL}" for name in ("sender", "subject", "html", "plain")}
        mail = {"id": "m", "checkout_id": ids[0], "flow_id": 1, "position": 0, "sent_at": START, "shop_id": shop.id}
        known_as = recipient_key(shop, EMAIL)
        await connection.execute(insert(flow_mails).values(**mail, **texts, recipient=EMAIL, recipient_key=known_as))
        bounce = MailReport("b1", "hard_bounce", EMAIL, f"550 <{EMAIL}> {NAME}", START, "m")
        assert await take_report(connection, shop, "postmark", bounce, START) == "blocked"
        delivery: dict[str, Any] = dict.fromkeys(("webhook_id", "address", "body_hash", "topic", "dialect"), "x")
        numbers = {
            "shop_id": shop.id,
            "id": 1,
            "event_id": 1,
            "subscription_id": 1,
            "due_at": START,
            "created_at": START,
        }
        subject = f"checkout/{ids[0]}"
        body = {"subject": subject, "body": orjson.dumps({"name": NAME}).decode(), "state": "waiting"}
        await connection.execute(insert(deliveries).values(**delivery, **numbers, **body))
        order = {"shop_id": shop.id, "id": 1, "number": 1, "name": "#1", "customer_id": 9001, "email": EMAIL}
        moments = dict.fromkeys(("created_at", "updated_at", "processed_at"), START)
        amounts = {
            column.name: 5 for column in orders.c if column.name.startswith(("total", "subtotal", "presentment_"))
        }
        amounts |= {"currency": "USD", "presentment_currency": "USD", "note": f"for {NAME}"}
        await connection.execute(insert(orders).values(**order, **moments, **amounts))
        app = await register_app(connection, shop, now=START, title="Asker", scopes="[]")
        claim = await claim_key(connection, shop, app, "k1", "f", START)
        assert isinstance(claim, Claim)
        await save_response(connection, claim, orjson.dumps({"data": {"firstName": NAME}}).decode())


async def texts_of(store: Database) -> str:
    """The rows of all tables."""
    found = []
    async with store.read() as connection:
        for table in metadata.sorted_tables:
            for row in (await connection.execute(select(table))).mappings():
                found += [f"{table.name}.{name}: {value}" for name, value in row.items()]
        index = await connection.exec_driver_sql("SELECT tokens FROM checkout_text")
        found += [f"checkout_text: {row[0]}" for row in index]
    return "\n".join(found)


async def sums(store: Database) -> Any:
    names = ("total_price", "subtotal_price", "total_line_items_price", "line_items_quantity")
    async with store.read() as connection:
        columns = [func.sum(abandoned_checkouts.c[name]) for name in names]
        checkouts = (await connection.execute(select(func.count(), *columns).select_from(abandoned_checkouts))).one()
        people = (await connection.execute(select(func.count(), func.sum(customers.c.number_of_orders)))).one()
        sold = (await connection.execute(select(func.count(), func.sum(orders.c.total_price)))).one()
    return [*map(int, checkouts), *map(int, people), *map(int, sold)]


async def test_a_blocked_address_stays_blocked(store: Database, shop: Shop) -> None:
    await fill(store, shop)
    key = recipient_key(shop, EMAIL)
    async with store.begin() as connection:
        assert NAME in str(await why_blocked(connection, shop, key))
        await erase_person(connection, shop, await find_person(connection, shop, email=EMAIL), START)
        assert await why_blocked(connection, shop, key) == "the address does not exist or refuses mails (hard bounce)"


@pytest.mark.parametrize("by", ["customer", "email"])
async def test_no_data_of_the_person_is_left_and_amounts_stay(store: Database, shop: Shop, by: str) -> None:
    await fill(store, shop)
    before = await sums(store)
    there = await texts_of(store)
    assert all(text in there for text in (EMAIL, PHONE, NAME, "hidden"))
    async with store.begin() as connection:
        named: dict[str, Any] = {"customer_id": 9001} if by == "customer" else {"email": EMAIL.upper()}
        person = await find_person(connection, shop, **named)
        erased = await erase_person(connection, shop, person, START + 1)
    await free_pages(store)
    assert (erased.customers, erased.checkouts) == (1, 4)
    left = await texts_of(store)
    for text in SEARCHED:
        assert text not in left, [line for line in left.splitlines() if text in line]
    assert await sums(store) == before
    # All data of the other person is left.
    assert "ada@example.com" in left and "Lovelace" in left


async def test_the_file_does_not_contain_the_person(databases: Any) -> None:
    url = databases.new("sqlite")
    store = await open_database(url)
    async with store.begin() as connection:
        shop = await create_shop(connection, "bytes.example.com", now=START)
    await fill(store, shop)
    # Rewritten and removed rows leave traces on the pages.
    async with store.begin() as connection:
        for token in ("t1", "t2"):
            source = of_person(token, updated=5)
            await take_checkout(connection, shop, checkout_from_rest(source, zone="UTC"), START)
    async with store.begin() as connection:
        person = await find_person(connection, shop, email=EMAIL)
        await erase_person(connection, shop, person, START + 1)
    await free_pages(store)
    file = Path(url.removeprefix("sqlite+aiosqlite:///"))
    held = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*")).lower()
    assert b"lovelace" in held
    for text in SEARCHED:
        assert text.lower().encode() not in held, text
    await store.close()


async def test_erased_data_that_is_reported_again_does_not_come_back(store: Database, shop: Shop) -> None:
    await fill(store, shop)
    async with store.begin() as connection:
        await erase_person(connection, shop, await find_person(connection, shop, email=EMAIL), START + 60_000_000)
        for token, outcome in (("t1", "older"), ("t4", "deleted")):
            source = checkout_from_rest(of_person(token), zone="UTC")
            assert await take_checkout(connection, shop, source, START + 61_000_000) == outcome
    assert EMAIL not in await texts_of(store)


async def test_a_request_is_carried_out_after_the_delay_unless_cancelled(store: Database, shop: Shop) -> None:
    await fill(store, shop)
    async with store.begin() as connection:
        await request_erasure(connection, shop, 9001, now=START)
    assert await erase_due(store, START + 59, 60) == 0
    assert await erase_due(store, START + 60, 60) == 1
    assert EMAIL not in await texts_of(store)
    async with store.read() as connection:
        assert await customers_due_for_erasure(connection, START + 100, 10) == []


@pytest.mark.parametrize(
    ("stored", "requested"), [("ÄDA@Ex.example", "äda@ex.example"), ("äda@ex.example", "ÄDA@EX.EXAMPLE")]
)
async def test_addresses_with_letters_beyond_ascii_are_found(
    store: Database, shop: Shop, stored: str, requested: str
) -> None:
    async with store.begin() as connection:
        for source in (checkout("t1", email=stored, customer=None), checkout("t2", note=f"ask {stored}")):
            await take_checkout(connection, shop, checkout_from_rest(source, zone="UTC"), START)
    await abandon_due(store, START + 20 * 60_000_000)
    async with store.begin() as connection:
        erased = await erase_person(connection, shop, await find_person(connection, shop, email=requested), START + 1)
    await free_pages(store)
    assert erased.checkouts == 1 and stored.lower() not in (await texts_of(store)).lower()


async def test_events_stay_with_anonymised_documents(store: Database, shop: Shop) -> None:
    await fill(store, shop)
    async with store.begin() as connection:
        before = (await connection.execute(select(events.c.kind).order_by(events.c.id))).scalars().all()
        await erase_person(connection, shop, await find_person(connection, shop, email=EMAIL), START + 1)
        after = (await connection.execute(select(events.c.kind).order_by(events.c.id))).scalars().all()
        states = (await connection.execute(select(deliveries.c.state))).scalars().all()
        numbers = (
            (await connection.execute(select(abandoned_checkouts.c.id).order_by(abandoned_checkouts.c.id)))
            .scalars()
            .all()
        )
        stored = await load_known(connection, shop, list(numbers))
    assert after == [*before, *["checkout_erased"] * (len(after) - len(before))] and len(after) > len(before)
    assert states == ["cancelled"] and set(before) <= set(TOPICS) | {"checkout_abandoned"}
    assert all(line.title == "Teapot" for checkout in stored.values() for line in checkout.line_items)


async def test_an_erasure_of_an_unknown_person_changes_nothing(store: Database, shop: Shop) -> None:
    """Overwriting deleted data rewrites the whole store, which takes 21 s for ten erasures of 56 MiB."""
    async with store.begin() as connection:
        await take_checkout(connection, shop, checkout_from_rest(of_person("here"), zone="UTC"), START)
    for email, has_changed in (("nobody@example.com", False), (EMAIL, True), (EMAIL, False)):
        async with store.begin() as connection:
            person = await find_person(connection, shop, email=email)
            erased = await erase_person(connection, shop, person, START + 1)
        assert erased.has_changed is has_changed, email
