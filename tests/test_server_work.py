"""Background work begins after the start of a server, and ends with it."""

import asyncio
from pathlib import Path

import pytest

from abandoned_checkouts import server_work
from abandoned_checkouts.config import Settings
from abandoned_checkouts.server_work import ServerWork
from abandoned_checkouts.shopify.bulk.rules.files import Results
from abandoned_checkouts.store.engine.database import Database
from tests.intake.messages import Clock

pytestmark = pytest.mark.anyio


@pytest.fixture
def work(store: Database, tmp_path: Path) -> ServerWork:
    return ServerWork(store, Clock(), Settings(), Results(tmp_path, None), None)


async def test_work_begins_soon_and_ends_with_the_block(work: ServerWork) -> None:
    work.wake()
    async with work.soon(0):
        while work._workers is None:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        tasks = work._workers._tasks
        work.wake()
        assert await work.problem() is None
        tasks[-1].cancel()
        await asyncio.wait([tasks[-1]])
        assert await work.problem() == f"{tasks[-1].get_name()} has ended"
    assert all(task.done() for task in tasks)


async def test_a_server_that_stops_earlier_does_no_work(work: ServerWork) -> None:
    async with work.soon(60):
        assert await work.problem() is None
    assert work._workers is None


async def test_readiness_reports_work_that_cannot_begin(
    work: ServerWork, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ImportError("a library is missing")

    monkeypatch.setattr(server_work, "_import", fail)
    async with work.soon(0):
        while await work.problem() is None:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        assert await work.problem() == "background work cannot begin"
    assert caplog.messages == ["background work cannot begin"]
