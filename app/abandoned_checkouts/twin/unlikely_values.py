"""Finds values of a new checkout that no shop has, and that are probably typing errors in a test."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from abandoned_checkouts.checkouts.json_types import UntypedJson

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_AMOUNTS = (
    "total_price",
    "subtotal_price",
    "total_tax",
    "total_discounts",
    "total_line_items_price",
    "total_duties",
)


def unlikely_value(checkout: UntypedJson) -> str | None:
    """What is wrong with the first such value of a checkout in the JSON of /intake/checkouts; None without one."""
    return next(_unlikely(checkout), None)


def _unlikely(checkout: UntypedJson) -> Iterator[str]:
    email = checkout.get("email")
    if isinstance(email, str) and email and not _EMAIL.fullmatch(email):
        yield f'"email" is {email[:100]!r}, which is not an e-mail address.'
    for name in _AMOUNTS:
        if _is_negative(checkout.get(name)):
            yield f'"{name}" is negative.'
    lines = checkout.get("line_items")
    for place, line in enumerate(lines if isinstance(lines, list) else []):
        if not isinstance(line, dict):
            continue
        if _is_negative(line.get("price")):
            yield f'"line_items.{place}.price" is negative.'
        if line.get("quantity") == 0 or _is_negative(line.get("quantity")):
            yield f'"line_items.{place}.quantity" must be at least 1.'


def _is_negative(value: object) -> bool:
    """Other errors, such as a text that is not a number, are those of /intake/checkouts."""
    try:
        return Decimal(str(value)) < 0
    except InvalidOperation:
        return False
