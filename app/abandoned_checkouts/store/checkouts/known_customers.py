"""Finds the stored customer to whom a contact belongs."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.contact import ContactKeys, customer_keys
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.save_customers import CUSTOMER
from abandoned_checkouts.store.engine.prepared import rows_with
from abandoned_checkouts.store.engine.statements import chunks
from abandoned_checkouts.store.tables import customers


@cache
def _made_with(column: str) -> Select[Any]:
    """The customers that this server created, with one of some values in a column; see `rows_with`."""
    return rows_with(customers, column).where(customers.c.from_contact)


class KnownCustomers:
    """Stored customers by contact. `put` and `remove` keep it up to date while customers are created and replaced."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self.customers: dict[int, Customer] = {}
        self._keys: dict[int, ContactKeys] = {}
        self._by_email: dict[str, dict[int, Customer]] = {}
        self._by_phone: dict[str, dict[int, Customer]] = {}

    @classmethod
    async def load(
        cls, connection: AsyncConnection, shop: Shop, contacts: Sequence[ContactKeys], *, only_made: bool = False
    ) -> "KnownCustomers":
        """Load the customers that have one of these e-mail addresses or phone numbers."""
        known = cls(shop)
        for column, values in (
            ("email_key", {each.email for each in contacts} - {None}),
            ("phone_key", {each.phone for each in contacts} - {None}),
        ):
            for part in chunks(sorted(filter(None, values))):
                statement = _made_with(column) if only_made else rows_with(customers, column)
                rows = await connection.execute(statement, {"shop_id": shop.id, "values": part})
                for row in rows.mappings():
                    known.put(CUSTOMER.record(row))
        return known

    def put(self, customer: Customer) -> None:
        self.remove(customer)
        self.customers[customer.id] = customer
        keys = self._keys[customer.id] = customer_keys(customer, self._shop)
        if keys.email is not None:
            self._by_email.setdefault(keys.email, {})[customer.id] = customer
        if keys.phone is not None:
            self._by_phone.setdefault(keys.phone, {})[customer.id] = customer

    def remove(self, customer: Customer) -> None:
        self.customers.pop(customer.id, None)
        keys = self._keys.pop(customer.id, None)
        if keys is not None:
            self._by_email.get(keys.email or "", {}).pop(customer.id, None)
            self._by_phone.get(keys.phone or "", {}).pop(customer.id, None)

    def find(self, contact: ContactKeys) -> Customer | None:
        """The customer with this e-mail address, else one with this phone number and no other e-mail address.

        If there are several, a platform's customer comes first, then the oldest.
        """
        found = list(self._by_email.get(contact.email or "", {}).values())
        if not found:
            found = [each for each in self._with_phone(contact) if contact.email is None or not self._email(each)]
        return min(found, key=lambda each: (each.from_contact, each.id), default=None)

    def is_settled(self, contact: ContactKeys) -> bool:
        """Whether a platform's customer has the contact, so that no customer must be created, completed or replaced."""
        customer = self.find(contact)
        return customer is not None and not customer.from_contact and not self.same_person(contact, customer)

    def same_person(self, contact: ContactKeys, customer: Customer) -> list[Customer]:
        """Other created customers who are the same person as `customer`, which was found for the contact."""
        whole = ContactKeys(contact.email or self._email(customer), contact.phone)
        return [each for each in self.made_with(whole) if each.id != customer.id]

    def made_with(self, contact: ContactKeys) -> list[Customer]:
        """The created customers with this e-mail address, or with this phone number and no other e-mail address."""
        found = dict(self._by_email.get(contact.email or "", {}))
        with_phone = self._with_phone(contact)
        allowed: set[str | None] = {None, contact.email}
        others = {self._email(each) for each in with_phone} - {None}
        if contact.email is None and len(others) == 1:
            allowed |= others
        found |= {each.id: each for each in with_phone if self._email(each) in allowed}
        return [each for each in found.values() if each.from_contact]

    def _with_phone(self, contact: ContactKeys) -> list[Customer]:
        return list(self._by_phone.get(contact.phone or "", {}).values())

    def _email(self, customer: Customer) -> str | None:
        return self._keys[customer.id].email
