"""Quiet hours: the time of day in which a shop sends no mails, such as 22:00-08:00, where the buyer is."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.moment import MomentError, from_datetime, to_datetime, zone_named
from abandoned_checkouts.checkouts.shop import Shop

_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3]):([0-5]\d)")


class QuietHoursError(ValueError):
    """The text is not a time of day from and to. The message has an example."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` until just before `end`, local times of day. An `end` that is not later is one of the next day."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


def parse_quiet_hours(text: str) -> QuietHours:
    """The hours of a text such as "22:00-08:00". Raises QuietHoursError."""
    match = _HOURS.fullmatch(text.strip())
    if match is None:
        raise QuietHoursError(f"{text!r} is not a time from and to; use a form like 22:00-08:00")
    first, second, third, fourth = map(int, match.groups())
    hours = QuietHours(time(first, second), time(third, fourth))
    if hours.start == hours.end:
        raise QuietHoursError(f"{text!r} has no end, so no mail could be sent; use a form like 22:00-08:00")
    return hours


def end_of_quiet_hours(hours: QuietHours, moment: int, zone: str) -> int | None:
    """When the quiet hours around a moment end, in microseconds; None if the moment is outside them.

    The clock on the wall decides. If the clocks change in the night, the hours are shorter or longer by the change. An
    end that the change skips is later by the change; of an end that occurs twice, the next one counts.
    """
    where = zone_named(zone)
    local = to_datetime(moment).astimezone(where)
    clock, over_midnight = local.time(), hours.end <= hours.start
    if over_midnight:
        if hours.end <= clock < hours.start:
            return None
    elif not hours.start <= clock < hours.end:
        return None
    day = local.date() + timedelta(days=1 if over_midnight and clock >= hours.start else 0)
    ends = [_moment_of(datetime.combine(day, hours.end), fold, where) for fold in (0, 1)]
    return next((end for end in ends if end > moment), None)


def _moment_of(local: datetime, fold: int, zone: ZoneInfo) -> int:
    return from_datetime(local.replace(tzinfo=zone, fold=fold))


def zone_of_buyer(checkout: Checkout, shop: Shop) -> str:
    """The IANA time zone where the buyer is: that of the address's country if it has only one, else the shop's.

    The shipping address comes first, then the billing address, then the customer's first address. The zones of
    countries are those of Unicode CLDR.
    """
    # Commands that read the settings of shops do not need the tables of countries.
    from babel.core import get_global

    customer = checkout.customer
    addresses = (checkout.shipping_address, checkout.billing_address, *(() if customer is None else customer.addresses))
    countries = (address.get("country_code") for address in addresses if address is not None)
    country = next(filter(None, countries), None)
    zones: list[str] = get_global("territory_zones").get(country.upper(), []) if country else []
    if len(zones) != 1:
        return shop.timezone
    try:
        zone_named(zones[0])
    except MomentError:
        return shop.timezone
    return zones[0]
