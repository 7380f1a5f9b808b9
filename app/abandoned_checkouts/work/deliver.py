"""Sends queued deliveries: claims them, sends a few at a time, and retries each until it succeeds or has no retries
left.

Each turn is one transaction: it stores the results of attempts and claims due deliveries. If the process is killed, its
claims expire and another process sends those deliveries again. Each delivery is therefore sent at least once.
"""

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass
from functools import partial

from abandoned_checkouts.checkouts.moment import SECOND, Clock
from abandoned_checkouts.checkouts.randomness import random_fraction
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.outbox.claims import Limits, Rounds, claim_deliveries
from abandoned_checkouts.store.outbox.compliance import COMPLIANCE, targets_of
from abandoned_checkouts.store.outbox.deliveries import (
    Attempt,
    DeliveryKey,
    finish_delivery,
    next_delivery_at,
    release_followers,
)
from abandoned_checkouts.store.outbox.subscriptions import (
    Subscription,
    delete_subscription,
    note_success,
    succeeded_since,
)
from abandoned_checkouts.telemetry.counters import count
from abandoned_checkouts.telemetry.metric_table import DELIVERIES
from abandoned_checkouts.telemetry.spans import span
from abandoned_checkouts.work.clock_watch import ClockWatch
from abandoned_checkouts.work.event_messages import is_removed_after_failures, message, schedule_of
from abandoned_checkouts.work.retry import Schedule, retry_after
from abandoned_checkouts.work.sender import SHOPIFY_SECONDS, MessageSender
from abandoned_checkouts.work.wake_signal import WakeSignal

log = logging.getLogger(__name__)

# The maximum number of attempts whose result is not stored yet. After a crash, up to this number are sent again.
AT_ONCE = 16
# A subscription whose last attempt took this many milliseconds is slow.
SLOW = 1_000


@dataclass(frozen=True, slots=True)
class Timing:
    """For tests: replaces the time limit for a response, in seconds, and the schedule of retries."""

    seconds: float | None = None
    schedule: Schedule | None = None

    @property
    def lease(self) -> int:
        """How long a claim lasts: longer than any attempt."""
        return round(((self.seconds or SHOPIFY_SECONDS) * 2 + 1) * SECOND)


@dataclass(frozen=True, slots=True)
class _Room:
    """How many more attempts may start, and the limits of subscriptions, if any has reached its limit or is slow."""

    most: int
    limits: Limits | None


