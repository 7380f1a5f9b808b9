"""Passes every new event to every consumer, once and in order.

To make something happen after an event, add a consumer to `consumers`. A consumer writes in the transaction that marks
the event as dispatched. If a consumer fails for an event, its writes for that event are undone and the failure is
logged; other consumers and later events are not affected.
"""

import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from abandoned_checkouts.checkouts.event_kind import EventKind
from abandoned_checkouts.checkouts.moment import Clock
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.due_shops import Rotation
from abandoned_checkouts.store.engine.failures import may_succeed_later
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.outbox.deliveries import has_next_event, mark_dispatched, next_events
from abandoned_checkouts.store.tenants.shops import find_shop
from abandoned_checkouts.work.begin_flows import KINDS_FOR_FLOWS, flows_of_shop
from abandoned_checkouts.work.count_elsewhere import KINDS_FOR_REPORTS, reports_of_shop
from abandoned_checkouts.work.queue_deliveries import subscriptions_of_shop

log = logging.getLogger(__name__)

# The maximum number of events in one transaction. Small, because other writers wait until it ends.
BATCH = 50

TakeEvent: TypeAlias = Callable[[Row], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Consumer:
    """A consumer of events. `of_shop` is called for each shop of a batch, with the transaction, the shop and the time.
    It returns a function that is called with each event of the shop.

    `kinds` are the kinds of events that the consumer takes, or None for all.
    """

    name: str
    of_shop: Callable[[Connection, Shop, int], Awaitable[TakeEvent]]
    kinds: Collection[EventKind] | None = None


def consumers(address: str) -> list[Consumer]:
    """All consumers. `address` is this server's URL without a trailing slash."""
    return [
        Consumer("subscriptions", partial(subscriptions_of_shop, address=address)),
        Consumer("flows", flows_of_shop, KINDS_FOR_FLOWS),
        Consumer("reports", reports_of_shop, KINDS_FOR_REPORTS),
    ]


class Dispatcher:
    """`turn` dispatches the waiting events: all to one consumer, then all to the next. With `in_order`, each event goes
    to all consumers before the next event, so that the result does not depend on the size of a batch."""

    def __init__(
        self, database: Database, clock: Clock, consumers: Sequence[Consumer], *, in_order: bool = False
    ) -> None:
        self._database, self._clock, self._consumers = database, clock, consumers
        self._in_order, self._rotation = in_order, Rotation()

    async def turn(self) -> int:
        """Dispatch one batch. Returns the number of its events: 0 if no event waits, or another process is
        dispatching."""
        if not await self._database.fetch(has_next_event):
            return 0
        return await self._database.write(self._dispatch_batch)

    async def _dispatch_batch(self, connection: Connection) -> int:
        events, now = await next_events(connection, BATCH, self._rotation), self._clock()
        groups = [[event] for event in events] if self._in_order else list(_by_shop(events).values())
        for together in groups:
            shop = await find_shop(connection, together[0]["shop_id"])
            if shop is not None:
                for consumer in self._consumers:
                    await _dispatch(connection, shop, together, consumer, now)
        await mark_dispatched(connection, events, now)
        return len(events)


def _by_shop(events: Sequence[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for event in events:
        found.setdefault(event["shop_id"], []).append(event)
    return found


async def _dispatch(connection: Connection, shop: Shop, events: Sequence[Row], consumer: Consumer, now: int) -> None:
    """Dispatch the events of a shop to one consumer: all together, or one at a time if one of them fails."""
    selected = [event for event in events if consumer.kinds is None or event["kind"] in consumer.kinds]
    if not selected or await _take(connection, shop, selected, consumer, now) is None:
        return
    for event in selected:
        problem = await _take(connection, shop, [event], consumer, now)
        if problem is not None:
            log.error("%s of shop %s cannot take event %s", consumer.name, shop.domain, event["id"], exc_info=problem)


async def _take(
    connection: Connection, shop: Shop, events: Sequence[Row], consumer: Consumer, now: int
) -> Exception | None:
    """Returns the error if the consumer failed for these events; then nothing was written for them.

    Raises errors of the store. The whole batch is then dispatched again later, so no event is lost.
    """
    try:
        async with connection.begin_nested():
            take = await consumer.of_shop(connection, shop, now)
            for event in events:
                await take(event)
    except Exception as problem:
        if may_succeed_later(problem):
            raise
        return problem
    return None
