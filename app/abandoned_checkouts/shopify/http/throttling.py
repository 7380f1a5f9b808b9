"""The throttle: applies the rules of permissions/rate_limits to the buckets in the store, which all workers share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from abandoned_checkouts.shopify.permissions.rate_limits import (
    Bucket,
    RateLimit,
    ThrottleDecision,
    refund,
    returned,
    spend,
    take,
)
from abandoned_checkouts.store.tenants.throttle_buckets import Buckets, BucketState, MemoryBuckets, TableBuckets

# Parts of a full bucket: so many points must be left for a query whose points are written later, and at most so many
# are not written. Ten servers that spend at the same moment therefore cannot spend more than there is.
_MANY, _NOT_WRITTEN = 1 / 2, 1 / 20


@dataclass(frozen=True, slots=True)
class Throttle:
    """`spend` and `refund` for the bucket of an app in a shop. Each is one atomic step.

    A throttle that is not `enabled` allows every request and returns a full bucket.
    """

    buckets: Buckets
    enabled: bool = True

    async def spend(self, shop_id: int, app_id: int, plan: RateLimit, cost: int, now: int) -> ThrottleDecision:
        if not self.enabled:
            return ThrottleDecision(True, Bucket.full(plan, now))
        if isinstance(self.buckets, TableBuckets):
            # A statement for each query would take as long as reading a row. While there are many points, the table
            # gets the points of several queries together.
            rule, full = partial(_taken, plan, cost, now), plan.maximum_available * 1_000_000
            taken = self.buckets.take_soon(shop_id, app_id, rule, int(full * _MANY), int(full * _NOT_WRITTEN))
            if taken is not None:
                return ThrottleDecision(True, taken)
        return await self.buckets.change(shop_id, app_id, partial(_spent, plan, cost, now))

    def hold(self, shop_id: int, app_id: int, plan: RateLimit, cost: int, now: int) -> Bucket | None:
        """Like `spend` for a request that awaits nothing until `settle`. None if there are not enough points, or if the
        buckets can only be changed by awaiting."""
        if type(self) is not Throttle or isinstance(self.buckets, TableBuckets):
            return None
        if not self.enabled:
            return Bucket.full(plan, now)
        if isinstance(self.buckets, MemoryBuckets):
            # Nothing else can change the bucket before `settle`, so that one step is enough.
            decision = spend(self.buckets.state_of(shop_id, app_id), plan, cost, now)
        else:
            decision = self.buckets.change_at_once(shop_id, app_id, partial(_spent, plan, cost, now))
        return decision.bucket if decision.allowed else None

    def settle(self, shop_id: int, app_id: int, plan: RateLimit, held: Bucket, points: int, now: int) -> Bucket:
        """Return the points that the request did not use, after `hold` returned the bucket `held`."""
        if not self.enabled:
            return held
        if isinstance(self.buckets, MemoryBuckets):
            bucket = returned(held, plan, points) if points else held
            self.buckets.set_state(shop_id, app_id, bucket)
            return bucket
        if not points or isinstance(self.buckets, TableBuckets):
            return held
        return self.buckets.change_at_once(shop_id, app_id, partial(_refunded, plan, points, now))

    async def refund(self, shop_id: int, app_id: int, plan: RateLimit, points: int, now: int) -> Bucket:
        if not self.enabled:
            return Bucket.full(plan, now)

        return await self.buckets.change_soon(shop_id, app_id, partial(_refunded, plan, points, now))


# The rules of buckets, with the state last.


def _taken(plan: RateLimit, cost: int, now: int, state: BucketState | None) -> tuple[BucketState, Bucket]:
    bucket = take(state, plan, cost, now)
    return bucket, bucket


def _spent(plan: RateLimit, cost: int, now: int, state: BucketState | None) -> tuple[BucketState, ThrottleDecision]:
    decision = spend(state, plan, cost, now)
    return decision.bucket, decision


def _refunded(plan: RateLimit, points: int, now: int, state: BucketState | None) -> tuple[BucketState, Bucket]:
    bucket = refund(state, plan, points, now)
    return bucket, bucket
