"""Erases a person from checkouts, customers, and the records around them, such as orders and mails. Amounts stay."""

import orjson
from sqlalchemy import Table, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.anonymised import erased_checkout, erased_customer
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.checkout_rows import CHECKOUT
from abandoned_checkouts.store.checkouts.load import load_known
from abandoned_checkouts.store.checkouts.open_checkouts import mark_deleted, open_checkout_from_row
from abandoned_checkouts.store.checkouts.save_customers import CUSTOMER
from abandoned_checkouts.store.engine.statements import chunks
from abandoned_checkouts.store.flows.discount_codes import forget_issued_codes
from abandoned_checkouts.store.flows.flow_people import forget_people
from abandoned_checkouts.store.outbox.record_changes import ChangedKind, note_changed
from abandoned_checkouts.store.privacy.find_person import Person, spellings
from abandoned_checkouts.store.privacy.mail_bounces import erase_bounces
from abandoned_checkouts.store.search.contact_text import contact_text
from abandoned_checkouts.store.tables import (
    abandoned_checkouts,
    abandonments,
    carts,
    customers,
    email_opens,
    flow_mails,
    flow_steps,
    idempotent_requests,
    line_items,
    merchant_notes,
    merchant_tasks,
    metafields,
    open_checkouts,
    orders,
    purchases,
    recovery_discounts,
)
from abandoned_checkouts.store.tenants.exports import delete_exports


async def erase_checkouts(connection: AsyncConnection, shop: Shop, person: Person, now: int) -> None:
    table = abandoned_checkouts
    for part in chunks(sorted(person.checkouts)):
        for number, checkout in (await load_known(connection, shop, part)).items():
            left = erased_checkout(checkout, now)
            values = CHECKOUT.row(left) | {
                "customer_name": ", ",
                "contact_first_name": None,
                "contact_last_name": None,
                "contact_text": contact_text(None, None, None),
                "version": table.c.version + 1,
            }
            del values["customer_id"]
            mine = (table.c.shop_id == shop.id) & (table.c.id == number)
            await connection.execute(update(table).where(mine).values(values))
            visit = {"visit": orjson.dumps(left.visit).decode(), "cart_token": None}
            ended = (abandonments.c.shop_id == shop.id) & (abandonments.c.id == number)
            await connection.execute(update(abandonments).where(ended).values(visit))
        lines = (line_items.c.shop_id == shop.id) & line_items.c.checkout_id.in_(part)
        await connection.execute(update(line_items).where(lines).values(custom_attributes="[]", extra=None))


async def erase_open(connection: AsyncConnection, shop: Shop, person: Person, now: int) -> None:
    """Replace open checkouts by the fact that they were deleted, so that a late report does not store the person
    again."""
    table = open_checkouts
    mine = (table.c.shop_id == shop.id) & table.c.token.in_(person.open_tokens)
    for row in (await connection.execute(select(table).where(mine))).mappings().all():
        entry = open_checkout_from_row(row)
        await mark_deleted(connection, shop, entry.checkout, entry.version + 1, now)
        person.checkouts.add(entry.checkout.id or 0)


async def erase_customers(connection: AsyncConnection, shop: Shop, person: Person, now: int) -> None:
    mine = (customers.c.shop_id == shop.id) & customers.c.id.in_(person.customers)
    for row in (await connection.execute(select(customers).where(mine))).mappings().all():
        values = CUSTOMER.row(erased_customer(CUSTOMER.record(row), now))
        values |= {"erasure_requested_at": None, "email_key": None, "phone_key": None}
        await connection.execute(update(customers).where(mine, customers.c.id == row["id"]).values(values))


async def erase_around(connection: AsyncConnection, shop: Shop, person: Person) -> None:
    """Erase the person from orders, metafields, carts, records of flows, and responses to mutations."""
    numbers, people = sorted(person.checkouts), sorted(person.customers)
    blank: dict[str, object] = {"email": None, "phone": None, "note": None, "custom_attributes": "[]", "extra": None}
    theirs = (
        orders.c.customer_id.in_(people)
        | orders.c.checkout_id.in_(numbers)
        | func.lower(orders.c.email).in_(spellings(person.emails))
    )
    await connection.execute(update(orders).where(orders.c.shop_id == shop.id, theirs).values(blank))
    for kind, owners in (("Customer", people), ("AbandonedCheckout", numbers)):
        table: Table = metafields
        mine = (table.c.shop_id == shop.id) & (table.c.owner_type == kind) & table.c.owner_id.in_(owners)
        await connection.execute(delete(table).where(mine))
    await connection.execute(delete(carts).where(carts.c.shop_id == shop.id, carts.c.token.in_(person.cart_tokens)))
    of_mail = or_(
        flow_mails.c.checkout_id.in_(numbers), func.lower(flow_mails.c.recipient).in_(spellings(person.emails))
    )
    erased = {"recipient": "", "sender": "", "subject": "", "html": "", "plain": "", "opens": 0, "opened_at": None}
    await connection.execute(update(flow_mails).where(flow_mails.c.shop_id == shop.id, of_mail).values(erased))
    await erase_bounces(connection, shop, person.emails, numbers)
    for table in (merchant_tasks, merchant_notes, recovery_discounts):
        await connection.execute(delete(table).where(table.c.shop_id == shop.id, table.c.checkout_id.in_(numbers)))
    opened = (email_opens.c.shop_id == shop.id) & email_opens.c.customer_id.in_(people)
    await connection.execute(delete(email_opens).where(opened))
    bought = (purchases.c.shop_id == shop.id) & purchases.c.customer_id.in_(people)
    await connection.execute(delete(purchases).where(bought))
    await forget_people(connection, shop, people)
    await forget_issued_codes(connection, shop, people, numbers)
    await delete_exports(connection, shop)
    # A response can contain the person under any field name, so all stored responses of the shop are erased.
    answered = (idempotent_requests.c.shop_id == shop.id) & idempotent_requests.c.response.is_not(None)
    await connection.execute(update(idempotent_requests).where(answered).values(response=None))
    waiting = (flow_steps.c.shop_id == shop.id) & flow_steps.c.checkout_id.in_(numbers)
    stopped = {"state": "cancelled", "claim": None, "reason": "the buyer's data was erased"}
    await connection.execute(update(flow_steps).where(waiting, flow_steps.c.state == "waiting").values(stopped))


async def note_records(
    connection: AsyncConnection, shop: Shop, checkouts: set[int], people: set[int], now: int
) -> None:
    """Add those of these checkouts and customers that are stored to the change feed."""
    both: tuple[tuple[ChangedKind, Table, set[int]], ...] = (
        ("checkout", abandoned_checkouts, checkouts),
        ("customer", customers, people),
    )
    for kind, table, numbers in both:
        for part in chunks(sorted(numbers)):
            mine = (table.c.shop_id == shop.id) & table.c.id.in_(part)
            found = (await connection.execute(select(table.c.id).where(mine))).scalars().all()
            await note_changed(connection, shop.id, kind, found, now)
