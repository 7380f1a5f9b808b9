"""Reads values of providers' JSON. Providers do not always use the types that they document."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import orjson

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import SECOND, MomentError, parse_moment


def objects(value: object) -> Iterator[UntypedJson]:
    """The objects of a list, or the value itself: some providers send one event, others a batch."""
    yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict))


def part(value: object, *names: str) -> Any:
    """The value below these names, or None."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def seconds(value: object) -> int | None:
    """A moment of seconds since 1970."""
    return round(value * SECOND) if isinstance(value, int | float) and 0 < value < 1e11 else None


def moment(value: object) -> int | None:
    """A moment of a text such as 2026-11-29T16:33:54.907Z."""
    try:
        return parse_moment(value) if isinstance(value, str) else None
    except MomentError:
        return None


def event_id(*parts: object) -> str:
    """The provider's id of an event, or else a hash of what distinguishes it."""
    if len(parts) > 1 and parts[0]:
        return str(parts[0])
    return sha256(orjson.dumps(parts, default=str)).hexdigest()
