"""Texts that every database can hold, and compare with."""

from typing import Any


def storable(value: Any) -> Any:
    """A value of JSON with U+FFFD for NUL, which PostgreSQL cannot hold in a text; checkouts that come in alike."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {name: storable(item) for name, item in value.items()}
    return value
