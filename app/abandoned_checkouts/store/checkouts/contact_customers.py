"""Finds or creates the customers of checkouts whose source sends only a contact.

As at Shopify, each checkout with a contact has a customer. Without one, it would have no abandonment. If the shop has
no customer with the contact, this module creates one (`from_contact`). When the platform later sends a customer with
the same contact, that customer replaces the created one. Customers with the same phone number and different e-mail
addresses are different people.

This module changes customers only while it holds the lock of the shop's row. If two transactions have the same new
contact, the second therefore finds the customer that the first created. To avoid deadlocks, acquire locks of customers
(`customer/NUMBER`) before the lock of the shop's row, never after it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import case, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.buyer import contact_names
from abandoned_checkouts.checkouts.checkout import Checkout, without_unnumbered
from abandoned_checkouts.checkouts.contact import ContactKeys, contact_keys, customer_keys
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.identity import derived_uuid
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.customer_numbers import BEFORE_FIRST, CustomerNumbers, lock_customer_numbers
from abandoned_checkouts.store.checkouts.deleted_customers import remember_deleted
from abandoned_checkouts.store.checkouts.known_customers import KnownCustomers
from abandoned_checkouts.store.checkouts.save_customers import insert_customers
from abandoned_checkouts.store.engine.locks import has_locks
from abandoned_checkouts.store.outbox.record_changes import note_changed
from abandoned_checkouts.store.tables import abandoned_checkouts, abandonments, customers, orders


async def give_customers(connection: AsyncConnection, shop: Shop, checkouts: Sequence[Checkout]) -> list[int]:
    """Find or create the customer of each checkout, and set it. Returns the numbers of other checkouts whose customer
    changed; the caller must save them again."""
    reachable = [(each, keys) for each in checkouts if (keys := _keys(each, shop))]
    if not reachable:
        return []
    contacts = [keys for _, keys in reachable]
    known = await KnownCustomers.load(connection, shop, contacts)
    numbers = None
    if not all(map(known.is_settled, contacts)):
        last = await lock_customer_numbers(connection, shop)
        numbers = CustomerNumbers(connection, shop, last, len(reachable))
        if has_locks(connection):
            # Another transaction may have created them before this one got the lock.
            known = await KnownCustomers.load(connection, shop, contacts)
    made: dict[int, Customer] = {}
    replaced: dict[int, int] = {}
    moved: list[int] = []
    for checkout, keys in reachable:
        customer = known.find(keys)
        if customer is None:
            assert numbers is not None
            customer = await _made(checkout, keys, shop, numbers)
            made[customer.id] = customer
        else:
            for other in known.same_person(keys, customer):
                known.remove(other)
                replaced[other.id] = customer.id
                if made.pop(other.id, None) is None:
                    moved += await _join(connection, shop, other, customer)
            customer = await _completed(connection, shop, customer, checkout, keys, made)
        known.put(customer)
        checkout.customer_id = customer.id
    for checkout, _ in reachable:
        number = checkout.customer_id or 0
        while number in replaced:
            number = replaced[number]
        checkout.customer, checkout.customer_id = known.customers[number], number
        without_unnumbered(checkout)
    await insert_customers(connection, shop, list(made.values()))
    if numbers is not None:
        await numbers.save()
    return moved


async def join_made_customers(connection: AsyncConnection, shop: Shop, people: Sequence[Customer]) -> list[int]:
    """Replace created customers by these stored customers of a platform with the same contact. Returns the numbers of
    the checkouts whose customer changed; the caller must save them again."""
    named = [each for each in people if not each.from_contact]
    if not named:
        return []
    if await lock_customer_numbers(connection, shop) == BEFORE_FIRST:
        # The shop has no created customer, so there is nothing to look for.
        return []
    contacts = [(each, customer_keys(each, shop)) for each in named]
    known = await KnownCustomers.load(connection, shop, [keys for _, keys in contacts], only_made=True)
    moved: list[int] = []
    for customer, keys in contacts:
        for other in known.made_with(keys):
            known.remove(other)
            moved += await _join(connection, shop, other, customer)
    return moved


async def _join(connection: AsyncConnection, shop: Shop, gone: Customer, kept: Customer) -> list[int]:
    """Move everything of the created customer `gone` to `kept`, and delete `gone`. There is no event, because there was
    no event when it was created."""
    its_row = (customers.c.shop_id == shop.id) & (customers.c.id == gone.id)
    # Wait for transactions that have loaded this customer for a checkout that becomes abandoned: see load_customers.
    await connection.execute(select(customers.c.id).where(its_row).with_for_update())
    table = abandoned_checkouts
    mine = (table.c.shop_id == shop.id) & (table.c.customer_id == gone.id)
    moved = list((await connection.execute(select(table.c.id).where(mine))).scalars())
    contact = case((table.c.contact_id == gone.uuid, kept.uuid), else_=table.c.contact_id)
    await connection.execute(update(table).where(mine).values(customer_id=kept.id, contact_id=contact))
    for other in (orders, abandonments):
        theirs = (other.c.shop_id == shop.id) & (other.c.customer_id == gone.id)
        await connection.execute(update(other).where(theirs).values(customer_id=kept.id))
    # Open checkouts refer to the deleted customer until they become abandoned.
    await remember_deleted(connection, shop, gone.id, kept.updated_at, merged_into=kept.id)
    await connection.execute(delete(customers).where(its_row))
    await note_changed(connection, shop.id, "customer", [gone.id], kept.updated_at, are_deleted=True)
    await note_changed(connection, shop.id, "checkout", moved, kept.updated_at)
    return moved


def _keys(checkout: Checkout, shop: Shop) -> ContactKeys:
    keys = contact_keys(checkout, shop)
    if checkout.customer is None:
        return keys
    own = customer_keys(checkout.customer, shop)
    return ContactKeys(own.email or keys.email, own.phone or keys.phone)


async def _made(checkout: Checkout, keys: ContactKeys, shop: Shop, numbers: CustomerNumbers) -> Customer:
    """A new customer for a contact. A customer from an export of this server keeps its number if the number is free."""
    exported = checkout.customer
    if exported is not None and await numbers.claim(exported.id):
        return replace(exported, uuid=exported.uuid or derived_uuid(shop.domain, "customer", exported.id))
    number = await numbers.next()
    uuid = derived_uuid(shop.domain, "customer", number)
    if exported is not None:
        return replace(exported, id=number, uuid=uuid)
    first_name, last_name = contact_names(checkout)
    return Customer(
        id=number,
        uuid=uuid,
        created_at=checkout.created_at,
        updated_at=checkout.created_at,
        first_name=first_name,
        last_name=last_name,
        email=(checkout.email or "").strip() or None,
        phone=keys.phone,
        locale=checkout.locale or "en",
        currency=shop.currency,
        # Only the checkout says whether the buyer accepts marketing.
        verified_email=keys.email is not None,
        from_contact=True,
    )


async def _completed(
    connection: AsyncConnection,
    shop: Shop,
    customer: Customer,
    checkout: Checkout,
    keys: ContactKeys,
    made: dict[int, Customer],
) -> Customer:
    """The customer, completed with values of this checkout if it is a created one. Customers of a platform are not
    changed."""
    if not customer.from_contact:
        return customer
    added: dict[str, Any] = {}
    if customer.email is None and keys.email is not None:
        added |= {"email": (checkout.email or keys.email).strip(), "verified_email": True}
    if customer.phone is None and keys.phone is not None:
        added["phone"] = keys.phone
    first_name, last_name = contact_names(replace(checkout, customer=None))
    if customer.first_name is None and customer.last_name is None and (first_name or last_name):
        added |= {"first_name": first_name, "last_name": last_name}
    if not added:
        return customer
    completed = replace(customer, **added)
    if customer.id in made:
        made[customer.id] = completed
    else:
        whole = customer_keys(completed, shop)
        mine = (customers.c.shop_id == shop.id) & (customers.c.id == customer.id)
        values = added | {"email_key": whole.email, "phone_key": whole.phone}
        await connection.execute(update(customers).where(mine).values(values))
        await note_changed(connection, shop.id, "customer", [customer.id], checkout.updated_at)
    return completed
