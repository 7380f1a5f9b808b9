"""Values of fields: times, numbers and ids, and how searches compare them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_syntax import Field, FieldSet, Kind, check, parse, predicate
from search_syntax.values import hours_before, parse_id, parse_number, parse_time, write_time
from tests.search_syntax.shop import NOW

NEW_YORK = ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("2024", "2024-01-01T05:00:00Z", "2025-01-01T05:00:00Z"),
        ("2024-02", "2024-02-01T05:00:00Z", "2024-03-01T05:00:00Z"),
        ("2024-12", "2024-12-01T05:00:00Z", "2025-01-01T05:00:00Z"),
        ("2024-02-29", "2024-02-29T05:00:00Z", "2024-03-01T05:00:00Z"),
        ("2026-03-08", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"),  # clocks go forward: 23 hours
        ("2026-11-01", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"),  # clocks go back: 25 hours
        ("2026-11-01T01", "2026-11-01T05:00:00Z", "2026-11-01T07:00:00Z"),  # the hour that comes twice
        ("2026-11-01T01:59", "2026-11-01T05:59:00Z", "2026-11-01T06:00:00Z"),
        ("2026-11-01T01:59:59", "2026-11-01T05:59:59Z", "2026-11-01T06:00:00Z"),
        ("2026-03-08T02", "2026-03-08T07:00:00Z", "2026-03-08T07:00:00Z"),  # the hour that never comes
        ("2026-03-08T02:59", "2026-03-08T07:59:00Z", "2026-03-08T08:00:00Z"),
        ("2024-01-01T00", "2024-01-01T05:00:00Z", "2024-01-01T06:00:00Z"),
        ("2024-01-01T00:30", "2024-01-01T05:30:00Z", "2024-01-01T05:31:00Z"),
        ("2024-01-01 00:30", "2024-01-01T05:30:00Z", "2024-01-01T05:31:00Z"),
        ("2024-01-01T00:30:15", "2024-01-01T05:30:15Z", "2024-01-01T05:30:16Z"),
        ("2024-01-01T00:30:15Z", "2024-01-01T00:30:15Z", "2024-01-01T00:30:16Z"),
        ("20240101", None, None),
        ("2024-01-01T00:30:15.25Z", "2024-01-01T00:30:15.25Z", "2024-01-01T00:30:15.26Z"),
        ("2024-01-01T00:30:15.123456789Z", "2024-01-01T00:30:15.123456Z", "2024-01-01T00:30:15.123457Z"),
        ("2024-01-01T00:30:15+01", "2023-12-31T23:30:15Z", "2023-12-31T23:30:16Z"),
        ("2024-01-01T00:30:15-0330", "2024-01-01T04:00:15Z", "2024-01-01T04:00:16Z"),
        ("2024-01-01T00:30:15 +0000", "2024-01-01T00:30:15Z", "2024-01-01T00:30:16Z"),
        ("2024-01-01T00:30:15 UTC", "2024-01-01T00:30:15Z", "2024-01-01T00:30:16Z"),
        ("now", "2026-11-21T12:00:00Z", "2026-11-21T12:00:00.000001Z"),
        ("2024-01-01T00:30:15+25:00", None, None),
        ("2024-01-01T00:30:15+24:00", None, None),
        ("2024-01-01T00:30:15+23:59", "2023-12-31T00:31:15Z", "2023-12-31T00:31:16Z"),
        ("2024-01-01T00:30:15+00:60", None, None),
        ("2024-00", None, None),
        ("0000", None, None),
        ("２０２４", None, None),
        ("2024-1-1", None, None),
        ("2024-01-01T", None, None),
        ("", None, None),
    ],
)
def test_times(written: str, start: str | None, end: str | None) -> None:
    period = parse_time(written, NEW_YORK, NOW)
    found = None if period is None else (period.start, period.end)
    assert found == (None if start is None or end is None else (at(start), at(end)))


@pytest.mark.parametrize("zone", [timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))])
@pytest.mark.parametrize("written", ["0001", "0001-01-01T00", "9999", "9999-12-31", "9999-12-31T23:59:59.999999"])
def test_the_ends_of_the_calendar(written: str, zone: timezone) -> None:
    period = parse_time(written, zone, NOW)
    assert period is not None and period.start <= period.end
    assert write_time(period.start, zone)[:4] in ("0001", "9999", "0000", "1000")


def test_how_times_are_shown() -> None:
    moment = at("2000-01-01T05:00:00.5Z")
    assert write_time(moment, NEW_YORK) == "2000-01-01T00:00:00-05:00"
    assert write_time(moment, UTC) == "2000-01-01T05:00:00Z"
    assert write_time(moment, ZoneInfo("Europe/London")) == "2000-01-01T05:00:00+00:00"


@settings(max_examples=200)
@given(
    st.datetimes(min_value=datetime(1972, 1, 1), timezones=st.sampled_from([UTC, NEW_YORK, ZoneInfo("Asia/Kolkata")]))
)
def test_an_instant_is_itself_in_every_zone(moment: datetime) -> None:
    if moment.utcoffset() == moment.replace(fold=1 - moment.fold).utcoffset() and moment.year < 9999:
        period = parse_time(moment.isoformat(), UTC, NOW)
        assert period is not None and period.start == moment


def test_ids_and_numbers() -> None:
    assert parse_id("0012") == 12
    assert parse_id("gid://shop/Thing/12?a=b") == 12
    assert parse_id("gid://shop/Thing/12", "Thing") == 12
    assert parse_id("gid://shop/Other/12", "Thing") is None
    assert parse_id("１２") is None
    assert parse_number("-0.50") == Decimal("-0.5")
    assert parse_number("1.") == 1
    assert parse_number("NaN") is None
    assert parse_number("9" * 41) is None
    assert hours_before(NOW, Decimal("1.5")) == NOW - timedelta(minutes=90)
    assert hours_before(NOW, Decimal("9" * 20)).year == 1
    assert hours_before(NOW, Decimal("-" + "9" * 20)).year == 9999


AGED = FieldSet([Field("abandoned_for", Kind.AGE, source="abandoned_at")])


@pytest.mark.parametrize(
    ("query", "hours"),
    [
        ("abandoned_for:>=24", [24, 24.5, 25]),
        ("abandoned_for:>24", [24.5, 25]),
        ("abandoned_for:<24", [0, 23.9]),
        ("abandoned_for:<=24", [0, 23.9, 24]),
        ("abandoned_for:24", [24, 24.5]),
        ("abandoned_for:*", [0, 23.9, 24, 24.5, 25]),
        ("-abandoned_for:>=24", [0, 23.9, None]),
        ("abandoned_for:>99999999999999", []),
        ("abandoned_for:day", []),
    ],
)
def test_ages(query: str, hours: list[float | None]) -> None:
    """An age is compared by the time from which it is counted. NOT also matches records without a value."""
    matches = predicate(check(parse(query), AGED, zone=UTC, now=NOW).root)
    ages: list[float | None] = [0, 23.9, 24, 24.5, 25, None]
    records = [{"abandoned_at": None if age is None else NOW - timedelta(hours=age)} for age in ages]
    assert [age for age, record in zip(ages, records, strict=True) if matches(record)] == hours


UNIQUE = FieldSet([Field("id", Kind.ID, positive=True)])


@pytest.mark.parametrize(
    ("query", "warning"),
    [
        ("id:<0", "Expected field to be a positive integer or UUID, received `0`."),
        ("id:x", "Expected field to be a positive integer or UUID, received `x`."),
        ("id:7", None),
        ("id:01234567-89ab-cdef-0123-456789abcdef", None),
    ],
)
def test_positive_ids(query: str, warning: str | None) -> None:
    meaning = check(parse(query), UNIQUE, zone=UTC, now=NOW)
    assert [one.message for one in meaning.warnings] == ([] if warning is None else [warning])
    assert all(one.code is None for one in meaning.warnings)


def test_records_of_a_search_without_fields() -> None:
    nothing: list[Any] = []
    meaning = check(parse("bob x:1"), FieldSet(nothing), zone=UTC, now=NOW)
    assert [one.code for one in meaning.warnings] == ["missing_named_field", "invalid_field"]
    assert predicate(meaning.root)({})


def test_a_tree_alone_is_read_in_utc_and_now() -> None:
    fields = FieldSet([Field("at", Kind.TIME)])
    before = datetime.now(UTC)
    matches = predicate(check(parse("at:>=2026-01-01 at:<=now").tree, fields).root)
    moments = [before, datetime(2026, 1, 1, tzinfo=UTC), datetime(2025, 12, 31, 23, 59, tzinfo=UTC), before + HOUR]
    assert [matches({"at": moment}) for moment in moments] == [True, True, False, False]
