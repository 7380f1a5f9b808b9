"""Copies of a store return it exactly, also when another process writes, and their log does not grow."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.store.twin.whole_copy import StoreCopies

SET = "INSERT INTO numbering (table_name, last) VALUES ('tests', {0}) ON CONFLICT DO UPDATE SET last = {0}"
READ = "SELECT last FROM numbering WHERE table_name = 'tests'"


@pytest.fixture(params=["{folder}/store.sqlite3", ":memory:"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    opened = await open_database(f"sqlite+aiosqlite:///{request.param.format(folder=tmp_path)}")
    yield opened
    await opened.close()


async def write(database: Database, number: int) -> None:
    async with database.begin() as connection:
        await connection.execute(text(SET.format(number)))


async def read(database: Database) -> int:
    async with database.read() as connection:
        found: int = (await connection.execute(text(READ))).scalar_one()
        return found


async def test_each_copy_returns_its_own_content_however_often(database: Database) -> None:
    copies, kept = StoreCopies(database), []
    for number in (1, 2):
        await write(database, number)
        kept.append(await copies.take())
    for place in (0, 0, 1, 0, 1, 1):
        await copies.put_back(kept[place])
        assert await read(database) == place + 1
        await write(database, 7)
        await copies.put_back(kept[place])
        assert await read(database) == place + 1
    for copy in kept:
        copy.close()
    await copies.close()


@pytest.mark.parametrize("database", ["{folder}/store.sqlite3"], indirect=True)
async def test_a_change_of_another_process_is_undone_too(database: Database) -> None:
    copies = StoreCopies(database)
    await write(database, 1)
    copy = await copies.take()
    for _ in range(2):
        with closing(sqlite3.connect(database.url.database or "")) as other, other:
            other.execute(SET.format(9))
        assert await read(database) == 9
        await copies.put_back(copy)
        assert await read(database) == 1
    copy.close()
    await copies.close()


@pytest.mark.parametrize("database", ["{folder}/store.sqlite3"], indirect=True)
async def test_a_reader_keeps_its_snapshot_while_a_copy_is_put_back(database: Database) -> None:
    copies = StoreCopies(database)
    await write(database, 1)
    copy = await copies.take()
    await write(database, 2)
    async with database.read() as connection:
        assert (await connection.execute(text(READ))).scalar_one() == 2
        await copies.put_back(copy)
        assert (await connection.execute(text(READ))).scalar_one() == 2
    assert await read(database) == 1
    copy.close()
    await copies.close()


@pytest.mark.parametrize("database", ["{folder}/store.sqlite3"], indirect=True)
async def test_nothing_is_written_if_nothing_has_changed(database: Database) -> None:
    """The version of the store would change for another connection."""
    copies = StoreCopies(database)
    copy = await copies.take()
    with closing(sqlite3.connect(database.url.database or "")) as other:
        versions = []
        for change in (False, True, False):
            if change:
                await write(database, 1)
            await copies.put_back(copy)
            versions.append(other.execute("PRAGMA data_version").fetchone()[0])
    assert versions[0] != versions[1] == versions[2]
    copy.close()
    await copies.close()


@pytest.mark.parametrize("database", ["{folder}/store.sqlite3"], indirect=True)
async def test_the_log_has_at_most_two_copies_however_fast_they_are_put_back(database: Database) -> None:
    copies = StoreCopies(database)
    copy = await copies.take()
    size = len(copy.connection.serialize())
    log, sizes = Path(f"{database.url.database}-wal"), list[int]()
    for number in range(20):
        await write(database, number)
        await asyncio.sleep(0)
        await copies.put_back(copy)
        sizes.append(await asyncio.to_thread(lambda: log.stat().st_size))
    # At first, the log also has the tables of a new store.
    assert sizes[-1] < 2.5 * size, sizes
    copy.close()
    await copies.close()
