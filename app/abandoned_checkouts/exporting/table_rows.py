"""The rows of each table, from checkouts, customers and deliveries."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from abandoned_checkouts.checkouts.address import Address
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.contact import ContactKeys, contact_keys, customer_keys
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.lifecycle import why_gone
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.exporting.table_schema import RowSources
from abandoned_checkouts.exporting.tables import (
    ABANDONED_CHECKOUT,
    ACTIVITY,
    ADDRESS,
    CUSTOMER,
    DISCOUNT_CODE,
    LINE_ITEM,
    SHIPPING_LINE,
)
from abandoned_checkouts.store.privacy.person_hashes import person_hash


@dataclass(frozen=True, slots=True)
class RowMaker:
    """Makes the rows of a shop. `hash_key` is the key of the hashes of addresses (store/privacy/person_hashes)."""

    shop: Shop
    hash_key: bytes

    def of_checkout(self, table: str, checkout: Checkout, gone_at: int | None = None) -> Iterator[RowSources]:
        """The rows of a checkout in one of its tables; none in other tables. `gone_at` is when the source of a copy no
        longer had it."""
        make = _OF_CHECKOUT.get(table)
        reason = None if gone_at is None else why_gone(checkout.created_at, gone_at)
        if make is not None:
            for row in make(self, checkout):
                yield {
                    "checkout": checkout,
                    "gone": {"at": gone_at, "reason": reason},
                    "presentment_currency": checkout.presentment_currency or checkout.currency,
                    **row,
                }

    def of_customer(self, table: str, customer: Customer) -> Iterator[RowSources]:
        """The rows of a customer in one of its tables; none in other tables."""
        if table == CUSTOMER.name:
            yield {"customer": customer, "hashes": self.hashes(customer_keys(customer, self.shop))}
        elif table == ADDRESS.name:
            for position, address in enumerate(customer.addresses, 1):
                role = "default" if position == 1 else "other"
                yield _address("customer", customer.id, role, position, address)

    def hashes(self, keys: ContactKeys) -> Mapping[str, str | None]:
        return {
            name: None if value is None else person_hash(self.hash_key, value)
            for name, value in (("email", keys.email), ("phone", keys.phone))
        }


def _checkouts(maker: RowMaker, checkout: Checkout) -> Iterator[RowSources]:
    yield {"hashes": maker.hashes(contact_keys(checkout, maker.shop))}


def _lines(_: RowMaker, checkout: Checkout) -> Iterator[RowSources]:
    for position, line in enumerate(checkout.line_items, 1):
        yield {"position": position, "line": line}


def _codes(_: RowMaker, checkout: Checkout) -> Iterator[RowSources]:
    for position, code in enumerate(checkout.discount_codes, 1):
        amount = _presentment_amount(checkout, code["code"], code["amount"])
        yield {"position": position, "code": code, "presentment_amount": amount}


def _presentment_amount(checkout: Checkout, code: str, amount: int) -> int | None:
    """The amount of a code in the buyer's currency. Platforms send it for each line only."""
    if checkout.presentment_currency in (None, checkout.currency):
        return amount
    applications = checkout.discount_applications
    parts = [
        part["presentment_amount"]
        for line in checkout.line_items
        for part in line.discount_allocations
        if 0 <= part["application"] < len(applications) and applications[part["application"]].get("code") == code
    ]
    return sum(parts) if parts else None


def _shipping(_: RowMaker, checkout: Checkout) -> Iterator[RowSources]:
    for position, line in enumerate(checkout.shipping_lines, 1):
        amount = line.get("amount", 0)
        both = {"amount": amount, "presentment_amount": line.get("presentment_amount", amount)}
        yield {"position": position, "shipping": {**line, **both}}


def _activities(_: RowMaker, checkout: Checkout) -> Iterator[RowSources]:
    for position, activity in enumerate(checkout.activities, 1):
        yield {"position": position, "activity": activity}


def _addresses(_: RowMaker, checkout: Checkout) -> Iterator[RowSources]:
    for role, address in (("shipping", checkout.shipping_address), ("billing", checkout.billing_address)):
        if address is not None:
            yield _address(ABANDONED_CHECKOUT.name, checkout.id or 0, role, 1, address)


def _address(owner: str, number: int, role: str, position: int, address: Address) -> RowSources:
    return {"owner": owner, "owner_id": number, "role": role, "position": position, "address": address}


_OF_CHECKOUT: Mapping[str, Callable[[RowMaker, Checkout], Iterator[RowSources]]] = {
    ABANDONED_CHECKOUT.name: _checkouts,
    LINE_ITEM.name: _lines,
    DISCOUNT_CODE.name: _codes,
    SHIPPING_LINE.name: _shipping,
    ACTIVITY.name: _activities,
    ADDRESS.name: _addresses,
}
OF_CHECKOUTS = frozenset(_OF_CHECKOUT)
OF_CUSTOMERS = frozenset((CUSTOMER.name, ADDRESS.name))
