"""Rate limits that a fault exhausts: the request gets Shopify's own response to an empty bucket."""

from contextvars import ContextVar

from abandoned_checkouts.shopify.http.throttling import Throttle
from abandoned_checkouts.shopify.permissions.rate_limits import Bucket, RateLimit, ThrottleDecision

# Whether the bucket of the current request is empty.
is_throttled: ContextVar[bool] = ContextVar("is_throttled", default=False)


class TwinThrottle(Throttle):
    """The server's throttle, except that requests with such a fault find an empty bucket."""

    async def spend(self, shop_id: int, app_id: int, plan: RateLimit, cost: int, now: int) -> ThrottleDecision:
        if is_throttled.get():
            return ThrottleDecision(False, Bucket(0, now))
        return await super().spend(shop_id, app_id, plan, cost, now)
