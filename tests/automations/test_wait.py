"""The waits of flows, also across clock changes."""

from typing import Any

import pytest

from abandoned_checkouts.automations.wait import (
    Wait,
    WaitError,
    end_of_waits,
    needs_buyers_zone,
    parse_until,
    parse_wait,
)
from abandoned_checkouts.checkouts.moment import HOUR, MINUTE, format_local, parse_moment

NEW_YORK = "America/New_York"


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("30 minutes", Wait(microseconds=30 * MINUTE)),
        ("1 hour", Wait(microseconds=HOUR)),
        ("1hour", Wait(microseconds=HOUR)),
        ("2 Days", Wait(days=2)),
        ("1 week", Wait(days=7)),
    ],
)
def test_valid_waits(text: str, wait: Wait) -> None:
    assert parse_wait(text) == wait


@pytest.mark.parametrize("text", ["", "soon", "1", "-1 hour", "1.5 hours", "1 month", "9999 days", "1 hour 2 minutes"])
def test_an_invalid_wait_is_rejected(text: str) -> None:
    with pytest.raises(WaitError):
        parse_wait(text)


@pytest.mark.parametrize(
    ("longest", "longer"), [("366 days", "367 days"), ("52 weeks", "53 weeks"), ("8784 hours", "8785 hours")]
)
def test_a_wait_lasts_at_most_a_leap_year(longest: str, longer: str) -> None:
    assert parse_wait(longest) != Wait()
    with pytest.raises(WaitError, match=f"'{longer}' is longer"):
        parse_wait(longer)


@pytest.mark.parametrize("text", ["", "9", "24:00", "9:60", "noon", "tu", "tuesday 24:00", "or", "09:00 tuesday"])
def test_an_invalid_time_of_day_is_rejected(text: str) -> None:
    with pytest.raises(WaitError):
        parse_until(text)


@pytest.mark.parametrize(
    ("start", "waits", "end"),
    [
        # An hour is always 60 minutes. On 2026-03-08 the clocks go from 2:00 to 3:00.
        ("2026-03-08T01:30:00-05:00", [parse_wait("1 hour")], "2026-03-08T03:30:00-04:00"),
        # A day ends at the same time of the next day, even if it has 23 hours, or 25 as on 2026-11-01.
        ("2026-03-07T09:00:00-05:00", [parse_wait("1 day")], "2026-03-08T09:00:00-04:00"),
        ("2026-10-31T09:00:00-04:00", [parse_wait("1 day")], "2026-11-01T09:00:00-05:00"),
        # A time that the clock change skips, and one that occurs twice.
        ("2026-03-07T02:30:00-05:00", [parse_wait("1 day")], "2026-03-08T03:30:00-04:00"),
        ("2026-10-31T01:30:00-04:00", [parse_wait("1 day")], "2026-11-01T01:30:00-04:00"),
        # The next such time of day: today, tomorrow, or now.
        ("2026-11-21T08:00:00-05:00", [parse_until("09:00")], "2026-11-21T09:00:00-05:00"),
        ("2026-11-21T09:00:01-05:00", [parse_until("9:00")], "2026-11-22T09:00:00-05:00"),
        ("2026-11-21T09:00:00-05:00", [parse_until("09:00")], "2026-11-21T09:00:00-05:00"),
        # The day is that of the shop's time zone: in New York it is still the 20th.
        ("2026-11-21T03:00:00+00:00", [parse_until("23:30")], "2026-11-20T23:30:00-05:00"),
        # Two waits, one after the other.
        (
            "2026-11-21T20:00:00-05:00",
            [parse_wait("1 day"), parse_until("09:30")],
            "2026-11-23T09:30:00-05:00",
        ),
    ],
)
def test_waits_end_in_the_time_zone_of_the_shop(start: str, waits: list[Wait], end: str) -> None:
    found = end_of_waits(tuple(waits), parse_moment(start), NEW_YORK)
    assert format_local(found, NEW_YORK) == end


