"""The retries of failed deliveries follow the platforms' documentation."""

from itertools import pairwise

import pytest

from abandoned_checkouts.checkouts.moment import HOUR
from abandoned_checkouts.work.event_messages import schedule_of
from abandoned_checkouts.work.retry import retry_after


def pauses(dialect: str, chance: float = 0.5) -> list[int]:
    """The pauses after all attempts but the last."""
    found: list[int] = []
    while (pause := retry_after(schedule_of(dialect), len(found) + 1, chance)) is not None:
        found.append(pause)
    return found


@pytest.mark.parametrize(("dialect", "retries", "hours"), [("shopify", 8, 4), ("own", 8, 4), ("wix", 12, 48)])
def test_the_number_and_duration_of_retries(dialect: str, retries: int, hours: int) -> None:
    found = pauses(dialect)
    assert len(found) == retries
    assert abs(sum(found) - hours * HOUR) <= retries, "but for rounding"
    assert all(abs(later - 2 * earlier) <= 2 for earlier, later in pairwise(found)), "each is twice the one before"


@pytest.mark.parametrize(("chance", "share"), [(0.0, 0.9), (0.5, 1.0), (1.0, 1.1)])
def test_a_pause_is_up_to_a_tenth_shorter_or_longer(chance: float, share: float) -> None:
    for pause, found in zip(pauses("shopify"), pauses("shopify", chance), strict=True):
        assert abs(found - share * pause) <= 1
