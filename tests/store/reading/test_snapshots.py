"""Plans on SQLite: short ones in the thread of the event loop, and what turns out to be long in another thread."""

import asyncio
import threading
from pathlib import Path

import pytest

from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.reading import statement_watch
from abandoned_checkouts.store.reading.queries import QuerySteps, RowsQuery
from abandoned_checkouts.store.reading.snapshots import SqliteSnapshots, snapshots_of


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