class Deliverer:
    """Sends deliveries. `turn` does the work that is due. `wait` returns when an attempt ends, when `wake` is called,
    or after the given time."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sender: MessageSender,
        *,
        timing: Timing | None = None,
        watch: ClockWatch | None = None,
        at_once: int = AT_ONCE,
    ) -> None:
        self._at_once = at_once
        # One subscription gets at most half of them, and so do all slow ones together, so that slow receivers do not
        # delay others.
        self._at_once_each = max(1, at_once // 2)
        self._slow: set[DeliveryKey] = set()
        self._watch = watch or ClockWatch(clock)
        self._database, self._clock, self._sender = database, self._watch.now, sender
        self._timing = timing or Timing()
        self._running: dict[asyncio.Task[None], DeliveryKey] = {}
        self._finished: list[tuple[Row, Attempt]] = []
        self._wake, self._rounds = WakeSignal(), Rounds()

    def wake(self) -> None:
        self._wake.send()

    async def wait(self, seconds: float) -> None:
        await self._wake.wait(seconds)

    async def turn(self) -> int:
        """Store results and start due deliveries. Returns the number of results and started deliveries."""
        if not self._finished and not await self._is_any_due():
            return 0
        finished, self._finished = self._finished, []
        try:
            claimed = await self._database.write(partial(self._finish_and_claim, finished=finished, room=self._room()))
        except BaseException:
            self._finished = finished + self._finished
            raise
        for row, subscription in claimed:
            self._start(row, subscription)
        return len(finished) + len(claimed)

    async def finish(self) -> None:
        """Wait for the running attempts and store their results. No new attempts start."""
        await self.attempts_ended()
        finished, self._finished = self._finished, []
        if finished:
            await self._database.write(lambda connection: self._finish_all(connection, finished))

    async def attempts_ended(self) -> None:
        """Wait for the running attempts. The next turn stores their results."""
        while self._running:
            await asyncio.wait(self._running)
            await asyncio.sleep(0)

    @property
    def is_idle(self) -> bool:
        return not self._running and not self._finished

    async def _is_any_due(self) -> bool:
        due = await self._database.fetch(next_delivery_at)
        return due is not None and due <= self._clock() and self._free() > 0

    def _free(self) -> int:
        """How many more attempts may start. An attempt counts until its result is stored."""
        return self._at_once - len(self._running) - len(self._finished)

    async def _finish_and_claim(
        self, connection: Connection, finished: list[tuple[Row, Attempt]], room: _Room
    ) -> list[tuple[Row, Subscription]]:
        await self._finish_all(connection, finished)
        return await self._claim(connection, room)

    async def _finish_all(self, connection: Connection, finished: list[tuple[Row, Attempt]]) -> None:
        for row, attempt in finished:
            await self._finish(connection, row, attempt)

    def _room(self) -> _Room:
        """The limits of this turn. They are read before the transaction, which runs on another thread."""
        running, each = Counter(self._running.values()), self._at_once_each
        most = max(running.values(), default=0)
        if most < each and not self._slow:
            # No subscription can get more than its limit.
            return _Room(min(self._free(), each - most), None)
        most_slow = each - sum(count for key, count in running.items() if key in self._slow)
        return _Room(self._free(), Limits(each, running, frozenset(self._slow), max(0, most_slow)))

    async def _claim(self, connection: Connection, room: _Room) -> list[tuple[Row, Subscription]]:
        if room.most <= 0:
            return []
        now = self._clock()
        lease = self._timing.lease
        takes_over = self._watch.takes_over_claims(lease)
        rows = await claim_deliveries(
            connection, now, lease, room.most, room.limits, takes_over=takes_over, rounds=self._rounds
        )
        known: dict[int, dict[DeliveryKey, Subscription]] = {}
        claimed: list[tuple[Row, Subscription]] = []
        for row in rows:
            number = row["shop_id"]
            if number not in known:
                found = await targets_of(connection, number)
                known[number] = {DeliveryKey(number, item.dialect, item.id): item for item in found}
            subscription = known[number].get(_key(row))
            if subscription is None:
                self._slow.discard(_key(row))
                await delete_subscription(connection, number, row["dialect"], row["subscription_id"], now)
            else:
                claimed.append((row, subscription))
        return claimed

    def _start(self, row: Row, subscription: Subscription) -> None:
        task = asyncio.create_task(self._send(row, subscription))
        self._running[task] = _key(row)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        self._wake.send()

    async def _send(self, row: Row, subscription: Subscription) -> None:
        now = self._clock()
        try:
            with span("delivery", row["traceparent"], dialect=row["dialect"], topic=row["topic"]):
                attempt = await self._sender.send(message(row, subscription, self._timing.seconds), now)
        except Exception as error:
            log.exception("delivery %s cannot be sent", row["id"])
            attempt = Attempt(now, 0, None, f"cannot be sent: {error}", None)
        self._note_time(_key(row), attempt)
        self._finished.append((row, attempt))

    def _note_time(self, key: DeliveryKey, attempt: Attempt) -> None:
        if attempt.milliseconds >= SLOW:
            self._slow.add(key)
        else:
            self._slow.discard(key)

    async def _finish(self, connection: Connection, row: Row, attempt: Attempt) -> None:
        now, dialect, number = self._clock(), row["dialect"], row["subscription_id"]
        schedule = self._timing.schedule or schedule_of(dialect)
        pause = retry_after(schedule, row["attempts"] + 1, random_fraction())
        retry_at = None if pause is None else now + pause
        if not await finish_delivery(connection, row, attempt, now, retry_at):
            return
        count(DELIVERIES, dialect, "sent" if attempt.problem is None else "given_up" if retry_at is None else "retried")
        if dialect == COMPLIANCE:
            if attempt.problem is not None and retry_at is not None:
                return
        elif attempt.problem is None:
            await note_success(connection, row["shop_id"], dialect, number, now)
        elif retry_at is not None:
            return
        elif is_removed_after_failures(dialect) and not await succeeded_since(
            connection, row["shop_id"], dialect, number, row["first_attempt_at"]
        ):
            log.warning(
                "deleted subscription %s to %s, because all attempts of a delivery failed", number, row["topic"]
            )
            await delete_subscription(connection, row["shop_id"], dialect, number, now)
        await release_followers(connection, row, now)


def _key(row: Row) -> DeliveryKey:
    return DeliveryKey(row["shop_id"], row["dialect"], row["subscription_id"])
