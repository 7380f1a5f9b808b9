"""Spans of time in words."""

import pytest

from abandoned_checkouts.checkouts.duration import lasted
from abandoned_checkouts.checkouts.moment import DAY, HOUR, MINUTE

NOW = 1_000 * DAY


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (-DAY, "less than a minute"),
        (29_000_000, "less than a minute"),
        (MINUTE, "1 minute"),
        (44 * MINUTE, "44 minutes"),
        (50 * MINUTE, "about 1 hour"),
        (5 * HOUR, "about 5 hours"),
        (26 * HOUR, "1 day"),
        (12 * DAY, "12 days"),
        (31 * DAY, "about 1 month"),
        (120 * DAY, "4 months"),
        (364 * DAY, "12 months"),
        (366 * DAY, "about 1 year"),
        (2 * 365 * DAY + 200 * DAY, "over 2 years"),
        (2 * 365 * DAY + 300 * DAY, "almost 3 years"),
        (12 * 365 * DAY, "about 12 years"),
    ],
)
def test_durations_in_words(span: int, words: str) -> None:
    assert lasted(NOW - span, NOW) == words
