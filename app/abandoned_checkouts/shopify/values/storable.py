"""Texts that every database can hold, and compare with."""

from typing import TypeVar, cast

Value = TypeVar("Value")


def storable(value: Value) -> Value:
    """A value of JSON with U+FFFD for NUL, which PostgreSQL cannot hold in a text; checkouts that come in alike."""
    return cast(Value, _storable(value))


def _storable(value: object) -> object:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {name: _storable(item) for name, item in value.items()}
    return value
