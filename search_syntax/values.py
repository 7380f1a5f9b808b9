"""Parses the values of fields: times in the shop's zone, ids, numbers, booleans. None means that a value is invalid."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal

EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

TIME = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:(?:[Tt]|[ ]+)(?P<hour>\d\d)(?::?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,18}))?)?)?"
    r"[ ]?(?P<zone>[Zz]|UTC|[+-]\d\d(?::?\d\d)?)?)?)?)?",
    re.ASCII,
)
WHOLE = re.compile(r"[+-]?\d{1,40}", re.ASCII)
NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})", re.ASCII)
GLOBAL_ID = re.compile(r"gid://[^/\s]+/(?P<type>[^/\s]+)/(?P<number>\d{1,40})(?:\?\S*)?", re.ASCII)
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Period:
    """The period of a date or time in a search, for example a year, a day or a second: from `start` until just before
    `end`, in UTC."""

    start: datetime
    end: datetime


def parse_time(text: str, zone: tzinfo, now: datetime) -> Period | None:
    """`2026`, `2026-07`, `2026-07-14`, `2026-07-14T09:30:00Z`, the same with a space instead of T, or `now`.

    `zone` applies to texts without a zone.
    """
    if text.lower() == "now":
        return Period(now.astimezone(UTC), later(now.astimezone(UTC), MICROSECOND))
    found = TIME.fullmatch(text.strip())
    if found is None:
        return None
    part = found.groupdict()
    try:
        start = datetime(
            int(part["year"] or 1),
            int(part["month"] or 1),
            int(part["day"] or 1),
            int(part["hour"] or 0),
            int(part["minute"] or 0),
            int(part["second"] or 0),
            int((part["fraction"] or "")[:6].ljust(6, "0")),
        )
    except ValueError:  # the 30th of February, the 25th hour
        return None
    if not part["zone"]:
        return _period(start, part, zone)
    explicit = _zone(part["zone"])
    return None if explicit is None else _period(start, part, explicit)


def _zone(text: str) -> tzinfo | None:
    if text[0] not in "+-":
        return UTC
    hours, minutes = int(text[1:3]), int(text[3:].lstrip(":") or 0)
    if hours > 23 or minutes > 59:
        return None
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def _period(start: datetime, part: dict[str, str | None], zone: tzinfo) -> Period:
    """The period that begins at the local time `start`.

    The end of an hour or a longer period is computed in local time. A day with a change to or from daylight saving time
    has 23 or 25 hours, and an hour that occurs twice means both. Minutes and shorter periods have a fixed length; a
    minute that occurs twice means the first.
    """
    if part["minute"] is not None:
        begin = _to_utc(start, zone)
        return Period(begin, later(begin, _precision(part)))
    if part["month"] is None:
        end = _month_after(start, 12)
    elif part["day"] is None:
        end = _month_after(start, 1)
    else:
        end = later(start, timedelta(days=1) if part["hour"] is None else timedelta(hours=1))
    return Period(_to_utc(start, zone), _to_utc(end, zone))


def _precision(part: dict[str, str | None]) -> timedelta:
    """The length of the smallest unit in the text: a minute, a second, or a fraction of a second."""
    if part["second"] is None:
        return timedelta(minutes=1)
    fraction = part["fraction"]
    return timedelta(seconds=1) if fraction is None else timedelta(microseconds=10 ** max(0, 6 - len(fraction)))


def _month_after(start: datetime, months: int) -> datetime:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return datetime.max if year > 9999 else start.replace(year=year, month=month + 1)


def later(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:
        return datetime.max.replace(tzinfo=moment.tzinfo)


def _to_utc(local: datetime, zone: tzinfo) -> datetime:
    try:
        return local.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:  # the first and the last hours of the calendar
        return EARLIEST if local.year == 1 else LATEST


def write_time(moment: datetime, zone: tzinfo) -> str:
    """Whole seconds with the offset of `zone` (recorded): `2000-01-01T00:00:00-05:00`; `Z` if the zone is UTC."""
    try:
        local = moment.astimezone(zone)
    except OverflowError:
        local = moment
    text = local.replace(microsecond=0).isoformat()
    return text.removesuffix("+00:00") + "Z" if local.tzname() == "UTC" else text


def parse_whole(text: str) -> int | None:
    return int(text) if WHOLE.fullmatch(text) else None


def parse_number(text: str) -> Decimal | None:
    return Decimal(text) if NUMBER.fullmatch(text) else None


def parse_id(text: str, global_id: str = "") -> int | None:
    """`1234` or `gid://shop/Type/1234`. With `global_id`, a global id must have that type."""
    found = GLOBAL_ID.fullmatch(text)
    if found is None:
        return parse_whole(text)
    return int(found["number"]) if not global_id or found["type"] == global_id else None


def parse_boolean(text: str) -> bool | None:
    return BOOLEANS.get(text.lower())


def hours_before(now: datetime, hours: Decimal) -> datetime:
    """The moment `hours` before `now`. If it is outside of the calendar, the first or last moment of the calendar."""
    try:
        return now.astimezone(UTC) - timedelta(microseconds=int(hours * 3_600_000_000))
    except OverflowError:
        return EARLIEST if hours > 0 else LATEST


def is_uuid(text: str) -> bool:
    return UUID.fullmatch(text) is not None
