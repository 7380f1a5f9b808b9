"""The throttle: applies the rules of permissions/rate_limits to the buckets in the store, which all workers share."""

from __future__ import annotations

from dataclasses import dataclass

from abandoned_checkouts.shopify.permissions.rate_limits import Bucket, RateLimit, ThrottleDecision, refund, spend
from abandoned_checkouts.store.tenants.throttle_buckets import Buckets


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

        def rule(state: tuple[int, int] | None) -> tuple[tuple[int, int], ThrottleDecision]:
            decision = spend(state, plan, cost, now)
            return decision.bucket, decision

        return await self.buckets.change(shop_id, app_id, rule)

    async def refund(self, shop_id: int, app_id: int, plan: RateLimit, points: int, now: int) -> Bucket:
        if not self.enabled:
            return Bucket.full(plan, now)

        def rule(state: tuple[int, int] | None) -> tuple[tuple[int, int], Bucket]:
            bucket = refund(state, plan, points, now)
            return bucket, bucket

        return await self.buckets.change_soon(shop_id, app_id, rule)
