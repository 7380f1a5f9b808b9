"""A consumer of events: queues one delivery for each matching subscription."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.driver_thread import is_in_event_loop
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.outbox.deliveries import DeliveryKey, add_deliveries, latest_hash
from abandoned_checkouts.store.outbox.subscriptions import Subscription, subscriptions_of
from abandoned_checkouts.work.event_messages import delivery, is_debounced, topic_of

log = logging.getLogger(__name__)

# Filters with more characters are not applied in the event loop, because parsing the longest one takes half a second.
_LONG_FILTER = 2_000


async def subscriptions_of_shop(
    connection: Connection, shop: Shop, now: int, *, address: str
) -> Callable[[Row], Awaitable[None]]:
    """Returns the function that queues the deliveries of one event of the shop."""
    return _DeliveryQueue(connection, shop, await subscriptions_of(connection, shop.id), now, address).add


class _DeliveryQueue:
    def __init__(
        self, connection: Connection, shop: Shop, subscriptions: Sequence[Subscription], now: int, address: str
    ) -> None:
        self._connection, self._shop, self._subscriptions = connection, shop, subscriptions
        self._now, self._address = now, address
        # The hash of the last body by subject, for subscriptions that skip repeated bodies.
        self._last: dict[tuple[DeliveryKey, str], str | None] = {}

    async def add(self, event: Row) -> None:
        rows, hashes = [], {}
        for subscription in self._subscriptions:
            if topic_of(event, subscription.dialect) != subscription.topic:
                continue
            if len(subscription.filter or "") > _LONG_FILTER and is_in_event_loop():
                row = await asyncio.to_thread(self._row, event, subscription)
            else:
                row = self._row(event, subscription)
            if row is None:
                continue
            if is_debounced(subscription):
                place = (DeliveryKey(self._shop.id, subscription.dialect, subscription.id), event["subject"])
                if await self._last_hash(*place) == row["body_hash"]:
                    continue
                hashes[place] = row["body_hash"]
            rows.append(row)
        await add_deliveries(self._connection, rows)
        self._last |= hashes

    def _row(self, event: Row, subscription: Subscription) -> Row | None:
        """The delivery, or None if there is nothing to deliver. An error is logged."""
        try:
            return delivery(event, subscription, self._shop, self._now, self._address)
        except Exception:
            # Not raised, because the other subscriptions must still receive the event.
            log.exception("event %s cannot be converted for subscription %s", event["id"], subscription.id)
            return None

    async def _last_hash(self, key: DeliveryKey, subject: str) -> str | None:
        if (key, subject) not in self._last:
            self._last[key, subject] = await latest_hash(self._connection, key, subject)
        return self._last[key, subject]
