"""The limit of requests per minute and app, if the server has one, counted over all its processes."""

from dataclasses import dataclass

from abandoned_checkouts.checkouts.moment import MINUTE
from abandoned_checkouts.store.tenants.throttle_buckets import Buckets, BucketState


@dataclass(frozen=True, slots=True)
class RequestLimit:
    """Counts whole minutes; None limits nothing. All workers share the `buckets` (store/tenants/throttle_buckets)."""

    requests_per_minute: int | None
    buckets: Buckets

    async def take(self, shop_id: int, app_id: int, now: int) -> bool:
        """Whether one more request of this app may run now."""
        most, minute = self.requests_per_minute, now // MINUTE
        if most is None:
            return True

        def rule(state: BucketState | None) -> tuple[BucketState, bool]:
            count = 1 + (state[0] if state is not None and state[1] == minute else 0)
            return (count, minute), count <= most

        # Shopify's points lie in the same place under the shop's number; a shop's number is never negative.
        allowed: bool = await self.buckets.change(-shop_id, app_id, rule)
        return allowed
