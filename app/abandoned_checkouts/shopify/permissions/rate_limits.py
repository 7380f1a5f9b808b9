"""Rate limits by leaky bucket: each app has a bucket of points per shop. Queries spend points, time restores them.

These are pure rules. The caller passes in the clock; the store keeps the buckets and must read, decide and write in
one step, so that several workers share a bucket. (Shopify: limits. Recorded on a standard shop: 2,000 points, restored
at 100 per second, both integers.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, TypeAlias

from abandoned_checkouts.shopify.language.errors import ErrorEntry, entry, texts

__all__ = [
    "PLANS",
    "Bucket",
    "RateLimit",
    "ThrottleDecision",
    "refund",
    "returned",
    "spend",
    "status",
    "take",
    "throttled",
]

_MICROSECONDS = 1_000_000
# A Bucket, or a tuple of its values.
_State: TypeAlias = tuple[int, int]
# How much the clocks of two machines may differ, in microseconds. A bucket that is further ahead is from a clock that
# was set back since.
CLOCK_DIFFERENCE = 2 * _MICROSECONDS


@dataclass(frozen=True, slots=True)
class RateLimit:
    """Points restored per second, and the size of the bucket: the points of twenty seconds."""

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


class Bucket(NamedTuple):
    """The points at `updated_at` (µs UTC), in millionths: so every microsecond restores a whole number of them."""

    available: int
    updated_at: int

    @classmethod
    def full(cls, plan: RateLimit, now: int) -> Bucket:
        return cls(plan.maximum_available * _MICROSECONDS, now)


class ThrottleDecision(NamedTuple):
    """Whether a query can run, and the bucket to store in both cases."""

    allowed: bool
    bucket: Bucket


# As the classes create them from a tuple of values, without a call of a Python function: every request needs both.
_bucket: Callable[[_State], Bucket] = partial(tuple.__new__, Bucket)
_decision: Callable[[tuple[bool, Bucket]], ThrottleDecision] = partial(tuple.__new__, ThrottleDecision)


def spend(bucket: _State | None, plan: RateLimit, cost: int, now: int) -> ThrottleDecision:
    """Spend `cost` points at `now` (µs UTC), if there are as many. A refused query does not spend points."""
    available, updated_at = _restored(bucket, plan, now)
    left = available - cost * _MICROSECONDS
    return _decision((left >= 0, _bucket((left if left >= 0 else available, updated_at))))


def take(bucket: _State | None, plan: RateLimit, cost: int, now: int) -> Bucket:
    """Spend the points of a query that is allowed in any case, as far as there are any."""
    available, updated_at = _restored(bucket, plan, now)
    return _bucket((max(0, available - cost * _MICROSECONDS), updated_at))


def refund(bucket: _State | None, plan: RateLimit, points: int, now: int) -> Bucket:
    """Return the points that a query did not use: requested minus actual cost."""
    available, updated_at = _restored(bucket, plan, now)
    most = plan.maximum_available * _MICROSECONDS
    return _bucket((min(most, available + max(0, points) * _MICROSECONDS), updated_at))


def returned(bucket: Bucket, plan: RateLimit, points: int) -> Bucket:
    """Like `refund`, at the moment for which `bucket` was computed."""
    most = plan.maximum_available * _MICROSECONDS
    return _bucket((min(most, bucket.available + max(0, points) * _MICROSECONDS), bucket.updated_at))


def status(bucket: Bucket, plan: RateLimit) -> dict[str, int]:
    """`throttleStatus` of `extensions.cost`."""
    return {
        "maximumAvailable": plan.maximum_available,
        "currentlyAvailable": bucket.available // _MICROSECONDS,
        "restoreRate": plan.restore_rate,
    }


def throttled() -> ErrorEntry:
    """The error THROTTLED of a response with status 200 and without data."""
    return entry(texts.THROTTLED, documentation=texts.RATE_LIMITS_PAGE)


def _restored(bucket: _State | None, plan: RateLimit, now: int) -> _State:
    if bucket is None:
        return Bucket.full(plan, now)
    available, updated_at = bucket
    if updated_at - now > CLOCK_DIFFERENCE:
        # The clock was set back: points are restored from now on.
        return available, now
    if updated_at < now:
        available, updated_at = available + (now - updated_at) * plan.restore_rate, now
    # Else, two machines with different clocks take turns: no moment restores points twice.
    return min(plan.maximum_available * _MICROSECONDS, available), updated_at
