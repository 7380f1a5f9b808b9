"""What a file of `export` holds beyond Shopify's own keys, so that reading it gives the very same checkout.

REST knows no GUIDs, mail states, bundles, pictures or descriptions of discounts. Whatever reading the plain REST
object would lose stands under one more key, in the names and units of the store (ten-thousandths, microseconds).
"""

from dataclasses import fields
from functools import cache
from types import UnionType
from typing import Literal, Union, get_args, get_origin, is_typeddict

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.rejected import RejectedRecordError

# Written by their own keys, or told by the reader of the file.
_NOT_HERE = frozenset(("line_items", "customer", "customer_id", "present_fields"))


def apply_more(noun: Checkout | LineItem | Customer, more: object) -> None:
    """Set the fields of a checkout, line or customer that `more` names. Raises RejectedRecordError."""
    if not isinstance(more, dict):
        raise RejectedRecordError('"more" is not an object')
    kinds = _kinds_of(noun)
    for name, value in more.items():
        if name not in kinds:
            raise RejectedRecordError(f'"more" names {name!r}, which this program does not know; update the program')
        if type(value) not in kinds[name]:
            raise RejectedRecordError(f'"more" holds for {name!r} a value of another kind: {value!r}')
        setattr(noun, name, value)


def more_of(noun: Checkout | LineItem | Customer, read_again: object) -> UntypedJson:
    """The fields in which a noun differs from what reading its REST object gives."""
    return {name: value for name in _kinds_of(noun) if (value := getattr(noun, name)) != getattr(read_again, name)}


def _kinds_of(noun: object) -> dict[str, tuple[type, ...]]:
    # mypy takes the class of a noun that cannot be hashed for one that cannot be hashed either.
    cls: type = type(noun)
    return _kinds(cls)


@cache
def _kinds(noun: type) -> dict[str, tuple[type, ...]]:
    """The fields of a noun with the types that JSON gives for them."""
    return {item.name: _json_types(item.type) for item in fields(noun) if item.name not in _NOT_HERE}


def _json_types(annotation: object) -> tuple[type, ...]:
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return tuple(kind for part in get_args(annotation) for kind in _json_types(part))
    if origin is Literal:
        return (str,)
    if origin is not None:
        return (origin,)
    if is_typeddict(annotation):
        return (dict,)
    assert isinstance(annotation, type), annotation
    return (annotation,)
