"""Delivering events: handed out to subscriptions, sent with a few at a time, tried again until it is over.

One turn is one transaction: what came back is written, new events are handed out, what is due is claimed. A sender
that is killed at any point leaves either the event or the delivery waiting, so that each is delivered at least once.
"""

import asyncio
import logging
import random
from collections import Counter
from dataclasses import dataclass

from abandoned_checkouts.checkouts.moment import SECOND, Clock
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.outbox.deliveries import (
    Attempt,
    DeliveryKey,
    add_deliveries,
    claim_deliveries,
    finish_delivery,
    has_next_event,
    latest_hash,
    mark_dispatched,
    next_delivery_at,
    next_events,
    release_followers,
)
from abandoned_checkouts.store.outbox.subscriptions import (
    Subscription,
    delete_subscription,
    note_success,
    subscriptions_of,
    succeeded_since,
)
from abandoned_checkouts.store.tenants.shops import find_shop
from abandoned_checkouts.work.begin_flows import begin_flows
from abandoned_checkouts.work.event_messages import (
    delivery,
    is_debounced,
    is_removed_after_failures,
    message,
    schedule_of,
    topic_of,
)
from abandoned_checkouts.work.post import SHOPIFY_SECONDS, Sender
from abandoned_checkouts.work.retry import Schedule, retry_after
from abandoned_checkouts.work.wake_signal import WakeSignal

log = logging.getLogger(__name__)

# How many are under way at once, in all and for one subscription, so that a slow receiver does not hold up others.
AT_ONCE, AT_ONCE_EACH = 64, 16
# How many events are handed out in one transaction: others wait for it, and for the bodies that are written in it.
BATCH = 50


@dataclass(frozen=True, slots=True)
class Timing:
    """For tests with hurried clocks: another limit for an answer, another schedule of retries."""

    seconds: float | None = None
    schedule: Schedule | None = None

    @property
    def lease(self) -> int:
        """How long a claim holds: longer than any attempt, so that nobody sends what is being sent."""
        return round(((self.seconds or SHOPIFY_SECONDS) * 2 + 1) * SECOND)


