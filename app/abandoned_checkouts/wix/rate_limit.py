"""The rate limit: requests per minute and app, counted over all processes of the server."""

from __future__ import annotations

from dataclasses import dataclass

from abandoned_checkouts.checkouts.moment import MINUTE
from abandoned_checkouts.store.tenants.throttle_buckets import Buckets, BucketState


@dataclass(frozen=True, slots=True)
class RequestLimit:
    """Counts requests per calendar minute. `requests_per_minute` of None means unlimited. All workers share the
    `buckets` (store/tenants/throttle_buckets)."""

    requests_per_minute: int | None
    buckets: Buckets

    async def take(self, shop_id: int, app_id: int, now: int) -> bool:
        """Count a request of this app. False if the app has used up this minute's requests."""
        maximum, minute = self.requests_per_minute, now // MINUTE
        if maximum is None:
            return True

        def rule(state: BucketState | None) -> tuple[BucketState, bool]:
            count = 1 + (state[0] if state is not None and state[1] == minute else 0)
            return (count, minute), count <= maximum

        # Shopify's rate limit uses the same buckets under the shop's id. A negative id keeps the two apart.
        allowed: bool = await self.buckets.change(-shop_id, app_id, rule)
        return allowed
