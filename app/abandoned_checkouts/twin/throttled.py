"""The rate limits of a twin: they go on while the clock stands still, and a fault can exhaust them."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from abandoned_checkouts.shopify.http.throttling import Throttle
from abandoned_checkouts.shopify.permissions.rate_limits import Bucket, RateLimit, ThrottleDecision
from abandoned_checkouts.twin.limit_time import LimitTime
from abandoned_checkouts.wix.rate_limit import RequestLimit

# Whether the bucket of the current request is empty.
is_throttled: ContextVar[bool] = ContextVar("is_throttled", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinThrottle(Throttle):
    """The server's throttle, by the time of rate limits. Requests with such a fault find an empty bucket."""

    time: LimitTime

    async def spend(self, shop_id: int, app_id: int, plan: RateLimit, cost: int, now: int) -> ThrottleDecision:
        if is_throttled.get():
            return ThrottleDecision(False, Bucket(0, now))
        decision = await Throttle.spend(self, shop_id, app_id, plan, cost, self.time.at(now))
        if not decision.allowed:
            self.time.refused(now)
        return decision

    async def refund(self, shop_id: int, app_id: int, plan: RateLimit, points: int, now: int) -> Bucket:
        return await Throttle.refund(self, shop_id, app_id, plan, points, self.time.at(now))


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinRequestLimit(RequestLimit):
    """The rate limit of the Wix dialect, by the time of rate limits."""

    time: LimitTime

    async def take(self, shop_id: int, app_id: int, now: int) -> bool:
        allowed = await RequestLimit.take(self, shop_id, app_id, self.time.at(now))
        if not allowed:
            self.time.refused(now)
        return allowed
