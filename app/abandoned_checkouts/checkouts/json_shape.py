"""Finds the first value of a JSON document that has an unexpected type. Called after reading failed, for the error
message.

    CART = ObjectShape({"lines": ListShape(ObjectShape({"price": AMOUNT}))})
    problem_in({"lines": [{"price": "x"}]}, CART)  →  "lines[0].price: 'x' is not an amount of money"

A shape lists the keys that a reader uses. Other keys are not checked.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from abandoned_checkouts.checkouts.converters import (
    amount_or_none,
    amount_or_zero,
    flag,
    float_or_none,
    int_or_none,
    int_or_zero,
    moment_or_none,
    upper_or_none,
)
from abandoned_checkouts.checkouts.moment import MomentError, parse_moment
from abandoned_checkouts.checkouts.money import AmountError, parse_amount

Converter: TypeAlias = Callable[[Any], object]
Shape: TypeAlias = "ObjectShape | ListShape | ListOrObject | Leaf"

_LONGEST = 100
_TYPE_NAMES: dict[type, str] = {
    str: "a text",
    # float must be before int, because a whole number is also allowed where a fraction is.
    float: "a number",
    int: "a whole number",
    bool: "true or false",
    dict: "an object",
    list: "a list",
}


@dataclass(frozen=True, slots=True)
class ObjectShape:
    """An object. Keys can be missing, except those that are `required`; objects and lists in it can be null."""

    keys: Mapping[str, Shape]
    required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListShape:
    items: Shape


@dataclass(frozen=True, slots=True)
class ListOrObject:
    """A list or an object, because versions of the API differ."""

    list_shape: ListShape
    object_shape: ObjectShape


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value that `convert` accepts. `expected` describes the accepted values in words."""

    convert: Converter
    expected: str


_AN_AMOUNT = "an amount of money"
AMOUNT = Leaf(amount_or_zero, _AN_AMOUNT)
NULLABLE_AMOUNT = Leaf(amount_or_none, _AN_AMOUNT)
REQUIRED_AMOUNT = Leaf(parse_amount, _AN_AMOUNT)
FLAG = Leaf(flag, "true or false")
# An id can be null, but not empty.
ID = Leaf(int_or_none, "a whole number")
MOMENT = Leaf(moment_or_none, "a date and time")
REQUIRED_MOMENT = Leaf(parse_moment, "a date and time")
REQUIRED_NUMBER = Leaf(int, "a whole number")
NUMBER = Leaf(float_or_none, "a number")
TEXT = Leaf(upper_or_none, "a text")
WHOLE_NUMBER = Leaf(int_or_zero, "a whole number")


def problem_in(value: object, shape: Shape, path: str = "") -> str | None:
    """The path of the first value that does not have the shape, and what is wrong with it. None if all values have
    it."""
    if isinstance(shape, ListOrObject):
        shape = shape.list_shape if isinstance(value, list) else shape.object_shape
    if isinstance(shape, ObjectShape):
        return _problem_in_object(value, shape, path)
    if isinstance(shape, ListShape):
        if not isinstance(value, list):
            return unexpected_type(path, "a list", value)
        found = (problem_in(item, shape.items, f"{path}[{place}]") for place, item in enumerate(value))
        return next(filter(None, found), None)
    try:
        shape.convert(value)
    except (MomentError, AmountError) as problem:
        return f"{path}: {problem}"
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        return unexpected_type(path, shape.expected, value)
    return None


def _problem_in_object(value: object, shape: ObjectShape, path: str) -> str | None:
    if not isinstance(value, dict):
        return unexpected_type(path, "an object", value)
    missing = next((key for key in shape.required if key not in value), None)
    if missing is not None:
        return f"{_joined(path, missing)} is missing"
    for key, inner in shape.keys.items():
        if key in value and (value[key] or isinstance(inner, Leaf) or key in shape.required):
            problem = problem_in(value[key], inner, _joined(path, key))
            if problem is not None:
                return problem
    return None


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def unexpected_type(path: str, expected: str, value: object) -> str:
    """`unexpected type in line_items[0].quantity: expected a whole number, got 'x'`"""
    place = f" in {path}" if path else ""
    return f"unexpected type{place}: expected {expected}, got {_shown(value)}"


def type_name_of(types: Iterable[type]) -> str:
    """The first of the types by name, for `expected`: "a text"."""
    return next(name for kind, name in _TYPE_NAMES.items() if kind in types)


def _shown(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
