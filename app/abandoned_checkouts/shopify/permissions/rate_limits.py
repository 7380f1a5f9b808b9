"""The leaky bucket: each app and shop has points, queries spend them, time restores them.

Pure rules; the clock is passed in and the state lives in the store, which has to read, decide and write as one step
so that several workers share one bucket exactly. (Shopify: limits. Recorded on a standard shop: 2,000 points,
restored at 100 a second, both integers.)
"""

from __future__ import annotations

from dataclasses import dataclass

from abandoned_checkouts.shopify.language.errors import ErrorEntry, entry, texts

__all__ = [
    "PLANS",
    "Bucket",
    "RateLimit",
    "ThrottleDecision",
    "refund",
    "spend",
    "status",
    "throttled",
]

_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class RateLimit:
    """Points restored a second; a bucket holds twenty seconds' worth."""

    restore_rate: int
    maximum_available: int

    @classmethod
    def at(cls, restore_rate: int) -> RateLimit:
        return cls(restore_rate, 20 * restore_rate)


PLANS = {
    "standard": RateLimit.at(100),
    "advanced": RateLimit.at(200),
    "plus": RateLimit.at(1_000),
    "enterprise": RateLimit.at(2_000),
}


@dataclass(frozen=True, slots=True)
class Bucket:
    """Points in millionths, so that any stretch of time restores exactly, and when that was true (µs UTC)."""

    available: int
    updated_at: int

    @classmethod
    def full(cls, plan: RateLimit, now: int) -> Bucket:
        return cls(plan.maximum_available * _MICROSECONDS, now)


@dataclass(frozen=True, slots=True)
class ThrottleDecision:
    """Whether a query may run, and the bucket to keep either way."""

    allowed: bool
    bucket: Bucket


def spend(bucket: Bucket | None, plan: RateLimit, cost: int, now: int) -> ThrottleDecision:
    """Take `cost` points at `now` (µs UTC) if they are there. A refused query takes none."""
    restored = _restored(bucket, plan, now)
    left = restored.available - cost * _MICROSECONDS
    if left < 0:
        return ThrottleDecision(False, restored)
    return ThrottleDecision(True, Bucket(left, restored.updated_at))


def refund(bucket: Bucket | None, plan: RateLimit, points: int, now: int) -> Bucket:
    """Give back what a query did not use: requested minus actual."""
    restored = _restored(bucket, plan, now)
    most = plan.maximum_available * _MICROSECONDS
    return Bucket(min(most, restored.available + max(0, points) * _MICROSECONDS), restored.updated_at)


def status(bucket: Bucket, plan: RateLimit) -> dict[str, int]:
    """`throttleStatus` of `extensions.cost`."""
    return {
        "maximumAvailable": plan.maximum_available,
        "currentlyAvailable": bucket.available // _MICROSECONDS,
        "restoreRate": plan.restore_rate,
    }


def throttled() -> ErrorEntry:
    """THROTTLED, an answer with status 200 and without data."""
    return entry(texts.THROTTLED, documentation=texts.RATE_LIMITS_PAGE)


def _restored(bucket: Bucket | None, plan: RateLimit, now: int) -> Bucket:
    if bucket is None:
        return Bucket.full(plan, now)
    # Clocks of several machines differ, and a test's clock may be set back: time never takes points away.
    elapsed = max(0, now - bucket.updated_at)
    available = min(plan.maximum_available * _MICROSECONDS, bucket.available + elapsed * plan.restore_rate)
    return Bucket(available, max(now, bucket.updated_at))
