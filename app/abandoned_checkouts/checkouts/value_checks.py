"""Values that no store could keep, or no dialect tell: found where a source is read, so that nothing else meets them.

The nouns say themselves which kind each of their values is; here that is held against what a source gave.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from functools import cache, lru_cache
from operator import attrgetter
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

from abandoned_checkouts.checkouts.address import Address
from abandoned_checkouts.checkouts.checkout import (
    Checkout,
    DiscountApplication,
    DiscountCode,
    ShippingLine,
    customer_name,
)
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.line_item import Attribute, Component, Image, LineItem, TaxLine
from abandoned_checkouts.checkouts.order import Order
from abandoned_checkouts.checkouts.rejected import RejectedRecordError

# The largest number that stores keep, and the largest count of things that dialects tell.
_LARGEST, _LARGEST_COUNT = (1 << 63) - 1, (1 << 31) - 1
_LONGEST = 600
_TEXT: frozenset[type] = frozenset((str, NoneType))
# The numbers that sources tell, or that grow out of them; all others are no larger.
_numbers: dict[type, Callable[[object], tuple[int | None, ...]]] = {
    Checkout: attrgetter("total_price", "total_line_items_price", "total_shipping", "total_tax", "total_duties"),
    LineItem: attrgetter("product_id", "variant_id", "original_total_price", "presentment_original_total_price"),
    Customer: attrgetter("id", "last_order_id", "number_of_orders"),
    Order: attrgetter("id", "checkout_id", "customer_id"),
}
# Lists of objects that are kept as JSON.
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
# Files that went through a table have texts or numbers for them.
_FLAGS = {"true": True, "1": True, "false": False, "0": False, "": False}
_NAMES = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", dict: "an object"}


def flag(value: object) -> bool:
    """What a source says is so; nothing is false. Raises RejectedRecordError for what is neither true nor false."""
    if value is None or type(value) is bool:
        return bool(value)
    found = _FLAGS.get(str(value).strip().lower())
    if found is None:
        raise RejectedRecordError(f"{str(value)[:100]!r} is neither true nor false")
    return found


def check_lengths(checkout: Checkout) -> None:
    """Hold what lists are sorted and found by against what an index of PostgreSQL takes: 2,704 bytes. Raises
    RejectedRecordError; the platforms themselves take 255 signs."""
    _check_length("the customer's name", customer_name(checkout))
    _check_length("the e-mail", checkout.email)
    _check_length("the token", checkout.token)


def _check_length(name: str, text: str | None) -> None:
    if text is not None and len(text) > _LONGEST:
        raise RejectedRecordError(f"{name} has {len(text):,} signs; {_LONGEST} are kept at most")


def check_checkout(checkout: Checkout) -> None:
    """Look through a checkout with its customer, addresses and lines. Raises RejectedRecordError, or TypeError for a
    number that is none."""
    _check(checkout)
    for address in (checkout.shipping_address, checkout.billing_address):
        if address is not None:
            _check_part(Address, address)
    if checkout.customer is not None:
        check_customer(checkout.customer)
    pieces = 0
    for line in checkout.line_items:
        _check(line)
        if line.image is not None:
            _check_part(Image, line.image)
        pieces += line.quantity
    if pieces > _LARGEST_COUNT:
        raise RejectedRecordError(f"it has more than {_LARGEST_COUNT} pieces")
    check_lengths(checkout)


def check_customer(customer: Customer) -> None:
    """The same of a customer."""
    _check(customer)
    _check_length("the customer's e-mail", customer.email)
    for address in customer.addresses:
        _check_part(Address, address)
    for tag in customer.tags:
        if type(tag) is not str:
            raise _misfit("tags", tag, (str,))


def check_order(order: Order) -> None:
    """The same of an order."""
    _check(order)
    if order.number > _LARGEST_COUNT:
        raise RejectedRecordError(f"{order.number} is not a number that Shopify gives an order")


def _check(record: Checkout | LineItem | Customer | Order) -> None:
    noun: type = type(record)
    texts, numbers, part_nouns, parts_of = _readers(noun)
    if not _TEXT.issuperset(map(type, texts(record))):
        told = ((name, getattr(record, name)) for name in _text_names(noun))
        name, value = next((name, value) for name, value in told if type(value) not in _TEXT)
        raise _misfit(name, value, _TEXT)
    for number in numbers(record):
        if number is not None and not -_LARGEST <= number <= _LARGEST:
            raise RejectedRecordError(f"the number {number} is larger than any that Shopify gives")
    lists = parts_of(record)
    if any(lists):
        for part_noun, parts in zip(part_nouns, lists, strict=True):
            for part in parts or ():
                _check_part(part_noun, part)


def _check_part(noun: type, part: Mapping[str, Any]) -> None:
    misfit, numbers = _shape(noun, tuple(part), tuple(map(type, part.values())))
    if misfit is not None:
        raise _misfit(misfit, part[misfit], _kinds(noun)[misfit])
    for name in numbers:
        if not -_LARGEST <= part[name] <= _LARGEST:
            raise RejectedRecordError(f"the number {part[name]} is larger than any that Shopify gives")
    if noun is DiscountApplication:
        for name, choices in _choices(noun).items():
            if part.get(name, choices[0]) not in choices:
                raise RejectedRecordError(f"{name} is {part[name][:100]!r}, not one of {', '.join(choices)}")


@lru_cache(maxsize=4096)
def _shape(noun: type, names: tuple[str, ...], types: tuple[type, ...]) -> tuple[str | None, tuple[str, ...]]:
    """The first value of another kind than its name says, and which are whole numbers: parts come in few shapes."""
    told, kinds = list(zip(names, types, strict=True)), _kinds(noun)
    misfit = next((name for name, kind in told if kind not in kinds[name]), None)
    return misfit, tuple(name for name, kind in told if kind is int)


def _misfit(name: str, value: object, kinds: Iterable[type]) -> RejectedRecordError:
    expected = next(meant for kind, meant in _NAMES.items() if kind in kinds)
    return RejectedRecordError(f"{name} is {str(value)[:100]!r}, which is not {expected}")


@cache
def _readers(
    noun: type,
) -> tuple[
    Callable[[object], tuple[object, ...]],
    Callable[[object], tuple[int | None, ...]],
    tuple[type, ...],
    Callable[[object], tuple[Sequence[Mapping[str, object]] | None, ...]],
]:
    """What gives a record's texts, its numbers, and its lists of parts; and the nouns of those."""
    lists = _lists.get(noun, {})
    parts_of: Callable[[object], tuple[Sequence[Mapping[str, object]] | None, ...]] = (
        attrgetter(*lists) if lists else lambda _record: ()
    )
    return attrgetter(*_text_names(noun)), _numbers[noun], tuple(lists.values()), parts_of


@cache
def _text_names(noun: type) -> tuple[str, ...]:
    return tuple(item.name for item in fields(noun) if item.type in (str, str | None))


@cache
def _kinds(noun: type) -> dict[str, frozenset[type]]:
    """Of which types the values of a part may be, by their names."""
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
