"""Transactions of several requests share one commit on SQLite, and each succeeds or fails as if it were alone."""

import asyncio
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection as SyncConnection
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import IntegrityError

from abandoned_checkouts.store.engine import group_commit, sqlite_connections
from abandoned_checkouts.store.engine.database import Connection, Database, StoreError, open_database
from abandoned_checkouts.store.engine.driver_thread import Work
from abandoned_checkouts.store.tenants.shops import create_shop, find_shop

NOW = 1_790_000_000_000_000


@pytest.fixture
def file(sqlite_url: str) -> Path:
    return Path(sqlite_url.partition("///")[2])


@pytest.fixture
async def database(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """A store whose connections wait half a second for locks, and whose groups do not end by time."""
    impatient = ("PRAGMA busy_timeout = 500", *sqlite_connections._PRAGMAS[1:])
    monkeypatch.setattr(sqlite_connections, "_PRAGMAS", impatient)
    monkeypatch.setattr(group_commit, "SECONDS", 60)
    opened = await open_database(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
def commits(file: Path) -> Iterator[list[int]]:
    """Gets an entry for each commit to the file. Background work of an earlier test can still commit elsewhere."""
    found: list[int] = []

    def note(connection: SyncConnection) -> None:
        # The engine of a group has a connection, and no address.
        if connection.engine.url.database in (str(file), None):
            found.append(1)

    event.listen(Engine, "commit", note)
    yield found
    event.remove(Engine, "commit", note)


class Write:
    """Creates a shop. Its `number` is in the shop's name."""

    def __init__(self, number: int, problem: Exception | None = None) -> None:
        self.domain, self.problem = f"shop-{number}.myshopify.com", problem

    async def __call__(self, connection: Connection) -> str:
        await create_shop(connection, self.domain, now=NOW)
        if self.problem is not None:
            raise self.problem
        return self.domain


async def together(database: Database, *works: Work[str]) -> list[str | BaseException]:
    """The results of transactions that wait at the same time."""
    async with database.begin():
        running = [asyncio.create_task(database.write(work)) for work in works]
        await asyncio.sleep(0)
    return await asyncio.gather(*running, return_exceptions=True)


def shops_in(file: Path) -> set[str]:
    """As another process sees the store."""
    with closing(sqlite3.connect(file)) as connection:
        return {domain for (domain,) in connection.execute("SELECT domain FROM shops")}


def numbers_in(file: Path) -> set[int]:
    return {int(domain.partition(".")[0].rpartition("-")[2]) for domain in shops_in(file)}


async def test_a_transaction_is_committed_and_rolled_back_on_each_database(store: Database) -> None:
    assert await store.write(Write(1)) == "shop-1.myshopify.com"
    with pytest.raises(KeyError):
        await store.write(Write(2, KeyError("refused")))
    async with store.read() as connection:
        assert await find_shop(connection, "shop-1.myshopify.com") is not None
        assert await find_shop(connection, "shop-2.myshopify.com") is None


async def test_a_store_in_memory_alternates_with_other_transactions() -> None:
    database = await open_database("sqlite+aiosqlite:///:memory:")
    for number in range(3):
        await database.write(Write(number))
        async with database.begin() as connection:
            await create_shop(connection, f"other-{number}.myshopify.com", now=NOW)
        async with database.read() as connection:
            assert (await connection.execute(text("SELECT count(*) FROM shops"))).scalar() == 2 * number + 2
    await database.close()


async def test_transactions_share_a_commit_and_run_in_their_order(
    database: Database, file: Path, commits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a busy machine the time of a group could end before its transactions have run.
    monkeypatch.setattr(group_commit, "SECONDS", 60)
    order: list[int] = []

    async def work(connection: Connection, number: int) -> str:
        order.append(number)
        return await Write(number)(connection)

    results = await together(database, *(lambda it, n=number: work(it, n) for number in range(20)))
    assert results == [f"shop-{number}.myshopify.com" for number in range(20)]
    assert order == list(range(20))
    # One is the transaction that the others waited for.
    assert len(commits) == 2
    assert numbers_in(file) == set(range(20))


async def test_a_group_has_a_limit(
    database: Database, file: Path, commits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "SECONDS", 60)
    await together(database, *(Write(number) for number in range(group_commit.MOST + 1)))
    assert len(commits) == 3
    assert len(shops_in(file)) == group_commit.MOST + 1


async def test_a_group_ends_after_a_time(
    database: Database, file: Path, commits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "SECONDS", 0)
    await together(database, *map(Write, range(3)))
    assert len(commits) == 4
    assert numbers_in(file) == {0, 1, 2}


async def test_a_failed_transaction_is_rolled_back_alone(database: Database, file: Path) -> None:
    problem = ValueError("refused")
    results = await together(database, Write(1), Write(2, problem), Write(1), Write(3))
    assert results[0] == "shop-1.myshopify.com"
    assert results[1] is problem
    assert isinstance(results[2], Exception), "a shop that exists already"
    assert results[3] == "shop-3.myshopify.com"
    assert numbers_in(file) == {1, 3}


async def test_a_failed_commit_fails_all_of_its_transactions(database: Database, file: Path) -> None:
    async def breaks_the_commit(connection: Connection) -> str:
        # Checked by the commit, and not by the savepoint.
        await connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        await connection.exec_driver_sql(
            "INSERT INTO email_opens (shop_id, customer_id, count, last_at) VALUES (9, 9, 1, 1)"
        )
        return "not committed"

    results = await together(database, Write(1), breaks_the_commit, Write(2))
    assert [type(result) for result in results] == [IntegrityError] * 3
    assert shops_in(file) == set()
    await database.write(Write(3))
    assert numbers_in(file) == {3}


async def test_a_full_disk_fails_exactly_the_transactions_that_are_not_stored(database: Database, file: Path) -> None:
    async def limit(connection: Connection) -> str:
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")
        return ""

    async def many(connection: Connection) -> str:
        for number in range(100, 1000):
            await Write(number)(connection)
        return "stored"

    await database.write(limit)
    results = await together(database, Write(1), many, Write(2))
    assert isinstance(results[1], StoreError)
    assert "the disk is full" in str(results[1])
    stored = {int(result[5]) for result in (results[0], results[2]) if isinstance(result, str)}
    assert numbers_in(file) == stored
    await database.write(Write(3))
    assert numbers_in(file) == stored | {3}


async def test_nothing_is_answered_before_the_commit(database: Database, file: Path) -> None:
    seen: list[set[str]] = []
    first = asyncio.Event()

    async def write_first() -> None:
        await database.write(Write(1))
        first.set()

    async def look(connection: Connection) -> str:
        # On the store's thread: the event loop goes on, and would answer the first now.
        threading.Event().wait(0.05)
        seen.append(shops_in(file))
        assert not first.is_set()
        return ""

    async with database.begin():
        running = [asyncio.create_task(write_first()), asyncio.create_task(database.write(look))]
        await asyncio.sleep(0)
    await asyncio.gather(*running)
    assert seen == [set()]
    assert numbers_in(file) == {1}


async def test_a_cancelled_request_that_waits_is_not_run(database: Database, file: Path) -> None:
    async with database.begin():
        running = [asyncio.create_task(database.write(Write(number))) for number in range(3)]
        await asyncio.sleep(0)
        running[1].cancel()
    results = await asyncio.gather(*running, return_exceptions=True)
    assert isinstance(results[1], asyncio.CancelledError)
    assert numbers_in(file) == {0, 2}


async def test_a_cancelled_request_that_runs_is_rolled_back_alone(database: Database, file: Path) -> None:
    begun, may_end = threading.Event(), threading.Event()

    async def slow(connection: Connection) -> str:
        begun.set()
        assert may_end.wait(10)
        return await Write(1)(connection)

    running = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(begun.wait, 10)
    other = asyncio.create_task(database.write(Write(2)))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    may_end.set()
    await other
    assert numbers_in(file) == {2}
    await database.write(Write(3))
    assert numbers_in(file) == {2, 3}


async def test_the_lock_of_another_process_fails_those_who_waited_for_it(database: Database, file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        results = await together_while_locked(database)
        assert all(isinstance(result, StoreError) for result in results)
        assert "another process has locked it" in str(results[0])
        other.execute("ROLLBACK")
        await database.write(Write(3))
    assert numbers_in(file) == {3}


async def together_while_locked(database: Database) -> list[str | BaseException]:
    running = [database.write(Write(number)) for number in range(2)]
    return await asyncio.wait_for(asyncio.gather(*running, return_exceptions=True), 5)


async def test_a_second_process_writes_at_the_same_time(sqlite_url: str, file: Path) -> None:
    database = await open_database(sqlite_url)
    program = """
import sqlite3, sys
store = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
for _ in range(100):
    store.execute("BEGIN IMMEDIATE")
    last = store.execute("SELECT last FROM numbering WHERE table_name = 'both'").fetchone()[0]
    store.execute("UPDATE numbering SET last = ? WHERE table_name = 'both'", (last + 1,))
    store.execute("COMMIT")
"""

    async def begin(connection: Connection) -> None:
        await connection.exec_driver_sql("INSERT INTO numbering (table_name, last) VALUES ('both', 0)")

    async def add(connection: Connection) -> None:
        last = (await connection.exec_driver_sql("SELECT last FROM numbering WHERE table_name = 'both'")).scalar_one()
        await connection.exec_driver_sql("UPDATE numbering SET last = ? WHERE table_name = 'both'", (last + 1,))

    await database.write(begin)
    other = asyncio.create_task(
        asyncio.to_thread(subprocess.run, [sys.executable, "-c", program, str(file)], check=True, timeout=60)
    )
    for _ in range(20):
        await asyncio.gather(*(database.write(add) for _ in range(5)))
    await other
    await database.close()
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT last FROM numbering WHERE table_name = 'both'").fetchone() == (200,)


async def test_a_transaction_waits_for_nothing_but_its_connection(database: Database, file: Path) -> None:
    async def waits(connection: Connection) -> str:
        await Write(1)(connection)
        await asyncio.sleep(0)
        return ""

    results = await together(database, Write(2), waits)
    assert results[0] == "shop-2.myshopify.com"
    assert isinstance(results[1], RuntimeError)
    assert "must not wait for anything but a connection" in str(results[1])
    assert numbers_in(file) == {2}


async def test_closing_waits_for_the_transactions(sqlite_url: str, file: Path) -> None:
    database = await open_database(sqlite_url)
    running = [asyncio.create_task(database.write(Write(number))) for number in range(3)]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*running)
    assert numbers_in(file) == {0, 1, 2}
