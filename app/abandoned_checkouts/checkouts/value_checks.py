"""Rejects values that the store cannot hold or a dialect cannot write. Every reader calls these checks.

The expected types are the type annotations of the classes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from functools import cache
from operator import attrgetter
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

from abandoned_checkouts.checkouts.address import Address
from abandoned_checkouts.checkouts.caches import cached
from abandoned_checkouts.checkouts.checkout import (
    Checkout,
    DiscountApplication,
    DiscountCode,
    ShippingLine,
    customer_name,
)
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.json_shape import type_name_of, unexpected_type
from abandoned_checkouts.checkouts.line_item import Attribute, Component, Image, LineItem, TaxLine
from abandoned_checkouts.checkouts.order import Order
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.checkouts.shop_addresses import is_web_address

# The largest number that a column can hold, and the largest quantity that a dialect can write.
_LARGEST, _LARGEST_COUNT = (1 << 63) - 1, (1 << 31) - 1
_LONGEST = 600
# Shopify allows 500 in a cart.
MOST_LINES = 1_000
_TEXT: frozenset[type] = frozenset((str, NoneType))
# Fields that can be as large as a column. All other numbers must fit a dialect.
_numbers: dict[type, tuple[str, ...]] = {
    Checkout: ("total_price", "total_line_items_price", "total_shipping", "total_tax", "total_duties"),
    LineItem: ("product_id", "variant_id", "original_total_price", "presentment_original_total_price"),
    Customer: ("id", "last_order_id", "number_of_orders"),
    Order: ("id", "checkout_id", "customer_id"),
}
# Lists of objects that the store keeps as JSON.
_lists: dict[type, dict[str, type]] = {
    Checkout: {
        "custom_attributes": Attribute,
        "discount_codes": DiscountCode,
        "discount_applications": DiscountApplication,
        "tax_lines": TaxLine,
        "shipping_lines": ShippingLine,
    },
    LineItem: {"custom_attributes": Attribute, "components": Component, "tax_lines": TaxLine},
}


def check_lengths(checkout: Checkout) -> None:
    """Check the length of indexed texts, because an index entry of PostgreSQL can have 2,704 bytes. The platforms allow
    255 characters. Raises RejectedRecordError."""
    _check_length("the customer's name", customer_name(checkout))
    _check_length("the e-mail", checkout.email)
    _check_length("the phone number", checkout.phone)
    _check_length("the token", checkout.token)


def _check_length(name: str, text: str | None) -> None:
    if text is not None and len(text) > _LONGEST:
        raise RejectedRecordError(f"{name} has {len(text):,} characters; the maximum is {_LONGEST}")


def check_recovery_url(checkout: Checkout) -> None:
    """The recovery URL must be a web address, because buyers are redirected to it. Raises RejectedRecordError."""
    if checkout.abandoned_checkout_url and not is_web_address(checkout.abandoned_checkout_url):
        raise RejectedRecordError(
            f"the recovery URL is {checkout.abandoned_checkout_url[:100]!r}; it must be an http or https URL"
        )


def check_checkout(checkout: Checkout) -> None:
    """Check a checkout with its customer, addresses and lines. Raises RejectedRecordError, or TypeError for a number of
    an unexpected type."""
    if len(checkout.line_items) > MOST_LINES:
        raise RejectedRecordError(f"there are {len(checkout.line_items):,} line items; the maximum is {MOST_LINES:,}")
    _check(checkout)
    check_recovery_url(checkout)
    shipping, billing = checkout.shipping_address, checkout.billing_address
    if shipping is not None:
        _check_part(Address, shipping)
    # They are often equal, and comparing them takes less time than checking both.
    if billing is not None and billing != shipping:
        _check_part(Address, billing)
    if checkout.customer is not None:
        check_customer(checkout.customer)
    quantity = 0
    for line in checkout.line_items:
        _check(line)
        if line.image is not None:
            _check_part(Image, line.image)
        quantity += line.quantity
    if quantity > _LARGEST_COUNT:
        raise RejectedRecordError(f"the quantities of all lines add up to more than the maximum of {_LARGEST_COUNT:,}")
    check_lengths(checkout)


def check_customer(customer: Customer) -> None:
    """Check a customer with its addresses and tags. Raises as check_checkout."""
    _check(customer)
    _check_length("the customer's e-mail", customer.email)
    for address in customer.addresses:
        _check_part(Address, address)
    for tag in customer.tags:
        if type(tag) is not str:
            raise _misfit("tags", tag, (str,))


def check_order(order: Order) -> None:
    """Check an order. Raises as check_checkout."""
    _check(order)
    if order.number > _LARGEST_COUNT:
        raise RejectedRecordError(f"the order number {order.number} is too large")


def _check(record: Checkout | LineItem | Customer | Order) -> None:
    noun: type = type(record)
    has_valid_values, part_nouns, parts_of = _readers(noun)
    if not has_valid_values(record):
        _reject_value(record, noun)
    lists = parts_of(record)
    if any(lists):
        for part_noun, parts in zip(part_nouns, lists, strict=True):
            for part in parts or ():
                _check_part(part_noun, part)


def _reject_value(record: Checkout | LineItem | Customer | Order, noun: type) -> None:
    """Raises the error for the first invalid text or number."""
    for name in _text_names(noun):
        if type(getattr(record, name)) not in _TEXT:
            raise _misfit(name, getattr(record, name), _TEXT)
    for name in _numbers[noun]:
        number = getattr(record, name)
        if number is not None and not -_LARGEST <= number <= _LARGEST:
            raise RejectedRecordError(f"the number {number} is out of range")


def _check_part(noun: type, part: Mapping[str, Any]) -> None:
    misfit, numbers = _shape(noun, tuple(part), tuple(map(type, part.values())))
    if misfit is not None:
        raise _misfit(misfit, part[misfit], _kinds(noun)[misfit])
    for name in numbers:
        if not -_LARGEST <= part[name] <= _LARGEST:
            raise RejectedRecordError(f"the number {part[name]} is out of range")
    if noun is DiscountApplication:
        for name, choices in _choices(noun).items():
            if part.get(name, choices[0]) not in choices:
                raise RejectedRecordError(f"{part[name][:100]!r} is not a {name}; use {', '.join(choices)}")


@cached(4096, 2_000)
def _shape(noun: type, names: tuple[str, ...], types: tuple[type, ...]) -> tuple[str | None, tuple[str, ...]]:
    """The first key whose value has an unexpected type, and the keys of whole numbers. Cached, because most parts have
    the same keys and types."""
    values, kinds = list(zip(names, types, strict=True)), _kinds(noun)
    misfit = next((name for name, kind in values if kind not in kinds[name]), None)
    return misfit, tuple(name for name, kind in values if kind is int)


def _misfit(name: str, value: object, kinds: Iterable[type]) -> RejectedRecordError:
    return RejectedRecordError(unexpected_type(name, type_name_of(kinds), value))


@cache
def _readers(
    noun: type,
) -> tuple[
    Callable[[object], bool],
    tuple[type, ...],
    Callable[[object], tuple[Sequence[Mapping[str, object]] | None, ...]],
]:
    """A function that returns whether the texts and numbers of a record are valid. Then the nouns of its lists of
    parts, and a function that returns those lists.

    The first function raises TypeError for a number of an unexpected type. Its code has one condition for each field,
    because an import checks five records for each checkout. The names in the code are those of the fields.
    """
    valid = [f"(noun.{name} is None or type(noun.{name}) is str)" for name in _text_names(noun)]
    valid += [f"(noun.{name} is None or -{_LARGEST} <= noun.{name} <= {_LARGEST})" for name in _numbers[noun]]
    defined: dict[str, Any] = {}
    exec(f"def has_valid_values(noun):\n    return {' and '.join(valid)}\n", defined)
    lists = _lists.get(noun, {})
    parts_of: Callable[[object], tuple[Sequence[Mapping[str, object]] | None, ...]] = (
        attrgetter(*lists) if lists else lambda _record: ()
    )
    return defined["has_valid_values"], tuple(lists.values()), parts_of


@cache
def _text_names(noun: type) -> tuple[str, ...]:
    return tuple(item.name for item in fields(noun) if item.type in (str, str | None))


@cache
def _kinds(noun: type) -> dict[str, frozenset[type]]:
    """The types that the values of a part can have, by key."""
    return {name: frozenset(_types(kind)) for name, kind in get_type_hints(noun).items()}


def _types(kind: object) -> Iterable[type]:
    origin = get_origin(kind)
    if origin is Literal:
        return (str,)
    if origin is not None and NoneType in get_args(kind):
        return [found for each in get_args(kind) for found in _types(each)]
    if is_typeddict(kind):
        return (dict,)
    if kind is float:
        return (float, int)
    plain = origin or kind
    assert isinstance(plain, type), kind
    return (plain,)


@cache
def _choices(noun: type) -> dict[str, tuple[str, ...]]:
    return {name: get_args(kind) for name, kind in get_type_hints(noun).items() if get_origin(kind) is Literal}