class Deliverer:
    """`turn` does what is to be done now; `wait` returns when an attempt has come back or the time is over."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sender: Sender,
        *,
        address: str = "http://127.0.0.1:8000",
        timing: Timing | None = None,
    ) -> None:
        self._database, self._clock, self._sender, self._address = database, clock, sender, address
        self._timing = timing or Timing()
        self._under_way: dict[asyncio.Task[None], DeliveryKey] = {}
        self._finished: list[tuple[Row, Attempt]] = []
        self._wake = WakeSignal()

    def wake(self) -> None:
        self._wake.send()

    async def wait(self, seconds: float) -> None:
        await self._wake.wait(seconds)

    async def turn(self) -> int:
        """Returns how much was written, handed out and claimed: nothing is left to do now when it is 0."""
        if not self._finished and not await self._is_any_due():
            return 0
        finished, self._finished = self._finished, []
        try:
            async with self._database.begin() as connection:
                for row, attempt in finished:
                    await self._finish(connection, row, attempt)
                handed_out = await self._hand_out(connection)
                claimed = await self._claim(connection)
        except BaseException:
            self._finished = finished + self._finished
            raise
        for row, subscription in claimed:
            self._start(row, subscription)
        return len(finished) + handed_out + len(claimed)

    async def finish(self) -> None:
        """Wait for what is under way and write it; nothing new is begun."""
        while self._under_way:
            await asyncio.wait(self._under_way)
            await asyncio.sleep(0)
        finished, self._finished = self._finished, []
        if finished:
            async with self._database.begin() as connection:
                for row, attempt in finished:
                    await self._finish(connection, row, attempt)

    @property
    def is_idle(self) -> bool:
        return not self._under_way and not self._finished

    async def _is_any_due(self) -> bool:
        async with self._database.read() as connection:
            if await has_next_event(connection):
                return True
            due = await next_delivery_at(connection)
        return due is not None and due <= self._clock() and len(self._under_way) < AT_ONCE

    async def _hand_out(self, connection: Connection) -> int:
        events = await next_events(connection, BATCH)
        shops: dict[int, tuple[Shop | None, list[Subscription]]] = {}
        latest: dict[tuple[DeliveryKey, str], str | None] = {}
        now = self._clock()
        for event in events:
            number = event["shop_id"]
            if number not in shops:
                shops[number] = (await find_shop(connection, number), await subscriptions_of(connection, number))
            shop, subscriptions = shops[number]
            if shop is None:
                continue
            rows = []
            for subscription in subscriptions:
                if topic_of(event, subscription.dialect) != subscription.topic:
                    continue
                try:
                    row = delivery(event, subscription, shop, now, self._address)
                except Exception:
                    # One body that cannot be written must not hold up all that come after it.
                    log.exception("event %s cannot be written for subscription %s", event["id"], subscription.id)
                    continue
                if row is None:
                    continue
                key = DeliveryKey(number, subscription.dialect, subscription.id)
                place = (key, event["subject"])
                if is_debounced(subscription):
                    if place not in latest:
                        latest[place] = await latest_hash(connection, *place)
                    if latest[place] == row["body_hash"]:
                        continue
                    latest[place] = row["body_hash"]
                rows.append(row)
            await add_deliveries(connection, rows)
        if events:
            await begin_flows(connection, events, now)
            await mark_dispatched(connection, events, now)
        return len(events)

    async def _claim(self, connection: Connection) -> list[tuple[Row, Subscription]]:
        counts = Counter(self._under_way.values())
        free = AT_ONCE - len(self._under_way)
        if free <= 0:
            return []
        busy = [key for key, count in counts.items() if count >= AT_ONCE_EACH]
        now = self._clock()
        rows = await claim_deliveries(connection, now, self._timing.lease, min(free, AT_ONCE_EACH), busy)
        known: dict[int, dict[DeliveryKey, Subscription]] = {}
        claimed: list[tuple[Row, Subscription]] = []
        for row in rows:
            number = row["shop_id"]
            if number not in known:
                found = await subscriptions_of(connection, number)
                known[number] = {DeliveryKey(number, item.dialect, item.id): item for item in found}
            subscription = known[number].get(_key(row))
            if subscription is None:
                await delete_subscription(connection, number, row["dialect"], row["subscription_id"], now)
            else:
                claimed.append((row, subscription))
        return claimed

    def _start(self, row: Row, subscription: Subscription) -> None:
        task = asyncio.create_task(self._send(row, subscription))
        self._under_way[task] = _key(row)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.pop(task, None)
        self._wake.send()

    async def _send(self, row: Row, subscription: Subscription) -> None:
        now = self._clock()
        try:
            attempt = await self._sender.send(message(row, subscription, self._timing.seconds), now)
        except Exception as error:
            log.exception("delivery %s cannot be sent", row["id"])
            attempt = Attempt(now, 0, None, f"it cannot be sent: {error}", None)
        self._finished.append((row, attempt))

    async def _finish(self, connection: Connection, row: Row, attempt: Attempt) -> None:
        now, dialect, number = self._clock(), row["dialect"], row["subscription_id"]
        schedule = self._timing.schedule or schedule_of(dialect)
        pause = retry_after(schedule, row["attempts"] + 1, random.random())
        retry_at = None if pause is None else now + pause
        if not await finish_delivery(connection, row, attempt, now, retry_at):
            return
        if attempt.problem is None:
            await note_success(connection, row["shop_id"], dialect, number, now)
        elif retry_at is not None:
            return
        elif is_removed_after_failures(dialect) and not await succeeded_since(
            connection, row["shop_id"], dialect, number, row["first_attempt_at"]
        ):
            log.warning("subscription %s to %s is removed: every attempt failed", number, row["topic"])
            await delete_subscription(connection, row["shop_id"], dialect, number, now)
        await release_followers(connection, row, now)


def _key(row: Row) -> DeliveryKey:
    return DeliveryKey(row["shop_id"], row["dialect"], row["subscription_id"])
