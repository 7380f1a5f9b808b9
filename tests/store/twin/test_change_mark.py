"""The mark of a SQLite store differs after every write, and only then."""

from pathlib import Path

import pytest
from sqlalchemy import text

from abandoned_checkouts.store.engine.database import Connection, open_database
from abandoned_checkouts.store.twin.change_mark import ChangeMark
from abandoned_checkouts.store.twin.whole_copy import StoreCopies
from tests.databases import Databases

CHANGE = text("INSERT INTO numbering (table_name, last) VALUES ('tests', 1) ON CONFLICT DO UPDATE SET last = last + 1")


@pytest.mark.parametrize("address", ["sqlite+aiosqlite:///{folder}/store.sqlite3", "sqlite+aiosqlite:///:memory:"])
async def test_a_write_changes_the_mark_and_a_read_does_not(address: str, tmp_path: Path) -> None:
    database = await open_database(address.format(folder=tmp_path))
    mark = await ChangeMark.of(database)
    assert mark is not None
    before = mark.read()
    async with database.read() as connection:
        await connection.execute(text("SELECT count(*) FROM shops"))
    assert mark.read() == before

    async with database.begin() as connection:
        await connection.execute(CHANGE)
    after_first = mark.read()

    async def write(connection: Connection) -> None:
        await connection.execute(CHANGE)

    await database.write(write)
    assert len({before, after_first, mark.read()}) == 3
    mark.close()
    await database.close()


async def test_a_restore_of_a_file_changes_the_mark(tmp_path: Path) -> None:
    database = await open_database(f"sqlite+aiosqlite:///{tmp_path}/store.sqlite3")
    mark, copies = await ChangeMark.of(database), StoreCopies(database)
    assert mark is not None
    copy = await copies.take()
    async with database.begin() as connection:
        await connection.execute(CHANGE)
    before = mark.read()
    await copies.put_back(copy)
    assert mark.read() != before
    copy.close()
    await copies.close()
    mark.close()
    await database.close()


async def test_postgresql_has_no_mark(databases: Databases) -> None:
    url = databases.new("postgresql")
    database = await open_database(url)
    assert await ChangeMark.of(database) is None
    await database.close()
    databases.give_back(url)
