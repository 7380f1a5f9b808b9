"""The waits of flows, also across clock changes."""

import pytest

from abandoned_checkouts.automations.wait import Wait, WaitError, end_of_waits, parse_time_of_day, parse_wait
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


@pytest.mark.parametrize("text", ["9", "24:00", "9:60", "noon"])
def test_an_invalid_time_of_day_is_rejected(text: str) -> None:
    with pytest.raises(WaitError):
        parse_time_of_day(text)


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
        ("2026-11-21T08:00:00-05:00", [parse_time_of_day("09:00")], "2026-11-21T09:00:00-05:00"),
        ("2026-11-21T09:00:01-05:00", [parse_time_of_day("9:00")], "2026-11-22T09:00:00-05:00"),
        ("2026-11-21T09:00:00-05:00", [parse_time_of_day("09:00")], "2026-11-21T09:00:00-05:00"),
        # The day is that of the shop's time zone: in New York it is still the 20th.
        ("2026-11-21T03:00:00+00:00", [parse_time_of_day("23:30")], "2026-11-20T23:30:00-05:00"),
        # Two waits, one after the other.
        (
            "2026-11-21T20:00:00-05:00",
            [parse_wait("1 day"), parse_time_of_day("09:30")],
            "2026-11-23T09:30:00-05:00",
        ),
    ],
)
def test_waits_end_in_the_time_zone_of_the_shop(start: str, waits: list[Wait], end: str) -> None:
    found = end_of_waits(tuple(waits), parse_moment(start), NEW_YORK)
    assert format_local(found, NEW_YORK) == end
