"""Discount codes: the text of a list that a shop uploads, and codes that are generated for one person."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.moment import from_datetime, to_datetime, zone_named
from abandoned_checkouts.checkouts.shop import Shop

LONGEST_CODE, MOST_CODES = 255, 100_000
# Without letters and digits that look alike.
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_LENGTH = 10
_CODE = re.compile(r"[^\s,;\"\x00-\x1f]{1,255}")
_HEADINGS = ("code", "codes", "discount code")


class CodeListError(ValueError):
    """A list of codes is invalid. The message has the line, and an example."""


def parse_code_list(text: str, zone: str) -> list[tuple[str, int | None]]:
    """Codes and when they expire, in microseconds, of a text with a code on each line: `SAVE10` or `SAVE10,2027-01-31`.

    A code is valid until the end of its day in the time zone. A first line with headings and repeated codes are
    ignored. Raises CodeListError.
    """
    found: dict[str, int | None] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        code, comma, until = (part.strip().strip('"') for part in line.partition(","))
        if not line.strip() or (number == 1 and code.lower() in _HEADINGS):
            continue
        if not _CODE.fullmatch(code):
            raise CodeListError(f"line {number}: {code[:40]!r} is not a code; write one on each line, such as SAVE10")
        found[code] = _end_of_day(until, number, zone) if comma and until else None
        if len(found) > MOST_CODES:
            raise CodeListError(f"the list has more than {MOST_CODES:,} codes; split it")
    if not found:
        raise CodeListError("the list has no codes; write one on each line, such as SAVE10 or SAVE10,2027-01-31")
    return list(found.items())


def _end_of_day(text: str, line: int, zone: str) -> int:
    try:
        return _start_of(date.fromisoformat(text) + timedelta(days=1), zone)
    except (ValueError, OverflowError):
        problem = f"line {line}: {text[:40]!r} is not a date; write the last day of the code, such as SAVE10,2027-01-31"
        raise CodeListError(problem) from None


def end_of_code(issued_at: int, days: int, zone: str) -> int:
    """When a code of that moment expires: at the end of the day that many days later, in the time zone."""
    issued_on = to_datetime(issued_at).astimezone(zone_named(zone)).date()
    return _start_of(issued_on + timedelta(days=days + 1), zone)


def _start_of(day: date, zone: str) -> int:
    return from_datetime(datetime(day.year, day.month, day.day, tzinfo=zone_named(zone)))


def generated_code(shop: Shop, step_id: str, prefix: str) -> str:
    """The code of a step of one checkout: the same at each attempt, and one that nobody can guess."""
    number = int(derived_token(shop.secret, "discount code", step_id), 16)
    characters = []
    for _ in range(_LENGTH):
        number, place = divmod(number, len(_ALPHABET))
        characters.append(_ALPHABET[place])
    return prefix + "".join(characters)


def empty_list_warning(names: Sequence[str], left: Mapping[str, int]) -> str | None:
    """The warning about lists that have no codes left; None if all have some."""
    empty = [name for name in names if not left.get(name)]
    if not empty:
        return None
    first = empty[0]
    return f"the list {first!r} has no discount codes; add some: abandoned-checkouts flow codes add {first!r} FILE"
