"""Converters of single JSON values, for the field tables of both dialects. They receive None if the key is missing or
null.

A converter raises an error without a place. checkouts/rejected turns it into a message with the path of the value.
"""

from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.checkouts.money import parse_amount

# Spreadsheet files write true and false as texts or numbers.
_FLAGS = {"true": True, "1": True, "false": False, "0": False, "": False}


def moment_or_none(text: str | None, zone: str = "UTC") -> int | None:
    """Microseconds since 1970 from an ISO 8601 text; a time without an offset is in `zone`. Raises MomentError."""
    return parse_moment(text, zone) if text else None


def amount_or_zero(amount: str | float | None) -> int:
    """Ten-thousandths. Raises AmountError."""
    return parse_amount(amount or 0)


def amount_or_none(amount: str | float | None) -> int | None:
    """Ten-thousandths. Raises AmountError, also for an empty text."""
    return None if amount is None else parse_amount(amount)


def int_or_none(value: str | float | None) -> int | None:
    """A whole number. Raises ValueError for true, false and fractions, which `int` would convert silently."""
    if type(value) is int:
        return value
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError(f"{value!r} is not a whole number")
    return None if value is None else int(value)


def int_or_zero(value: str | float | None) -> int:
    """Like int_or_none, but 0 for None and for an empty text."""
    return value if type(value) is int else int_or_none(0 if value == "" else value) or 0


def float_or_none(value: str | float | None) -> float | None:
    return None if value is None else float(value)


def text_or_none(text: str | None) -> str | None:
    """The text, or None if it is empty."""
    return text or None


def upper_or_none(text: str | None) -> str | None:
    return text.upper() if text else None


def flag(value: object) -> bool:
    """True or false, also from a text or number; None is false. Raises ValueError."""
    if value is None or type(value) is bool:
        return bool(value)
    found = _FLAGS.get(str(value).strip().lower())
    if found is None:
        raise ValueError(f"{str(value)[:100]!r} is neither true nor false")
    return found


def comma_separated(text: str | None) -> list[str]:
    """The tags in a text such as "first, second"."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]
