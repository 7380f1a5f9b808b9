"""Days and periods in a zone, also where clocks change."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abandoned_checkouts.checkouts.moment import DAY, HOUR, MINUTE, from_datetime
from abandoned_checkouts.reports.days import (
    Period,
    PeriodError,
    complete_until,
    day_and_hour,
    is_complete,
    iso,
    parse_day,
    parse_period,
    period_named,
    starts_at,
)

ZONES = ["UTC", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Asia/Jerusalem", "Pacific/Apia"]
NEW_YORK = "America/New_York"


@given(st.datetimes(datetime(1972, 1, 1), datetime(2037, 12, 31)), st.sampled_from(ZONES))
def test_day_and_hour_are_those_of_the_zone(moment: datetime, zone: str) -> None:
    there = moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone))
    assert day_and_hour(from_datetime(there), zone) == (there.date().toordinal(), there.hour)


@pytest.mark.parametrize(("day", "hours"), [("2026-11-01", 25), ("2026-03-08", 23), ("2026-06-01", 24)])
def test_a_day_is_longer_or_shorter_when_clocks_change(day: str, hours: int) -> None:
    start = starts_at(parse_day(day), NEW_YORK)
    assert starts_at(parse_day(day) + 1, NEW_YORK) - start == hours * HOUR
    assert day_and_hour(start, NEW_YORK) == (parse_day(day), 0)
    assert day_and_hour(start + hours * HOUR - 1, NEW_YORK) == (parse_day(day), 23)


def test_periods_end_today() -> None:
    now = starts_at(parse_day("2026-11-02"), NEW_YORK) - MINUTE
    assert period_named("today", now, NEW_YORK) == Period(parse_day("2026-11-01"), parse_day("2026-11-01"))
    assert period_named("7", now, NEW_YORK) == parse_period("2026-10-26", "2026-11-01")


def test_the_period_before_has_the_same_length() -> None:
    assert parse_period("2026-11-01", "2026-11-30").before == parse_period("2026-10-02", "2026-10-31")


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        ("2026-11-31", "2026-12-01", "'2026-11-31' is not a date such as 2026-11-30"),
        ("20261101", "2026-12-01", "'20261101' is not a date such as 2026-11-30"),
        ("2026-11-02", "2026-11-01", "the first day 2026-11-02 is after the last day 2026-11-01"),
        ("2000-01-01", "2026-11-01", "a period has at most 3660 days; this one has 9802"),
    ],
)
def test_wrong_periods(first: str, last: str, message: str) -> None:
    with pytest.raises(PeriodError) as problem:
        parse_period(first, last)
    assert str(problem.value) == message


def test_an_unknown_period_is_refused() -> None:
    with pytest.raises(PeriodError, match="'8' is not a period; use today, 7, 30, 90, or two dates"):
        period_named("8", 0, "UTC")


@given(st.integers(0, 4 * 10**15), st.integers(1, 90), st.sampled_from(ZONES))
def test_the_last_complete_day(now: int, days: int, zone: str) -> None:
    last = complete_until(now, days * DAY, zone)
    assert is_complete(last, now, days * DAY, zone)
    assert not is_complete(last + 1, now, days * DAY, zone)
    assert parse_day(iso(last)) == last
