"""Days in a shop's time zone, and the periods of a report.

A day is its ordinal (date.toordinal): the day after it is one more, also when the clocks change and the day has 23 or
25 hours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from abandoned_checkouts.checkouts.moment import MomentError, from_datetime, to_datetime, zone_named

# The periods by name, and how many days each has. The last day is today.
PERIODS: Mapping[str, int] = {"today": 1, "7": 7, "30": 30, "90": 90}
MOST_DAYS = 3660
# The suffix of measures that are summed by week.
WEEKLY = "/week"
_EPOCH_DAY = date(1970, 1, 1).toordinal()
# A multiple of all offsets of zones: within one of these, all moments have one offset from UTC.
_STEP = 900_000_000


class PeriodError(ValueError):
    """The text is not a period. The message lists the valid ones."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, both included, as ordinals."""

    first: int
    last: int

    @property
    def days(self) -> int:
        return self.last - self.first + 1

    @property
    def before(self) -> "Period":
        """The equally long period before."""
        return Period(self.first - self.days, self.first - 1)

    def weeks(self) -> tuple["Period | None", list["Period"]]:
        """The whole weeks of the period, if there are any, and the days before and after them."""
        first, after = week_of(self.first + 6), week_of(self.last + 1)
        if first >= after:
            return None, [self]
        rest = [Period(self.first, first - 1), Period(after, self.last)]
        return Period(first, after - 1), [each for each in rest if each.days > 0]


def week_of(day: int) -> int:
    """The first day of its week. The ordinals of these days are multiples of seven."""
    return day - day % 7


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name, or UTC if there is none: a platform may send a zone that this machine does not know."""
    try:
        return zone_named(name)
    except MomentError:
        return zone_named("UTC")


def day_and_hour(moment: int, zone: str) -> tuple[int, int]:
    """The day and the hour from 0 to 23 in the zone."""
    hours = moment // 1_000_000 + _offset(moment // _STEP, zone)
    return _EPOCH_DAY + hours // 86_400, hours % 86_400 // 3600


@lru_cache(maxsize=65_536)
def _offset(step: int, zone: str) -> int:
    """The seconds to add to UTC. Clocks change at a full quarter of an hour."""
    offset = to_datetime(step * _STEP).astimezone(zone_of(zone)).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def starts_at(day: int, zone: str) -> int:
    """The first moment of the day in the zone."""
    return from_datetime(datetime.combine(date.fromordinal(day), time(), zone_of(zone)))


def day_at(now: int, zone: str) -> int:
    return day_and_hour(now, zone)[0]


def parse_day(text: str) -> int:
    """The day of a text such as 2026-11-30. Raises PeriodError."""
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        day = None
    if day is None or not 1900 <= day.year <= 9998:
        raise PeriodError(f"{text!r} is not a date such as 2026-11-30")
    return day.toordinal()


def parse_period(first: str, last: str) -> Period:
    """The period between two dates, both included. Raises PeriodError."""
    period = Period(parse_day(first), parse_day(last))
    if period.days < 1:
        raise PeriodError(f"the first day {first} is after the last day {last}")
    if period.days > MOST_DAYS:
        raise PeriodError(f"a period has at most {MOST_DAYS} days; this one has {period.days}")
    return period


def period_named(name: str, now: int, zone: str) -> Period:
    """One of PERIODS, until today. Raises PeriodError."""
    if name not in PERIODS:
        raise PeriodError(f"{name!r} is not a period; use {', '.join(PERIODS)}, or two dates")
    last = day_at(now, zone)
    return Period(last - PERIODS[name] + 1, last)


def iso(day: int) -> str:
    return date.fromordinal(day).isoformat()


def is_complete(day: int, now: int, attribution: int, zone: str) -> bool:
    """Whether no checkout abandoned on that day can be recovered without its link any more."""
    return starts_at(day + 1, zone) + attribution <= now


def complete_until(now: int, attribution: int, zone: str) -> int:
    """The last day for which `is_complete` holds."""
    return day_and_hour(now - attribution, zone)[0] - 1
