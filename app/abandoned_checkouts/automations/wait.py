"""The waits of a flow: "90 minutes", "2 days", or until a time of day or a weekday, of the shop or of the buyer."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from abandoned_checkouts.checkouts.moment import HOUR, MINUTE, from_datetime, to_datetime, zone_named

ZoneOf = Literal["shop", "buyer"]
_DURATION = re.compile(r"(\d{1,4})\s*(minute|hour|day|week)s?")
_TIME = re.compile(r"(?:(.*\S)\s+)?([01]?\d|2[0-3]):([0-5]\d)")
_DAYS = {"day": 1, "week": 7}
_SPANS = {"minute": MINUTE, "hour": HOUR}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_GROUPS = {"weekday": (0, 1, 2, 3, 4), "weekdays": (0, 1, 2, 3, 4), "weekend": (5, 6), "weekends": (5, 6)}
LONGEST_DAYS = 366


class WaitError(ValueError):
    """The text is not a valid wait. The message has an example of a valid one."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait for `microseconds`, for calendar `days` in the shop's time zone, or until a time: the next time of day
    `until`, the next of the `weekdays` (0 is Monday), or both. `zone` names the clock that counts: the shop's or the
    buyer's.
    """

    microseconds: int = 0
    days: int = 0
    until: time | None = None
    weekdays: tuple[int, ...] = ()
    zone: ZoneOf = "shop"

    @property
    def is_until(self) -> bool:
        return self.until is not None or bool(self.weekdays)

    @property
    def until_text(self) -> str:
        """For example "Monday or Friday 09:00"."""
        days = " or ".join(WEEKDAYS[day].capitalize() for day in self.weekdays)
        return " ".join(part for part in (days, "" if self.until is None else f"{self.until:%H:%M}") if part)


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


def parse_until(text: str, zone: ZoneOf = "shop") -> Wait:
    """The wait until a time of day such as "09:00", a weekday such as "tuesday", or both: "tuesday, friday 10:00",
    "weekday 09:00", "weekend". Raises WaitError."""
    problem = WaitError(
        f"{text!r} is not a time of day or a weekday; write one such as '09:00', 'tuesday 10:00' or 'weekday 09:00'"
    )
    match = _TIME.fullmatch(text.strip())
    named = (match[1] or "") if match is not None else text.strip()
    days: set[int] = set()
    for name in named.lower().replace(",", " ").split():
        if name in _GROUPS:
            days.update(_GROUPS[name])
        elif len(name) >= 3 and any(day.startswith(name) for day in WEEKDAYS):
            days.add(next(place for place, day in enumerate(WEEKDAYS) if day.startswith(name)))
        elif name not in ("or", "and"):
            raise problem
    until = None if match is None else time(int(match[2]), int(match[3]))
    wait = Wait(until=until, weekdays=tuple(sorted(days)), zone=zone)
    if not wait.is_until:
        raise problem
    return wait


def needs_buyers_zone(waits: tuple[Wait, ...]) -> bool:
    return any(wait.zone == "buyer" for wait in waits)


def end_of_waits(waits: tuple[Wait, ...], moment: int, zone: str, buyers_zone: str | None = None) -> int:
    """The moment at which all waits, one after the other, have ended. It and `moment` are microseconds since 1970.

    `zone` is the shop's time zone, `buyers_zone` the buyer's. An hour is always 60 minutes. A day ends at the same
    local time of the next day, also when the clocks change. If that time does not exist on the day, it is moved forward
    by the change; if it occurs twice, the first one counts. A wait until a time of day ends when the clock next shows
    it, also at the second time.
    """
    for wait in waits:
        if wait.is_until:
            moment = _next(wait, moment, zone_named(buyers_zone or zone if wait.zone == "buyer" else zone))
        elif wait.days:
            where = zone_named(zone)
            local = to_datetime(moment).astimezone(where).replace(tzinfo=None)
            moment = _moments_of(local + timedelta(days=wait.days), where)[0]
        else:
            moment += wait.microseconds
    return moment


def _next(wait: Wait, moment: int, zone: ZoneInfo) -> int:
    """The first moment, from this one on, at which the clock shows the time of day on one of the weekdays.

    A weekday without a time of day keeps the present one; if today is one of the days, the wait ends now.
    """
    local = to_datetime(moment).astimezone(zone)
    for later in range(15):
        day = local.date() + timedelta(days=later)
        if wait.weekdays and day.weekday() not in wait.weekdays:
            continue
        if wait.until is None and later == 0:
            return moment
        clock = local.time() if wait.until is None else wait.until
        for found in _moments_of(datetime.combine(day, clock), zone):
            if found >= moment:
                return found
    raise AssertionError("every weekday occurs within two weeks")


def _moments_of(local: datetime, zone: ZoneInfo) -> list[int]:
    """When the clock shows a local time: twice if the clocks are set back over it. A time that a change skips is later
    by the change."""
    first = from_datetime(local.replace(tzinfo=zone, fold=0))
    second = from_datetime(local.replace(tzinfo=zone, fold=1))
    # For a skipped time, the second one is before the change.
    return [first, second] if second > first else [first]
