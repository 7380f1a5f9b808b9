"""Durations: what people write, and what is refused."""

import pytest

from abandoned_checkouts.checkouts.moment import DAY, HOUR, MINUTE, SECOND
from abandoned_checkouts.twin.durations import DurationError, duration_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 days", 3 * DAY),
        ("1 day", DAY),
        ("2 hours 30 minutes", 2 * HOUR + 30 * MINUTE),
        ("1 week, 2 days and 3 hours", 9 * DAY + 3 * HOUR),
        ("90minutes", 90 * MINUTE),
        ("  10 Seconds ", 10 * SECOND),
        ("250 milliseconds", 250_000),
        ("0 days", 0),
    ],
)
def test_accepted(text: str, expected: int) -> None:
    assert duration_of(text) == expected


@pytest.mark.parametrize(
    "text", ["", "soon", "3", "days", "-1 day", "1.5 hours", "3 fortnights", "1 day!", "٣ days", "999999999 weeks"]
)
def test_refused(text: str) -> None:
    with pytest.raises(DurationError):
        duration_of(text)
