"""An open store that fails is reported in one line, which says what to do."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError, OperationalError

from abandoned_checkouts.store.engine import sqlite_connections
from abandoned_checkouts.store.engine.database import StoreError, open_database
from abandoned_checkouts.store.tenants.shops import create_shop

NOW = 1_790_000_000_000_000
DOMAIN = "failing.myshopify.com"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store whose connections wait only a tenth of a second for locks."""
    impatient = ("PRAGMA busy_timeout = 100", *sqlite_connections._PRAGMAS[1:])
    monkeypatch.setattr(sqlite_connections, "_PRAGMAS", impatient)
    return f"sqlite+aiosqlite:///{tmp_path}/store.sqlite3"


@pytest.fixture
def locked(url: str, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Another process, which can hold the store's lock."""
    other = sqlite3.connect(tmp_path / "store.sqlite3", isolation_level=None)
    yield other
    other.close()


async def test_a_locked_store_is_reported_in_one_line(url: str, locked: sqlite3.Connection) -> None:
    database = await open_database(url)
    locked.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="cannot be used: another process has locked it") as raised:
        async with database.begin():
            pass
    assert "\n" not in str(raised.value)
    locked.execute("ROLLBACK")
    async with database.begin() as connection:
        await create_shop(connection, DOMAIN, now=NOW)
    await database.close()


@pytest.mark.parametrize(
    ("driver", "line"),
    [
        ("database or disk is full", "the disk is full"),
        ("disk I/O error", "check the disk"),
        ("attempt to write a readonly database", "check the disk and the permissions of the file"),
        ("unable to open database file", "can no longer be read or written"),
        ("database disk image is malformed", "restore a backup"),
    ],
)
async def test_an_error_of_the_driver_becomes_advice(url: str, driver: str, line: str) -> None:
    database = await open_database(url)
    for block in (database.begin, database.read):
        with pytest.raises(StoreError, match=line):
            async with block():
                raise OperationalError("SELECT 1", None, sqlite3.OperationalError(driver))
    await database.close()


async def test_a_full_store_is_reported_and_undone(url: str) -> None:
    database = await open_database(url)
    async with database.begin() as connection:
        pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))

    async def many() -> None:
        async with database.begin() as connection:
            for number in range(1000):
                await create_shop(connection, f"{number}.{DOMAIN}", now=NOW)

    with pytest.raises(StoreError, match="the disk is full"):
        await many()
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT COUNT(*) FROM shops"))).scalar_one() == 0
    await database.close()


async def test_a_violated_constraint_is_not_a_store_error(url: str) -> None:
    database = await open_database(url)
    with pytest.raises(IntegrityError):
        async with database.begin() as connection:
            await connection.execute(text("INSERT INTO tokens (shop_id) VALUES (5)"))
    await database.close()


@pytest.mark.parametrize(("durable", "level"), [(True, 2), (False, 0)])
async def test_commits_wait_for_the_disk_unless_the_store_need_not_be_durable(
    url: str, durable: bool, level: int
) -> None:
    database = await open_database(url, durable=durable)
    async with database.alone() as execute:
        assert await execute("PRAGMA synchronous") == [(level,)]
    await database.close()


async def test_after_a_cancelled_statement_others_can_write_at_once(url: str) -> None:
    """Also while the exception is handled, which keeps the cancelled statement."""
    store = await open_database(url)
    task = asyncio.current_task()
    assert task is not None

    def cancel(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement == "SELECT number FROM numbers":
            asyncio.get_running_loop().call_soon(task.cancel)

    async with store.begin() as connection:
        await connection.execute(text("CREATE TABLE numbers (number INTEGER)"))
        await connection.execute(text("INSERT INTO numbers VALUES (1), (2)"))
    event.listen(store._writer.sync_engine, "before_cursor_execute", cancel)
    try:
        async with store.begin() as connection:
            await connection.execute(text("INSERT INTO numbers VALUES (3)"))
            await connection.execute(text("SELECT number FROM numbers"))
    except asyncio.CancelledError:
        task.uncancel()
        async with store.begin() as connection:
            await connection.execute(text("INSERT INTO numbers VALUES (4)"))
    finally:
        event.remove(store._writer.sync_engine, "before_cursor_execute", cancel)
    async with store.read() as connection:
        found = await connection.execute(text("SELECT sum(number) FROM numbers"))
    assert found.scalar() == 1 + 2 + 4
    await store.close()
