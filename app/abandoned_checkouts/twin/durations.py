"""Parses durations such as "3 days" or "2 hours 30 minutes"."""

import re

from abandoned_checkouts.checkouts.moment import DAY, HOUR, MINUTE, SECOND

_UNITS = {
    "millisecond": 1000,
    "second": SECOND,
    "minute": MINUTE,
    "hour": HOUR,
    "day": DAY,
    "week": 7 * DAY,
}
_PART = re.compile(r"\s*(?:,|and\b)?\s*(\d{1,9})\s*([a-z]+?)s?(?=[\s,]|\d|$)", re.ASCII)
EXAMPLE = "3 days"
# The longest duration.
LONGEST = 100 * 366 * DAY


class DurationError(ValueError):
    """The text is not a duration. The message has an example."""


def duration_of(text: str) -> int:
    """The duration in microseconds. A day is 24 hours. Raises DurationError."""
    total, place, lowered = 0, 0, text.strip().lower()
    while place < len(lowered):
        part = _PART.match(lowered, place)
        unit = None if part is None else _UNITS.get(part[2])
        if part is None or unit is None:
            break
        total += int(part[1]) * unit
        place = part.end()
    if not lowered or place < len(lowered):
        raise DurationError(
            f'"{text[:100]}" is not a duration. Write, for example, "{EXAMPLE}" or "2 hours 30 minutes".'
        )
    if total > LONGEST:
        raise DurationError(f'"{text[:100]}" is longer than 100 years')
    return total
