"""Values that no store could keep, or no dialect tell: found where a source is read, before others meet them."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any

from app.checkouts.checkout import Checkout
from app.checkouts.customer import Customer
from app.checkouts.line_item import LineItem
from app.checkouts.order import Order
from app.checkouts.rejected import RejectedRecordError

# The largest number that stores keep, and the largest count of things that dialects tell.
_LARGEST, _LARGEST_COUNT = (1 << 63) - 1, (1 << 31) - 1
_TEXT = frozenset((str, type(None)))
# What of an address is no text.
_OTHER = frozenset(("id", "latitude", "longitude", "extra"))
# The numbers that sources tell, or that grow out of them; all others are no larger.
_NUMBERS: dict[type, Any] = {
    Checkout: attrgetter("total_price", "total_line_items_price", "total_shipping", "total_tax", "total_duties"),
    LineItem: attrgetter("product_id", "variant_id", "original_total_price", "presentment_original_total_price"),
    Customer: attrgetter("id", "last_order_id", "number_of_orders"),
    Order: attrgetter("id", "checkout_id", "customer_id"),
}


def check_checkout(checkout: Checkout) -> None:
    """Look through a checkout with its customer, addresses and lines. Raises RejectedRecordError."""
    _check(checkout)
    for address in (checkout.shipping_address, checkout.billing_address):
        if address is not None:
            _check_address(address)
    if checkout.customer is not None:
        check_customer(checkout.customer)
    pieces = 0
    for line in checkout.line_items:
        _check(line)
        pieces += line.quantity
    if pieces > _LARGEST_COUNT:
        raise RejectedRecordError(f"it has more than {_LARGEST_COUNT} pieces")


def check_customer(customer: Customer) -> None:
    """The same of a customer."""
    _check(customer)
    for address in customer.addresses:
        _check_address(address)


def check_order(order: Order) -> None:
    """The same of an order."""
    _check(order)
    if order.number > _LARGEST_COUNT:
        raise RejectedRecordError(f"{order.number} is not a number that Shopify gives an order")


def _check(record: Any) -> None:
    noun: type = type(record)
    if not _TEXT.issuperset(map(type, _texts(noun)(record))):
        raise _not_text((name, getattr(record, name)) for name in _text_names(noun))
    for number in _NUMBERS[noun](record):
        if number is not None and not (type(number) is int and -_LARGEST <= number <= _LARGEST):
            raise RejectedRecordError(f"{str(number)[:100]!r} is not a number that Shopify gives")


def _check_address(address: Mapping[str, Any]) -> None:
    if not _TEXT.issuperset([type(value) for name, value in address.items() if name not in _OTHER]):
        raise _not_text((name, value) for name, value in address.items() if name not in _OTHER)


def _not_text(told: Iterable[tuple[str, Any]]) -> RejectedRecordError:
    name, value = next((name, value) for name, value in told if type(value) not in _TEXT)
    return RejectedRecordError(f"{name} is {str(value)[:100]!r}, which is not a text")


@cache
def _texts(noun: type) -> Any:
    return attrgetter(*_text_names(noun))


@cache
def _text_names(noun: type) -> tuple[str, ...]:
    return tuple(item.name for item in fields(noun) if item.type in (str, str | None))
