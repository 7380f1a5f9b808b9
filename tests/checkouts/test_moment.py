"""Moments and their texts."""

import pytest

from abandoned_checkouts.checkouts.moment import (
    MomentError,
    format_local,
    format_microseconds,
    format_milliseconds,
    format_utc,
    parse_moment,
    zone_named,
)

MOMENT = 1_350_039_927_123_456


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("2012-10-12T07:05:27-04:00", "UTC", 1_350_039_927_000_000),
        ("2012-10-12T11:05:27Z", "America/New_York", 1_350_039_927_000_000),
        ("2012-10-12T11:05:27.123456Z", "UTC", MOMENT),
        ("2012-10-12T07:05:27", "America/New_York", 1_350_039_927_000_000),
        ("2012-10-12", "UTC", 1_350_000_000_000_000),
        ("1969-12-31T23:59:59Z", "UTC", -1_000_000),
        ("0002-01-01T00:00:00Z", "UTC", -62_104_060_800_000_000),
        # The microsecond is exact in every year.
        ("9998-12-31T23:59:59.999999Z", "UTC", 253_370_764_799_999_999),
    ],
)
def test_texts_are_read(text: str, zone: str, moment: int) -> None:
    assert parse_moment(text, zone) == moment


def test_moments_are_written_in_the_formats_of_the_platforms() -> None:
    assert format_utc(MOMENT) == "2012-10-12T11:05:27Z"
    assert format_local(MOMENT, "America/New_York") == "2012-10-12T07:05:27-04:00"
    assert format_milliseconds(MOMENT) == "2012-10-12T11:05:27.123Z"
    assert format_microseconds(MOMENT) == "2012-10-12T11:05:27.123456Z"


@pytest.mark.parametrize(
    ("moment", "zone", "text"),
    [
        ("2026-03-08T06:59:59Z", "America/New_York", "2026-03-08T01:59:59-05:00"),
        ("2026-03-08T07:00:00Z", "America/New_York", "2026-03-08T03:00:00-04:00"),
        # Clocks changed one minute after midnight.
        ("2010-11-07T02:30:59Z", "America/St_Johns", "2010-11-07T00:00:59-02:30"),
        ("2010-11-07T02:31:00Z", "America/St_Johns", "2010-11-06T23:01:00-03:30"),
        # The offset had seconds.
        ("1971-06-01T12:00:00Z", "Africa/Monrovia", "1971-06-01T11:15:30-00:44:30"),
        ("1969-12-31T23:59:59Z", "UTC", "1969-12-31T23:59:59+00:00"),
    ],
)
def test_a_local_time_has_the_offset_of_its_moment(moment: str, zone: str, text: str) -> None:
    assert format_local(parse_moment(moment), zone) == text


@pytest.mark.parametrize("text", ["", "soon", "2012-13-01", "12/10/2012"])
def test_a_text_that_is_not_a_moment_is_refused(text: str) -> None:
    with pytest.raises(MomentError, match="ISO 8601"):
        parse_moment(text)


@pytest.mark.parametrize("text", ["0001-12-31T23:59:59Z", "9999-01-01"])
def test_the_first_and_the_last_year_are_refused(text: str) -> None:
    """A time zone or a day more would leave the years that Python has."""
    with pytest.raises(MomentError, match=f"^'{text}' is not in the years 2 to 9998$"):
        parse_moment(text)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd"])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(MomentError, match="time zone"):
        zone_named(name)
