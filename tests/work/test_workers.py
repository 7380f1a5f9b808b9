"""Workers that fail log the error once, and continue when the store is available again."""

import asyncio
import logging
import threading

import pytest

from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.due_shops import Rotation
from abandoned_checkouts.store.engine.failures import StoreError
from abandoned_checkouts.work import workers as module
from abandoned_checkouts.work.workers import Workers
from tests.intake.messages import Clock

pytestmark = pytest.mark.anyio


async def test_a_failure_is_logged_once_and_reported_until_it_ends(
    store: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(module, "_AFTER_ERROR", 0.01)
    is_lost = True

    async def abandon(database: Database, now: int, rotation: Rotation) -> int:
        if is_lost:
            raise StoreError("the disk is full")
        return 0

    monkeypatch.setattr(module, "abandon_due", abandon)
    monkeypatch.setattr(module, "EVERY_ABANDON", 0.01)
    async with Workers(store, clock) as workers:
        await asyncio.sleep(0.2)
        assert await workers.problem() == "abandon fails and tries again"
        is_lost = False
        await asyncio.sleep(0.2)
        assert await workers.problem() is None
        workers._tasks[-1].cancel()
        await asyncio.wait([workers._tasks[-1]])
        assert await workers.problem() == f"{workers._tasks[-1].get_name()} has ended"
    # A server of other tests may run in another thread of this process, with the same changed modules.
    mine = [record for record in caplog.records if record.thread == threading.get_ident()]
    lines = [record for record in mine if record.getMessage().startswith("abandon ")]
    assert [record.getMessage() for record in lines] == [
        "abandon failed and tries again every 0.01 seconds: the disk is full",
        "abandon works again",
    ]
    assert not lines[0].exc_info


async def test_a_store_that_is_lost_at_the_end_is_one_line(
    store: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def finish() -> None:
        raise StoreError("the connection is lost")

    workers = Workers(store, clock)
    monkeypatch.setattr(workers._deliverer, "finish", finish)
    await workers.stop()
    [line] = caplog.records
    assert line.getMessage() == "the last results of deliveries cannot be stored: the connection is lost"
    assert not line.exc_info
