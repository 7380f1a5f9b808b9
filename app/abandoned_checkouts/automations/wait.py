"""The waits of a flow: "90 minutes", "1 hour", "2 days", or until a time of day in the shop's time zone."""

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
    """The text is not a valid wait. The message has an example of a valid one."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One of: `microseconds`, calendar `days` in the shop's time zone, or `until` the next time of day there."""

    microseconds: int = 0
    days: int = 0
    until: time | None = None


def parse_wait(text: str) -> Wait:
    """The wait of a text such as "2 days". Raises WaitError."""
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None:
        raise WaitError(f"{text!r} is not a duration; write one such as 30 minutes, 1 hour or 2 days")
    number, unit = int(match[1]), match[2]
    wait = Wait(days=number * _DAYS[unit]) if unit in _DAYS else Wait(microseconds=number * _SPANS[unit])
    if wait.days > LONGEST_DAYS or wait.microseconds > LONGEST_DAYS * 24 * HOUR:
        raise WaitError(f"{text!r} is longer than {LONGEST_DAYS} days, the longest wait")
    return wait


def parse_time_of_day(text: str) -> Wait:
    """The wait until a time of day such as "09:00". Raises WaitError."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise WaitError(f"{text!r} is not a time of day; write one such as '09:00', in quotes")
    return Wait(until=time(int(match[1]), int(match[2])))


def end_of_waits(waits: tuple[Wait, ...], moment: int, zone: str) -> int:
    """The moment at which all waits, one after the other, have ended. It and `moment` are microseconds since 1970.

    An hour is always 60 minutes. A day ends at the same local time of the next day, also when the clocks change. If
    that time does not exist on the day, it is moved forward by the change; if it occurs twice, the first one counts.
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
    """That time of today if it has not passed, otherwise of tomorrow."""
    day = to_datetime(moment).astimezone(zone_named(zone)).date()
    today = _moment_of(datetime.combine(day, until), zone)
    return today if today >= moment else _moment_of(datetime.combine(day + timedelta(days=1), until), zone)


def _moment_of(local: datetime, zone: str) -> int:
    """A local time as a moment. A time skipped by a clock change uses the offset before the change."""
    aware = local.replace(tzinfo=zone_named(zone), fold=0)
    return from_datetime(aware)
