"""Quiet hours at each edge, across clock changes, and in whose zone they are."""

from datetime import time
from typing import Any

import pytest

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.moment import HOUR, format_local, parse_moment
from abandoned_checkouts.checkouts.quiet_hours import (
    QuietHours,
    QuietHoursError,
    end_of_quiet_hours,
    parse_quiet_hours,
    zone_of_buyer,
)
from abandoned_checkouts.checkouts.shop import Shop

NEW_YORK = "America/New_York"
NIGHT, NOON = "22:00-08:00", "12:00-13:30"
TEXTS = dict.fromkeys(("uuid", "domain", "name", "email", "owner_name", "platform", "secret"), "x")
VALUES: dict[str, Any] = {"id": 1, "currency": "USD", "timezone": NEW_YORK, **TEXTS}
SHOP = Shop(**VALUES)


@pytest.mark.parametrize(
    ("hours", "moment", "end"),
    [
        (NIGHT, "2026-11-21T21:59:59-05:00", None),
        (NIGHT, "2026-11-21T22:00:00-05:00", "2026-11-22T08:00:00-05:00"),
        (NIGHT, "2026-11-21T23:59:59-05:00", "2026-11-22T08:00:00-05:00"),
        (NIGHT, "2026-11-22T00:00:00-05:00", "2026-11-22T08:00:00-05:00"),
        (NIGHT, "2026-11-22T07:59:59-05:00", "2026-11-22T08:00:00-05:00"),
        (NIGHT, "2026-11-22T08:00:00-05:00", None),
        (NOON, "2026-11-22T11:59:00-05:00", None),
        (NOON, "2026-11-22T12:00:00-05:00", "2026-11-22T13:30:00-05:00"),
        (NOON, "2026-11-22T13:30:00-05:00", None),
        # Until midnight.
        ("20:00-00:00", "2026-11-22T21:00:00-05:00", "2026-11-23T00:00:00-05:00"),
        ("20:00-00:00", "2026-11-22T00:00:00-05:00", None),
        # The clocks go forward at 2:00 on 2026-03-08 and back at 2:00 on 2026-11-01: the end is that of the clock.
        (NIGHT, "2026-03-07T23:00:00-05:00", "2026-03-08T08:00:00-04:00"),
        (NIGHT, "2026-10-31T23:00:00-04:00", "2026-11-01T08:00:00-05:00"),
        # An end that the change skips is later by the change.
        ("22:00-02:30", "2026-03-08T01:00:00-05:00", "2026-03-08T03:30:00-04:00"),
        # Of an end that occurs twice, the next one counts.
        ("22:00-01:30", "2026-11-01T01:15:00-04:00", "2026-11-01T01:30:00-04:00"),
        ("22:00-01:30", "2026-11-01T01:45:00-04:00", None),
        ("22:00-01:30", "2026-11-01T01:15:00-05:00", "2026-11-01T01:30:00-05:00"),
    ],
)
def test_the_end_of_quiet_hours(hours: str, moment: str, end: str | None) -> None:
    found = end_of_quiet_hours(parse_quiet_hours(hours), parse_moment(moment), NEW_YORK)
    assert (None if found is None else format_local(found, NEW_YORK)) == end


def test_an_end_that_is_not_later_is_on_the_next_day() -> None:
    """A shop cannot have such hours: parse_quiet_hours rejects them."""
    whole_day, moment = QuietHours(time(22), time(22)), parse_moment("2026-11-22T23:00:00-05:00")
    assert end_of_quiet_hours(whole_day, moment, NEW_YORK) == parse_moment("2026-11-23T22:00:00-05:00")


@pytest.mark.parametrize("zone", [NEW_YORK, "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata"])
@pytest.mark.parametrize("hours", [NIGHT, "01:30-02:15", "02:30-01:45"])
def test_in_every_hour_of_a_year_the_end_is_later_and_outside(zone: str, hours: str) -> None:
    parsed, start = parse_quiet_hours(hours), parse_moment("2026-01-01T00:10:00Z")
    for moment in range(start, start + 366 * 24 * HOUR, HOUR // 2):
        end = end_of_quiet_hours(parsed, moment, zone)
        assert end is None or (moment < end <= moment + 25 * HOUR)


@pytest.mark.parametrize("text", ["", "22-8", "22:00", "24:00-08:00", "22:00-08:60", "22:00-22:00", "-"])
def test_a_text_that_is_not_a_time_from_and_to(text: str) -> None:
    with pytest.raises(QuietHoursError) as refused:
        parse_quiet_hours(text)
    problem = "is the whole day, so no mail could be sent" if text == "22:00-22:00" else "is not a range of times"
    assert str(refused.value) == f"{text!r} {problem}; use a form like 22:00-08:00"


@pytest.mark.parametrize(
    ("changes", "zone"),
    [
        ({}, NEW_YORK),
        ({"shipping_address": {"country_code": "FR"}}, "Europe/Paris"),
        ({"shipping_address": {"country_code": "in"}}, "Asia/Kolkata"),
        ({"shipping_address": {"country_code": "JP"}, "billing_address": {"country_code": "FR"}}, "Asia/Tokyo"),
        ({"shipping_address": {"city": "Paris"}, "billing_address": {"country_code": "FR"}}, "Europe/Paris"),
        # Several zones whose clocks always agree: Berlin and Busingen, twelve of Argentina.
        ({"shipping_address": {"country_code": "DE"}}, "Europe/Berlin"),
        ({"shipping_address": {"country_code": "AR"}}, "America/Argentina/Buenos_Aires"),
        # Clocks that differ, or a country that does not exist: the shop's.
        ({"shipping_address": {"country_code": "US"}}, NEW_YORK),
        ({"shipping_address": {"country_code": "ES"}}, NEW_YORK),
        ({"shipping_address": {"country_code": "ZZ"}}, NEW_YORK),
        ({"shipping_address": {"country_code": "XQ"}}, NEW_YORK),
        ({"customer": {"addresses": [{"country_code": "NL"}]}}, "Europe/Amsterdam"),
        ({"customer": {"addresses": []}}, NEW_YORK),
    ],
)
def test_the_zone_is_that_of_the_country_if_its_clocks_agree(changes: dict[str, Any], zone: str) -> None:
    if "customer" in changes:
        changes = {"customer": Customer(id=1, created_at=1, updated_at=1, **changes["customer"])}
    checkout = Checkout(platform="shopify", created_at=1, updated_at=1, currency="USD", **changes)
    assert zone_of_buyer(checkout, SHOP) == zone
