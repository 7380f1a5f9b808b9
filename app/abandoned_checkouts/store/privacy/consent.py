"""Withdraws the consent of a buyer who unsubscribes from mails."""

from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.contact import email_key, phone_key
from abandoned_checkouts.checkouts.customer import REFUSED
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.save_customers import CUSTOMER
from abandoned_checkouts.store.engine.prepared import select_of_shop
from abandoned_checkouts.store.flows.flow_steps import checkouts_of_customer, checkouts_of_email, hasten_steps
from abandoned_checkouts.store.outbox.events import customer_event, write_events
from abandoned_checkouts.store.outbox.record_changes import note_changed
from abandoned_checkouts.store.privacy.unsubscribed import recipient_key, unsubscribe
from abandoned_checkouts.store.tables import customers, flow_mails


async def withdraw_consent(connection: AsyncConnection, shop: Shop, recipient: str, now: int) -> None:
    """Unsubscribe the person with this recipient key (store/privacy/unsubscribed) and cancel their scheduled mails."""
    await unsubscribe(connection, shop, recipient, now)
    mails = flow_mails
    statement = select(mails.c.recipient).where(mails.c.shop_id == shop.id, mails.c.recipient_key == recipient)
    addresses = {address.lower() for address in (await connection.execute(statement)).scalars() if address}
    await _withdraw(connection, shop, addresses, set(), now)


async def withdraw_consent_of_customer(connection: AsyncConnection, shop: Shop, number: int, now: int) -> None:
    """Unsubscribe a customer, and all customers with the same e-mail address. Unknown customers are ignored."""
    statement = select(customers.c.email).where(customers.c.shop_id == shop.id, customers.c.id == number)
    email = (await connection.execute(statement)).scalar()
    if email:
        await unsubscribe(connection, shop, recipient_key(shop, email), now)
    await _withdraw(connection, shop, {email.lower()} if email else set(), {number}, now)


async def _withdraw(connection: AsyncConnection, shop: Shop, addresses: set[str], people: set[int], now: int) -> None:
    """Set the consent of these customers to unsubscribed, and cancel the scheduled mails to them."""
    mine = (customers.c.shop_id == shop.id) & (
        func.lower(customers.c.email).in_(addresses) | customers.c.id.in_(people)
    )
    rows = (await connection.execute(select(customers).where(mine))).mappings().all()
    numbers = set(await checkouts_of_email(connection, shop, list(addresses)))
    for row in rows:
        numbers.update(await checkouts_of_customer(connection, shop, row["id"]))
        if row["email_marketing_state"] == "UNSUBSCRIBED":
            continue
        changed: dict[str, Any] = {
            "email_marketing_state": "UNSUBSCRIBED",
            "email_marketing_updated_at": now,
            "updated_at": now,
        }
        await connection.execute(update(customers).where(mine, customers.c.id == row["id"]).values(changed))
        await note_changed(connection, shop.id, "customer", [row["id"]], now)
        customer = replace(CUSTOMER.record(row), **changed)
        event = customer_event("customer_email_marketing_consent_updated", customer)
        await write_events(connection, shop, [event], now)
    await hasten_steps(connection, shop, sorted(numbers), now, action="send_email")


async def has_refused(connection: AsyncConnection, shop: Shop, email: str | None, phone: str | None) -> bool:
    """Whether a customer with this e-mail address or phone number has refused mails. A refusal is valid for the person,
    who may also have other customer numbers."""
    for column, value in (("email_key", email_key(email)), ("phone_key", phone_key(phone))):
        if value is None:
            continue
        if (await connection.execute(_refused(column), {"shop_id": shop.id, "value": value})).first() is not None:
            return True
    return False


@cache
def _refused(column: str) -> Select[Any]:
    table = customers
    has_refused = table.c.email_marketing_state.in_(sorted(REFUSED))
    return select_of_shop(table, table.c.id).where(table.c[column] == bindparam("value"), has_refused).limit(1)