@pytest.mark.parametrize(
    ("text", "weekdays", "shown"),
    [
        ("09:00", (), "09:00"),
        ("tuesday", (1,), "Tuesday"),
        ("Tue 10:00", (1,), "Tuesday 10:00"),
        ("friday, monday 8:05", (0, 4), "Monday or Friday 08:05"),
        ("saturday or sunday", (5, 6), "Saturday or Sunday"),
        ("weekend", (5, 6), "Saturday or Sunday"),
        ("weekdays 9:00", (0, 1, 2, 3, 4), "Monday or Tuesday or Wednesday or Thursday or Friday 09:00"),
    ],
)
def test_weekdays(text: str, weekdays: tuple[int, ...], shown: str) -> None:
    wait = parse_until(text)
    assert (wait.weekdays, wait.until_text) == (weekdays, shown)


@pytest.mark.parametrize(
    ("start", "text", "end"),
    [
        # 2026-11-21 is a Saturday.
        ("2026-11-21T08:00:00-05:00", "tuesday 10:00", "2026-11-24T10:00:00-05:00"),
        ("2026-11-24T09:00:00-05:00", "tuesday 10:00", "2026-11-24T10:00:00-05:00"),
        ("2026-11-24T10:00:00-05:00", "tuesday 10:00", "2026-11-24T10:00:00-05:00"),
        ("2026-11-24T10:00:01-05:00", "tuesday 10:00", "2026-12-01T10:00:00-05:00"),
        ("2026-11-21T08:00:00-05:00", "weekday 09:00", "2026-11-23T09:00:00-05:00"),
        # Without a time of day: at the present one, or now.
        ("2026-11-21T08:30:00-05:00", "monday", "2026-11-23T08:30:00-05:00"),
        ("2026-11-23T23:59:59-05:00", "monday", "2026-11-23T23:59:59-05:00"),
        # In New York it is still Monday.
        ("2026-11-24T03:00:00+00:00", "monday 22:30", "2026-11-23T22:30:00-05:00"),
        # The clocks go from 2:00 to 3:00 on 2026-03-08: the time does not exist, and is an hour later.
        ("2026-03-08T01:00:00-05:00", "02:30", "2026-03-08T03:30:00-04:00"),
        ("2026-03-08T03:10:00-04:00", "02:30", "2026-03-08T03:30:00-04:00"),
        ("2026-03-08T03:31:00-04:00", "02:30", "2026-03-09T02:30:00-04:00"),
        ("2026-03-07T12:00:00-05:00", "sunday 02:30", "2026-03-08T03:30:00-04:00"),
        # The clocks go from 2:00 to 1:00 on 2026-11-01: the time occurs twice, and the next one counts.
        ("2026-11-01T00:30:00-04:00", "01:30", "2026-11-01T01:30:00-04:00"),
        ("2026-11-01T01:40:00-04:00", "01:30", "2026-11-01T01:30:00-05:00"),
        ("2026-11-01T01:40:00-05:00", "01:30", "2026-11-02T01:30:00-05:00"),
        ("2026-10-31T12:00:00-04:00", "sunday 01:30", "2026-11-01T01:30:00-04:00"),
        # A day of 25 hours, and one of 23: nine o'clock is nine o'clock.
        ("2026-10-31T09:00:01-04:00", "09:00", "2026-11-01T09:00:00-05:00"),
        ("2026-03-07T09:00:01-05:00", "09:00", "2026-03-08T09:00:00-04:00"),
    ],
)
def test_a_wait_until_ends_when_the_clock_next_shows_it(start: str, text: str, end: str) -> None:
    found = end_of_waits((parse_until(text),), parse_moment(start), NEW_YORK)
    assert format_local(found, NEW_YORK) == end


@pytest.mark.parametrize(
    ("zone", "buyers", "end"),
    [
        ("shop", "Europe/Berlin", "2026-11-21T14:00:00+00:00"),
        ("buyer", "Europe/Berlin", "2026-11-21T08:00:00+00:00"),
        ("buyer", "Asia/Tokyo", "2026-11-22T00:00:00+00:00"),
        # Nothing is known of the buyer.
        ("buyer", None, "2026-11-21T14:00:00+00:00"),
    ],
)
def test_the_clock_is_that_of_the_shop_or_of_the_buyer(zone: Any, buyers: str | None, end: str) -> None:
    wait = parse_until("09:00", zone)
    found = end_of_waits((wait,), parse_moment("2026-11-21T01:00:00+00:00"), NEW_YORK, buyers)
    assert format_local(found, "UTC") == end
    assert needs_buyers_zone((parse_wait("1 day"), wait)) is (zone == "buyer")
