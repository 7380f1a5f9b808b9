"""Plans on SQLite: short ones and slices of others in the thread of the event loop, and what turns out to be long in
another thread."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.reading import statement_watch
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, SortOrder
from abandoned_checkouts.store.reading.queries import PAUSE, PageQuery, QuerySteps, RowsQuery
from abandoned_checkouts.store.reading.snapshots import SqliteSnapshots, snapshots_of
from abandoned_checkouts.store.tables import saved_searches
from abandoned_checkouts.store.tenants.shops import create_shop


async def test_a_short_plan_that_takes_long_runs_again_in_a_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await open_database(f"sqlite+aiosqlite:///{tmp_path / 'store.sqlite3'}")
    snapshots = snapshots_of(database)
    assert isinstance(snapshots, SqliteSnapshots)
    threads: list[str] = []

    def steps() -> QuerySteps[int]:
        threads.append(threading.current_thread().name)
        rows = yield RowsQuery("customers", 1, ("id",), "id", [1])
        return len(rows)

    def restart() -> QuerySteps[int]:
        return steps()

    try:
        assert await snapshots.answer(steps(), short=True, restart=restart) == 0
        assert threads == [threading.current_thread().name]
        # SQLite now asks after each instruction, and no statement has time.
        monkeypatch.setattr(statement_watch, "LONGEST", -1)
        snapshots._watched.pop().close()
        monkeypatch.setattr("abandoned_checkouts.store.reading.snapshots.INSTRUCTIONS", 1)
        for _ in range(2):
            # The second time, the statement is not tried again.
            assert await snapshots.answer(steps(), short=True, restart=restart) == 0
        assert threads[1] == threads[3] == threading.current_thread().name
        assert threads[2].startswith("read") and threads[4].startswith("read")
        monkeypatch.setattr(statement_watch, "LONGEST", 2_000_000)
    finally:
        await asyncio.shield(snapshots.close())
        await database.close()


ROWS = 300


@pytest.fixture
async def snapshots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SqliteSnapshots]:
    """Of a store in which shop 1 has 300 saved searches, which are five slices. A plan pauses after each of them."""
    monkeypatch.setattr("abandoned_checkouts.store.reading.sliced_steps._LONG_TURN", -1.0)
    database = await open_database(f"sqlite+aiosqlite:///{tmp_path / 'store.sqlite3'}")
    row = {"shop_id": 1, "resource_type": "A", "query": "open", "created_at": 0, "updated_at": 0}
    async with database.begin() as connection:
        shop = await create_shop(connection, "a.myshopify.com", now=0)
        rows = [{**row, "id": number, "name": f"open {number}"} for number in range(ROWS)]
        await connection.execute(insert(saved_searches), rows)
    assert shop.id == 1
    found = snapshots_of(database)
    assert isinstance(found, SqliteSnapshots)
    yield found
    await found.close()
    await database.close()


def page() -> QuerySteps[int]:
    """The steps of a plan that reads all rows and then writes them in two slices."""
    order = SortOrder("id")
    rows = yield PageQuery(Listing("saved_searches", 1, order), PageWindow(first=ROWS), ("id", "name"), False)
    yield PAUSE
    return len(rows)


async def turns_until(finished: asyncio.Future[int]) -> int:
    """How often this coroutine runs until the other has finished."""
    turns = 0
    while not finished.done():
        await asyncio.sleep(0)
        turns += 1
    return turns


async def test_other_requests_run_between_the_slices_of_a_plan(snapshots: SqliteSnapshots) -> None:
    running = asyncio.ensure_future(snapshots.answer(page(), short=False, sliced=True, restart=page))
    # Four slices are followed by others, then the rows are complete, then the plan pauses.
    assert await turns_until(running) >= 6
    assert running.result() == ROWS
    assert len(snapshots._watched) == 1 and not snapshots._watched[0].in_transaction


async def test_a_cancelled_plan_ends_its_snapshot(snapshots: SqliteSnapshots) -> None:
    running = asyncio.ensure_future(snapshots.answer(page(), short=False, sliced=True, restart=page))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not snapshots._watched
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert len(snapshots._watched) == 1 and not snapshots._watched[0].in_transaction


async def test_a_slice_that_takes_long_moves_the_plan_to_a_thread(
    snapshots: SqliteSnapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statement_watch, "LONGEST", -1)
    monkeypatch.setattr("abandoned_checkouts.store.reading.snapshots.INSTRUCTIONS", 1)
    threads: list[str] = []

    def steps() -> QuerySteps[int]:
        threads.append(threading.current_thread().name)
        return (yield from page())

    assert await snapshots.answer(steps(), short=False, sliced=True, restart=steps) == ROWS
    assert threads[0] == threading.current_thread().name and threads[1].startswith("read")


async def test_the_mark_of_the_store_changes_with_each_transaction_that_writes(snapshots: SqliteSnapshots) -> None:
    before = snapshots.change_mark()
    assert before is not None
    await snapshots.answer(page(), short=False)
    assert snapshots.change_mark() == before
    database = await open_database(snapshots._url.render_as_string())
    async with database.begin() as connection:
        await create_shop(connection, "b.myshopify.com", now=0)
    await database.close()
    assert snapshots.change_mark() != before
