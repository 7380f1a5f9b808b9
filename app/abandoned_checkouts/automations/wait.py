"""How long a flow waits: "90 minutes", "1 hour", "2 days", or until a time of day by the shop's clock."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from abandoned_checkouts.checkouts.moment import HOUR, MINUTE, from_datetime, to_datetime, zone_named

_DURATION = re.compile(r"(\d{1,4})\s*(minute|hour|day|week)s?")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_DAYS = {"day": 1, "week": 7}
_SPANS = {"minute": MINUTE, "hour": HOUR}
LONGEST_DAYS = 366


class WaitError(ValueError):
    """A text that is no time to wait; the message says what would be one."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Either `microseconds`, or `days` of the shop's calendar, or `until` the next such time of its day."""

    microseconds: int = 0
    days: int = 0
    until: time | None = None


def read_wait(text: str) -> Wait:
    """Raises WaitError."""
    found = _DURATION.fullmatch(text.strip().lower())
    if found is None:
        raise WaitError(f"{text!r} is not a time to wait; write such as 30 minutes, 1 hour or 2 days")
    number, unit = int(found[1]), found[2]
    wait = Wait(days=number * _DAYS[unit]) if unit in _DAYS else Wait(microseconds=number * _SPANS[unit])
    if wait.days > LONGEST_DAYS or wait.microseconds > LONGEST_DAYS * 24 * HOUR:
        raise WaitError(f"{text!r} is longer than a year")
    return wait


def read_time_of_day(text: str) -> Wait:
    """Raises WaitError."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise WaitError(f"{text!r} is not a time of day; write such as '09:00' (in quotes)")
    return Wait(until=time(int(found[1]), int(found[2])))


def after(waits: tuple[Wait, ...], moment: int, zone: str) -> int:
    """The moment at which all waits, one after the other, are over.

    Hours are hours. A day is the same time on the next day of the shop's calendar, whatever its clocks do meanwhile;
    a time that the clocks jump over is taken at the moment they jump to, one that comes twice at its first coming.
    """
    for wait in waits:
        if wait.until is not None:
            moment = _next(wait.until, moment, zone)
        elif wait.days:
            local = to_datetime(moment).astimezone(zone_named(zone)).replace(tzinfo=None)
            moment = _moment_of(local + timedelta(days=wait.days), zone)
        else:
            moment += wait.microseconds
    return moment


def _next(until: time, moment: int, zone: str) -> int:
    """That time of today, if it is still to come or is now, else of tomorrow."""
    day = to_datetime(moment).astimezone(zone_named(zone)).date()
    today = _moment_of(datetime.combine(day, until), zone)
    return today if today >= moment else _moment_of(datetime.combine(day + timedelta(days=1), until), zone)


def _moment_of(local: datetime, zone: str) -> int:
    """A wall clock time as a moment. In a gap the offset before it is used, which leads to just after the jump."""
    aware = local.replace(tzinfo=zone_named(zone), fold=0)
    return from_datetime(aware)
