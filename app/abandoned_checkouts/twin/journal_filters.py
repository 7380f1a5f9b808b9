"""Compares entries of the journal with the filters of a request."""

import fnmatch
from collections.abc import Mapping, Sequence

import orjson

from abandoned_checkouts.checkouts.json_types import UntypedJson

# The filters for each kind of entry. `contains` searches the complete entry.
FILTERS: Mapping[str, tuple[str, ...]] = {
    "requests": (
        *("endpoint", "method", "path", "status", "shop", "token", "operation", "operationType", "version", "fault"),
        "contains",
    ),
    "deliveries": ("topic", "shop", "address", "webhookId", "status", "outcome", "fault", "contains"),
    "mails": ("shop", "to", "subject", "locale", "checkoutId", "flowId", "contains"),
}


def fits(entry: UntypedJson, filters: Mapping[str, object]) -> bool:
    return all(_has(entry, name, value) for name, value in filters.items())


def _has(entry: UntypedJson, name: str, wanted: object) -> bool:
    """Texts are compared without regard to case; `*` and `?` stand for any characters and one character. A value that
    is null fits only null."""
    if name == "contains":
        return str(wanted).lower() in orjson.dumps(entry).decode().lower()
    value = entry.get(name)
    found = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    if wanted is None:
        return value is None
    return any(each is not None and fnmatch.fnmatchcase(str(each).lower(), str(wanted).lower()) for each in found)
