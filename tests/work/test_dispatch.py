"""Dispatch: every event reaches every consumer once and in order, even if another consumer fails."""

import asyncio
import logging
import sqlite3
from collections.abc import Collection

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import OperationalError

from abandoned_checkouts.checkouts.event_kind import EventKind
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Connection, Database, StoreError
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.outbox.events import NewEvent, write_events
from abandoned_checkouts.store.tables import merchant_tasks
from abandoned_checkouts.store.tenants.shops import create_shop
from abandoned_checkouts.work.dispatch import BATCH, Consumer, Dispatcher, TakeEvent, consumers
from tests.intake.messages import START, Clock

pytestmark = pytest.mark.anyio


class Recorder:
    """A consumer that writes a task for each event, and fails after writing it for some subjects."""

    def __init__(self, name: str, *fails_with: str, kinds: Collection[EventKind] | None = None) -> None:
        self.consumer = Consumer(name, self._of_shop, kinds)
        self.fails_with = set(fails_with)
        self.error: Exception = ValueError("cannot take it")

    async def _of_shop(self, connection: Connection, shop: Shop, now: int) -> TakeEvent:
        if "every shop" in self.fails_with:
            raise self.error

        async def take(event: Row) -> None:
            number = 2 * event["id"] + (self.consumer.name == "b")
            values = {"shop_id": shop.id, "id": number, "checkout_id": 1, "created_at": now}
            title = f"{self.consumer.name} {event['subject']}"
            await connection.execute(insert(merchant_tasks).values(**values, title=title))
            if event["subject"] in self.fails_with:
                raise self.error

        return take


async def write(store: Database, shop: Shop, *subjects: str, kind: EventKind = "checkout_updated") -> None:
    async with store.begin() as connection:
        await write_events(connection, shop, [NewEvent(kind, subject, "{}") for subject in subjects], START)


async def taken(store: Database) -> list[str]:
    async with store.read() as connection:
        statement = select(merchant_tasks.c.title).order_by(merchant_tasks.c.shop_id, merchant_tasks.c.id)
        return list((await connection.execute(statement)).scalars())


def dispatcher(store: Database, clock: Clock, *recorders: Recorder) -> Dispatcher:
    return Dispatcher(store, clock, [recorder.consumer for recorder in recorders])


async def test_each_event_is_dispatched_once_and_in_order(store: Database, shop: Shop, clock: Clock) -> None:
    subjects = [f"s{number}" for number in range(BATCH + 5)]
    await write(store, shop, *subjects)
    found = dispatcher(store, clock, Recorder("a"))
    assert [await found.turn() for _ in range(3)] == [BATCH, 5, 0]
    assert await taken(store) == [f"a {subject}" for subject in subjects]


async def test_a_failing_consumer_does_not_hold_up_events(
    store: Database, shop: Shop, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """Its writes for that event are undone. It receives all other events, and the other consumer receives all."""
    await write(store, shop, "s1", "s2", "s3")
    with caplog.at_level(logging.ERROR):
        assert await dispatcher(store, clock, Recorder("a", "s2"), Recorder("b")).turn() == 3
    assert await taken(store) == ["a s1", "b s1", "b s2", "a s3", "b s3"]
    [record] = caplog.records
    assert record.getMessage() == "a of shop acme.myshopify.com cannot take event 2"
    assert await dispatcher(store, clock, Recorder("a"), Recorder("b")).turn() == 0, "it is not dispatched again"


async def test_a_consumer_that_fails_for_a_shop_does_not_hold_up_events(
    store: Database, shop: Shop, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    async with store.begin() as connection:
        other = await create_shop(connection, "other.myshopify.com", now=START)
    await write(store, shop, "s1")
    await write(store, other, "s2")
    assert await dispatcher(store, clock, Recorder("a", "every shop"), Recorder("b")).turn() == 2
    assert await taken(store) == ["b s1", "b s2"] and len(caplog.records) == 2


@pytest.mark.parametrize("failing", ["s2", "every shop"])
async def test_events_wait_while_the_store_fails(store: Database, shop: Shop, clock: Clock, failing: str) -> None:
    """After a full disk or a deadlock the whole batch is dispatched again."""
    await write(store, shop, "s1", "s2")
    recorder = Recorder("a", failing)
    recorder.error = OperationalError("INSERT", None, sqlite3.OperationalError("database or disk is full"))
    found = dispatcher(store, clock, Recorder("b"), recorder)
    with pytest.raises(StoreError, match="disk is full"):
        await found.turn()
    assert await taken(store) == []
    recorder.fails_with.clear()
    assert await found.turn() == 2
    assert await taken(store) == ["a s1", "b s1", "a s2", "b s2"]


async def test_a_consumer_receives_only_its_kinds_of_events(store: Database, shop: Shop, clock: Clock) -> None:
    await write(store, shop, "s1", kind="checkout_created")
    await write(store, shop, "s2", kind="checkout_activity")
    await dispatcher(store, clock, Recorder("a", kinds={"checkout_activity"}), Recorder("b", kinds=set())).turn()
    assert await taken(store) == ["a s2"]


async def test_two_processes_dispatch_each_event_once(store: Database, shop: Shop, clock: Clock) -> None:
    await write(store, shop, *(f"s{number}" for number in range(3 * BATCH)))

    async def work() -> int:
        found, done = dispatcher(store, clock, Recorder("a")), 0
        while len(await taken(store)) < 3 * BATCH:
            # `turn` also returns 0 while the other process dispatches.
            done += await found.turn()
        return done

    assert sum(await asyncio.gather(work(), work())) == 3 * BATCH == len(await taken(store))


def test_the_consumers() -> None:
    assert [consumer.name for consumer in consumers("https://server.example")] == ["subscriptions", "flows", "reports"]
