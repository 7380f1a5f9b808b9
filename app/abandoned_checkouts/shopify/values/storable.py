"""Texts that every database can store and compare."""

from typing import TypeVar, cast

Value = TypeVar("Value")


def storable(value: Value) -> Value:
    """A JSON value with U+FFFD for NUL, which PostgreSQL cannot store in a text. Intake does the same."""
    return cast(Value, _storable(value))


def _storable(value: object) -> object:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {name: _storable(item) for name, item in value.items()}
    return value
