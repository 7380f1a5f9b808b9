"""Moments: integers of microseconds since 1970 in UTC, and their texts in the platforms' formats."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from abandoned_checkouts.checkouts.caches import cached, cached_texts

# Returns the present moment.
Clock: TypeAlias = Callable[[], int]

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Python's range of years without the first and the last, so that adding a day or an offset stays within it.
_YEARS = range(2, 9999)
_ONE = timedelta(microseconds=1)
_TWO_DIGITS = tuple(f"{number:02d}" for number in range(60))


class MomentError(ValueError):
    """A text that is not a date and time."""


@cached_texts(8192, 64)
def parse_moment(text: str, zone: str = "UTC") -> int:
    """Microseconds from an ISO 8601 text; a time without an offset is in `zone`. Raises MomentError."""
    try:
        moment = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        raise MomentError(f"{text!r} is not a date and time in ISO 8601") from None
    if moment.year not in _YEARS:
        raise MomentError(f"{text!r} is not in the years {_YEARS[0]} to {_YEARS[-1]}")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone_named(zone))
    return from_datetime(moment)


def from_datetime(moment: datetime) -> int:
    return (moment - _EPOCH) // _ONE


def to_datetime(moment: int) -> datetime:
    return _EPOCH + timedelta(microseconds=moment)


@cached(8192)
def format_utc(moment: int) -> str:
    """Shopify GraphQL's DateTime, whole seconds: 2026-07-02T22:44:07Z."""
    minutes, seconds = divmod(moment // SECOND, 60)
    return f"{_minute_utc(minutes)}:{seconds:02d}Z"


def format_utc_or_none(moment: int | None) -> str | None:
    """The same for a moment that may be missing."""
    return None if moment is None else format_utc(moment)


@cached(8192)
def _minute_utc(minutes: int) -> str:
    """Cached, because many moments in a list are in the same minute."""
    return to_datetime(minutes * MINUTE).isoformat()[:16]


@cached(8192)
def format_milliseconds(moment: int) -> str:
    """Wix's date: 2023-05-03T08:26:07.512Z."""
    minutes, rest = divmod(moment // 1000, 60_000)
    return f"{_minute_utc(minutes)}:{rest // 1000:02d}.{rest % 1000:03d}Z"


def format_microseconds(moment: int) -> str:
    """Wix's event time: 2023-12-13T13:16:11.629738Z."""
    return to_datetime(moment).isoformat(timespec="microseconds").replace("+00:00", "Z")


def format_local(moment: int, zone: str) -> str:
    """Shopify REST's and webhooks' time, in the shop's zone with its offset: 2012-10-12T07:05:27-04:00."""
    offset = _offset_in_hour(moment // HOUR, zone)
    if offset is None:
        return _local(moment, zone).isoformat(timespec="seconds")
    seconds, text = offset
    day, rest = divmod(moment // SECOND + seconds, 86_400)
    minutes, seconds = divmod(rest, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{_day(day)}T{_TWO_DIGITS[hours]}:{_TWO_DIGITS[minutes]}:{_TWO_DIGITS[seconds]}{text}"


def _local(moment: int, zone: str) -> datetime:
    return to_datetime(moment).astimezone(zone_named(zone))


@cached(8192)
def _offset_in_hour(hour: int, zone: str) -> tuple[int, str] | None:
    """The offset of a zone, in seconds and as a text, during an hour; None if it changes during that hour."""
    first, last = (_local(moment, zone) for moment in (hour * HOUR, (hour + 1) * HOUR - SECOND))
    offset = first.utcoffset() or timedelta()
    return (offset // timedelta(seconds=1), first.isoformat()[19:]) if offset == last.utcoffset() else None


@cached(8192)
def _day(days: int) -> str:
    return to_datetime(days * DAY).isoformat()[:10]


@cached_texts(256, 64, 20_000)
def zone_named(name: str) -> ZoneInfo:
    """The IANA time zone of that name. Raises MomentError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise MomentError(f"{name!r} is not a time zone; use an IANA name such as Europe/Berlin") from None
