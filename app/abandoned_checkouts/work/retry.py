"""The schedule by which failed deliveries are retried."""

from dataclasses import dataclass

from abandoned_checkouts.checkouts.moment import HOUR


@dataclass(frozen=True, slots=True)
class Schedule:
    """`retries` is the number of retries after the first attempt. Each pause is twice the previous one. `span` is the
    sum of all pauses in microseconds."""

    retries: int
    span: int


# Shopify: eight retries over four hours (since 2024-09-10). Wix: documented as up to 48 hours, without a number.
SHOPIFY = Schedule(8, 4 * HOUR)
WIX = Schedule(12, 48 * HOUR)
# Each pause is changed at random by up to this share, so that deliveries that failed together are not all retried at
# once.
JITTER = 0.1


def retry_after(schedule: Schedule, attempts: int, chance: float) -> int | None:
    """Microseconds until the next attempt after `attempts` attempts, or None after the last one.

    `chance` is a random number from 0 to 1.
    """
    if attempts > schedule.retries:
        return None
    pause: float = schedule.span * (1 << attempts - 1) / ((1 << schedule.retries) - 1)
    return round(pause * (1 + JITTER * (2 * chance - 1)))
