"""The key `more` of an export: fields that REST has no key for, so that an import restores them.

Examples are GUIDs, mail states, bundles, pictures and descriptions of discounts. The names and units are the store's:
amounts in ten-thousandths, times in microseconds.
"""

from collections.abc import Callable, Collection
from dataclasses import MISSING, fields
from functools import cache
from operator import attrgetter
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, is_typeddict

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.json_shape import type_name_of, unexpected_type
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.rejected import RejectedRecordError

# They have own keys, or the import sets them.
_EXCLUDED = frozenset(("line_items", "customer", "customer_id", "present_fields"))


def apply_more(noun: Checkout | LineItem | Customer, more: object) -> None:
    """Set the fields of a checkout, line or customer that `more` has. Raises RejectedRecordError."""
    if not isinstance(more, dict):
        raise RejectedRecordError('"more" is not an object')
    types = _types_of(noun)
    for name, value in more.items():
        if name not in types:
            raise RejectedRecordError(f'"more" has the unknown field {name!r}; update the program')
        if type(value) not in types[name]:
            raise RejectedRecordError(unexpected_type(f"more.{name}", type_name_of(types[name]), value))
        setattr(noun, name, value)


def more_of(noun: Checkout | LineItem | Customer, restored: object) -> UntypedJson:
    """The fields of a noun that differ from `restored`: the noun that its REST object becomes without `more`."""
    names, values = _values_of(_class_of(noun))
    mine, others = values(noun), values(restored)
    if mine == others:
        return {}
    return {name: value for name, value, other in zip(names, mine, others, strict=True) if value != other}


class FieldsWithoutKey:
    """The fields of a noun that REST has no key for, so that they are in `more` unless they have their default."""

    def __init__(self, noun: type, *names: str) -> None:
        defaults = {
            item.name: item.default if item.default_factory is MISSING else item.default_factory()
            for item in fields(noun)
        }
        self._defaults = {name: defaults[name] for name in defaults if name in names}
        self._changed = _changed_fields(self._defaults)

    def more_of(self, noun: Checkout | LineItem | Customer, differing: Collection[str] = ()) -> UntypedJson:
        """The same as the function `more_of`. `differing` are the other fields that the REST object does not
        restore."""
        if not differing:
            return self._changed(noun)
        names, values = _values_of(_class_of(noun))
        return {
            name: value
            for name, value in zip(names, values(noun), strict=True)
            if name in differing or (name in self._defaults and value != self._defaults[name])
        }


def _changed_fields(defaults: UntypedJson) -> Callable[[object], UntypedJson]:
    """A function that returns the fields of a noun that do not have these values. Its code has one comparison for each
    field: an export calls it five times for each checkout."""
    lines = ["def changed(noun):", "    found = {}"]
    for name, default in defaults.items():
        differs = "is not None" if default is None else f"!= {default!r}"
        lines += [f"    if (value := noun.{name}) {differs}:", f"        found[{name!r}] = value"]
    defined: dict[str, Any] = {}
    exec("\n".join([*lines, "    return found"]), defined)
    function: Callable[[object], UntypedJson] = defined["changed"]
    return function


def _types_of(noun: object) -> dict[str, tuple[type, ...]]:
    return _types(_class_of(noun))


def _class_of(noun: object) -> type:
    """mypy treats the class of an unhashable noun as unhashable; the result is a plain type."""
    return type(noun)


@cache
def _values_of(noun: type) -> tuple[tuple[str, ...], Callable[[object], tuple[object, ...]]]:
    """The names of a noun's fields, and a function that returns their values."""
    names = tuple(_types(noun))
    return names, attrgetter(*names)


@cache
def _types(noun: type) -> dict[str, tuple[type, ...]]:
    """The fields of a noun, each with the types that its JSON value can have."""
    return {item.name: _json_types(item.type) for item in fields(noun) if item.name not in _EXCLUDED}


def _json_types(annotation: object) -> tuple[type, ...]:
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return tuple(found for part in get_args(annotation) for found in _json_types(part))
    if origin is Literal:
        return (str,)
    if origin is not None:
        return (origin,)
    if is_typeddict(annotation):
        return (dict,)
    assert isinstance(annotation, type), annotation
    return (annotation,)
