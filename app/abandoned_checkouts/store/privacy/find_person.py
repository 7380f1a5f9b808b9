"""Finds all records and addresses of one person in a shop, so that they can be erased."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.known_records import find_known
from abandoned_checkouts.store.checkouts.open_checkouts import open_checkout_from_row
from abandoned_checkouts.store.tables import abandoned_checkouts, customers, open_checkouts


@dataclass(slots=True)
class Person:
    """The records and addresses of one person in a shop."""

    customers: set[int]
    emails: set[str]
    phones: set[str]
    checkouts: set[int]
    open_tokens: set[str]
    cart_tokens: set[str]

    @property
    def is_known(self) -> bool:
        return bool(self.customers or self.checkouts or self.open_tokens)


async def find_person(
    connection: AsyncConnection,
    shop: Shop,
    *,
    customer_id: int | None = None,
    email: str | None = None,
    checkout_id: int | None = None,
) -> Person:
    """Find a person by customer number, e-mail address or checkout number. Records with an address in one of the found
    records belong to the person too."""
    person = Person(set(), {email.strip().lower()} if email else set(), set(), set(), set(), set())
    numbers = {customer_id} if customer_id is not None else set()
    if checkout_id is not None:
        person.checkouts.add(checkout_id)
        numbers |= await _customer_of(connection, shop, checkout_id)
    while True:
        before = (len(person.customers), len(person.emails), len(person.checkouts))
        await _add_customers(connection, shop, person, numbers)
        await _add_checkouts(connection, shop, person, numbers)
        if before == (len(person.customers), len(person.emails), len(person.checkouts)):
            return person


async def _customer_of(connection: AsyncConnection, shop: Shop, checkout_id: int) -> set[int]:
    """The customer number of a checkout. The e-mail address is not enough: both may have only a phone number in
    common."""
    known = await find_known(connection, shop, number=checkout_id)
    if known is None:
        return set()
    customer = known.checkout.customer
    return {customer.id if customer is not None else known.checkout.customer_id or 0} - {0}


async def _add_customers(connection: AsyncConnection, shop: Shop, person: Person, numbers: set[int]) -> None:
    table = customers
    known = table.c.id.in_(numbers | person.customers) | func.lower(table.c.email).in_(spellings(person.emails))
    statement = select(table.c.id, table.c.email, table.c.phone).where(table.c.shop_id == shop.id, known)
    for row in await connection.execute(statement):
        person.customers.add(row.id)
        _add_addresses(person, row.email, row.phone)


async def _add_checkouts(connection: AsyncConnection, shop: Shop, person: Person, numbers: set[int]) -> None:
    table = abandoned_checkouts
    mine = table.c.customer_id.in_(person.customers) | func.lower(table.c.email).in_(spellings(person.emails))
    mine |= table.c.id.in_(person.checkouts)
    columns = (table.c.id, table.c.email, table.c.phone, table.c.cart_token)
    for row in await connection.execute(select(*columns).where(table.c.shop_id == shop.id, mine)):
        person.checkouts.add(row.id)
        person.cart_tokens |= {row.cart_token} - {None}
        _add_addresses(person, row.email, row.phone)
    still_open = select(open_checkouts).where(open_checkouts.c.shop_id == shop.id)
    for entry in (await connection.execute(still_open)).mappings():
        checkout = open_checkout_from_row(entry).checkout
        customer = checkout.customer
        number = customer.id if customer is not None else checkout.customer_id
        emails = {(checkout.email or "").lower(), ((customer.email if customer else None) or "").lower()}
        # The customer may have no row, because only this checkout refers to it.
        named = number in person.customers | numbers or bool(emails & person.emails)
        if named or (entry["id"] in person.checkouts and entry["state"] != "deleted"):
            person.open_tokens.add(entry["token"])
            person.cart_tokens |= {checkout.cart_token or ""} - {""}
            _add_addresses(person, checkout.email, checkout.phone)


def spellings(emails: set[str]) -> set[str]:
    """The addresses, and the addresses as SQLite lowercases them: only A to Z."""
    return emails | {"".join(each.lower() if each.isascii() else each for each in email.upper()) for email in emails}


def _add_addresses(person: Person, email: str | None, phone: str | None) -> None:
    person.emails |= {(email or "").strip().lower()} - {""}
    person.phones |= {(phone or "").strip()} - {""}
