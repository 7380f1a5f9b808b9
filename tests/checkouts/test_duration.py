"""Spans of time in words."""

import pytest

from abandoned_checkouts.checkouts.duration import lasted
from abandoned_checkouts.checkouts.moment import DAY, HOUR, MINUTE

NOW = 1_000 * DAY


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (-DAY, "less than a minute"),
        (0, "less than a minute"),
        (29_000_000, "less than a minute"),
        (30_000_000, "1 minute"),
        (MINUTE, "1 minute"),
        (90_000_000, "2 minutes"),
        (44 * MINUTE, "44 minutes"),
        (44 * MINUTE + 30_000_000, "about 1 hour"),
        (45 * MINUTE, "about 1 hour"),
        (89 * MINUTE, "about 1 hour"),
        (90 * MINUTE, "about 2 hours"),
        (5 * HOUR, "about 5 hours"),
        (23 * HOUR + 29 * MINUTE, "about 23 hours"),
        (23 * HOUR + 30 * MINUTE, "1 day"),
        (35 * HOUR, "1 day"),
        (36 * HOUR, "2 days"),
        (12 * DAY, "12 days"),
        (29 * DAY + 11 * HOUR, "29 days"),
        (29 * DAY + 12 * HOUR, "about 1 month"),
        (31 * DAY, "about 1 month"),
        (44 * DAY, "about 1 month"),
        (45 * DAY, "about 2 months"),
        (75 * DAY, "3 months"),
        (120 * DAY, "4 months"),
        (365 * DAY - 1, "12 months"),
        (365 * DAY, "about 1 year"),
        (366 * DAY, "about 1 year"),
        (2 * 365 * DAY + 91 * DAY, "about 2 years"),
        (2 * 365 * DAY + 92 * DAY, "over 2 years"),
        (2 * 365 * DAY + 273 * DAY, "over 2 years"),
        (2 * 365 * DAY + 274 * DAY, "almost 3 years"),
        (2 * 365 * DAY + 200 * DAY, "over 2 years"),
        (2 * 365 * DAY + 300 * DAY, "almost 3 years"),
        (12 * 365 * DAY, "about 12 years"),
    ],
)
def test_durations_are_rounded_and_written_in_words(span: int, words: str) -> None:
    assert lasted(NOW - span, NOW) == words
