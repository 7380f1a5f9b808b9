"""Quiet hours: the time of day in which a shop sends no mails, for example 22:00-08:00 in the buyer's time zone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from abandoned_checkouts.checkouts.caches import cached_texts
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.moment import MomentError, from_datetime, to_datetime, zone_named
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.translatable import TranslatableError, _

# The days on which the clocks of a country are compared: each week of a year.
_DAYS = [datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(weeks=week) for week in range(53)]
_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3]):([0-5]\d)")


class QuietHoursError(TranslatableError):
    """The text does not have the form 22:00-08:00. The message has an example."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` until just before `end`, in local time. If `end` is earlier than `start`, it is on the next day."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


def parse_quiet_hours(text: str) -> QuietHours:
    """The hours of a text such as "22:00-08:00". Raises QuietHoursError."""
    match = _HOURS.fullmatch(text.strip())
    if match is None:
        raise QuietHoursError(_("%(value)s is not a range of times; use a form like 22:00-08:00"), value=repr(text))
    first, second, third, fourth = map(int, match.groups())
    hours = QuietHours(time(first, second), time(third, fourth))
    if hours.start == hours.end:
        message = _("%(value)s is the whole day, so no mail could be sent; use a form like 22:00-08:00")
        raise QuietHoursError(message, value=repr(text))
    return hours


def end_of_quiet_hours(hours: QuietHours, moment: int, zone: str) -> int | None:
    """If the moment is in the quiet hours, when they end, in microseconds; otherwise None.

    Local time decides. In a night with a change to or from daylight saving time, the quiet hours are an hour shorter or
    longer. If the local time of the end is skipped, they end an hour later. If it occurs twice, the next one counts.
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
    """The buyer's IANA time zone: that of the country in the address if its clocks agree everywhere, else the shop's.

    The address is the shipping address, else the billing address, else the customer's first address.
    """
    customer = checkout.customer
    addresses = (checkout.shipping_address, checkout.billing_address, *(() if customer is None else customer.addresses))
    countries = (address.get("country_code") for address in addresses if address is not None)
    country = next(filter(None, countries), None)
    return (zone_of_country(country.upper()) if country else None) or shop.timezone


@cached_texts(300, longest=2)
def zone_of_country(country: str) -> str | None:
    """The time zone of an ISO 3166 country, or None if its clocks differ. The zones are from Unicode CLDR.

    Many countries have several zones with the same time, such as Berlin and Busingen.
    """
    # Commands that read the settings of shops do not need the tables of countries.
    from babel.core import get_global

    names: list[str] = get_global("territory_zones").get(country, [])
    try:
        clocks = {tuple(day.astimezone(zone_named(name)).utcoffset() for day in _DAYS) for name in names}
    except MomentError:
        return None
    return names[0] if len(clocks) == 1 else None
