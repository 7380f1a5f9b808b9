"""When a delivery that failed is tried again."""

from dataclasses import dataclass

from abandoned_checkouts.checkouts.moment import HOUR


@dataclass(frozen=True, slots=True)
class Schedule:
    """`retries` after the first attempt, each pause twice the one before, all pauses together `span` microseconds."""

    retries: int
    span: int


# Shopify: eight retries over four hours (since 2024-09-10). Wix: documented as up to 48 hours, without a number.
SHOPIFY = Schedule(8, 4 * HOUR)
WIX = Schedule(12, 48 * HOUR)
# A pause is up to this share longer or shorter, so that many that failed at once do not come back at once.
JITTER = 0.1


def retry_after(schedule: Schedule, attempts: int, chance: float) -> int | None:
    """Microseconds until the next attempt when `attempts` were made, or None when it was the last.

    `chance` is a random number from 0 to 1.
    """
    if attempts > schedule.retries:
        return None
    pause: float = schedule.span * (1 << attempts - 1) / ((1 << schedule.retries) - 1)
    return round(pause * (1 + JITTER * (2 * chance - 1)))
