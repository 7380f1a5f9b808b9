"""Processes a platform's reports about a customer: save, change, merge or delete, each with its event."""

from dataclasses import replace
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.event_kind import EventKind
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.contact_customers import join_made_customers
from abandoned_checkouts.store.checkouts.deleted_customers import is_deleted, remember_deleted
from abandoned_checkouts.store.checkouts.save import save_again
from abandoned_checkouts.store.checkouts.save_customers import CUSTOMER, save_customers
from abandoned_checkouts.store.engine.locks import lock_subject
from abandoned_checkouts.store.outbox.events import customer_event, write_events
from abandoned_checkouts.store.outbox.record_changes import note_changed
from abandoned_checkouts.store.tables import abandoned_checkouts, abandonments, customers, orders

# For each kind of consent: the column with its time, and the columns that change with it.
_CONSENTS = {
    "email_marketing_updated_at": ("email_marketing_state", "email_marketing_opt_in_level"),
    "sms_marketing_updated_at": ("sms_marketing_state", "sms_marketing_opt_in_level", "sms_marketing_collected_from"),
}


def _is_older(customer: Customer, known: Customer, name: str) -> bool:
    moment, since = getattr(customer, name), getattr(known, name)
    return since is not None and moment is not None and moment < since


def _keep_newer_consent(customer: Customer, known: Customer) -> None:
    """Keep the known consent if it is newer than the reported one. A consent can also be reported alone, before a late
    report of the customer."""
    for name, others in _CONSENTS.items():
        if _is_older(customer, known, name):
            for each in (name, *others):
                setattr(customer, each, getattr(known, each))


async def find_customer(connection: AsyncConnection, shop: Shop, number: int) -> Customer | None:
    statement = select(customers).where(customers.c.shop_id == shop.id, customers.c.id == number)
    row = (await connection.execute(statement)).mappings().first()
    return None if row is None else CUSTOMER.record(row)


async def take_customer(connection: AsyncConnection, shop: Shop, customer: Customer, kind: EventKind, now: int) -> str:
    """Save a customer. Returns "created", "updated", "unchanged" or "older", or "deleted" if it was deleted before."""
    await lock_subject(connection, shop, f"customer/{customer.id}")
    if await is_deleted(connection, shop, customer.id):
        return "deleted"
    before = await find_customer(connection, shop, customer.id)
    if before is not None and before.updated_at > customer.updated_at:
        return "older"
    if before is not None:
        _keep_newer_consent(customer, before)
    joined = await save_customers(connection, shop, [customer])
    await save_again(connection, shop, await join_made_customers(connection, shop, joined))
    after = await find_customer(connection, shop, customer.id)
    if after is None or after == before:
        return "unchanged"
    await write_events(connection, shop, [customer_event(kind, after)], now)
    return "created" if before is None else "updated"


async def change_customer(
    connection: AsyncConnection, shop: Shop, number: int, kind: EventKind, changes: dict[str, Any], now: int
) -> str:
    """Set some fields of a known customer. A consent that is older than the known one is ignored."""
    await lock_subject(connection, shop, f"customer/{number}")
    before = await find_customer(connection, shop, number)
    if before is None:
        return "unknown"
    after = replace(before, **changes)
    if any(name in changes and _is_older(after, before, name) for name in _CONSENTS):
        return "older"
    if after == before:
        return "unchanged"
    row = CUSTOMER.row(after)
    await connection.execute(
        update(customers)
        .where(customers.c.shop_id == shop.id, customers.c.id == number)
        .values({name: row[name] for name in changes})
    )
    await note_changed(connection, shop.id, "customer", [number], now)
    await write_events(connection, shop, [customer_event(kind, after)], now)
    return "updated"


async def delete_customer(
    connection: AsyncConnection, shop: Shop, number: int, now: int, *, merged_into: int | None = None
) -> str:
    """Delete a customer permanently. Their checkouts stay, without a customer."""
    await lock_subject(connection, shop, f"customer/{number}")
    # Also for an unknown customer, because open checkouts and later reports may refer to it.
    await remember_deleted(connection, shop, number, now, merged_into=merged_into)
    before = await find_customer(connection, shop, number)
    if before is None:
        return "unknown"
    await _note_theirs(connection, shop, number, now)
    for table in (abandoned_checkouts, orders):
        mine = (table.c.shop_id == shop.id) & (table.c.customer_id == number)
        await connection.execute(update(table).where(mine).values(customer_id=None))
    mine = (abandonments.c.shop_id == shop.id) & (abandonments.c.customer_id == number)
    await connection.execute(delete(abandonments).where(mine))
    await connection.execute(delete(customers).where(customers.c.shop_id == shop.id, customers.c.id == number))
    await note_changed(connection, shop.id, "customer", [number], now, are_deleted=True)
    await write_events(connection, shop, [customer_event("customer_deleted", before)], now)
    return "deleted"


async def _note_theirs(connection: AsyncConnection, shop: Shop, number: int, now: int) -> None:
    """Add the checkouts of this customer to the change feed, because their customer will change."""
    table = abandoned_checkouts
    theirs = select(table.c.id).where(table.c.shop_id == shop.id, table.c.customer_id == number)
    numbers = (await connection.execute(theirs.with_for_update())).scalars().all()
    await note_changed(connection, shop.id, "checkout", numbers, now)


async def merge_customers(connection: AsyncConnection, shop: Shop, kept: int, gone: int, now: int) -> str:
    """Move everything of the customer `gone` to the customer `kept`, and delete `gone`."""
    if await find_customer(connection, shop, kept) is None:
        return "unknown"
    await _note_theirs(connection, shop, gone, now)
    for table in (abandoned_checkouts, orders, abandonments):
        mine = (table.c.shop_id == shop.id) & (table.c.customer_id == gone)
        await connection.execute(update(table).where(mine).values(customer_id=kept))
    return await delete_customer(connection, shop, gone, now, merged_into=kept)
