"""A store of the first release is upgraded while a server of that release works on it, and both run side by side.

The old server is played by its statements: the rows of the dump of its store, and reads of its lists. ROWS=1000000
upgrades that many checkouts; the suite has a small number.
"""

import asyncio
import os
import sqlite3
import time
from itertools import count

import asyncpg
import pytest

from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.engine.migrate import known_versions
from abandoned_checkouts.store.tables import metadata
from tests.databases import Databases
from tests.pace import slack
from tests.store.engine.dump_store import STORES
from tests.store.engine.test_migrate import OLDEST, older_store

ROWS = int(os.environ.get("ROWS", "300"))
# Expressions for the columns whose values must differ.
KEYS = {
    "id": "10000000 + number",
    "document_id": "10000000 + number",
    "uuid": "'uuid-' || number",
    "token": "'token-' || number",
    "created_at": "created_at + number",
}
LIST = (
    "SELECT id, name, total_price FROM abandoned_checkouts WHERE shop_id = 1 ORDER BY created_at DESC, id DESC LIMIT 50"
)
# How often the old server reads and writes; a statement may wait for a lock of the upgrade.
PAUSE = 0.005
# The seconds that two statements may take while tables are changed, on an idle machine. ALTER TABLE waits up to 0.4
# seconds for a table, and others wait behind it.
LONGEST = 2.0


async def fill_statement(connection: asyncpg.Connection) -> str:
    """Copies of the first checkout, with the columns that the tables have now. The parameters are the first and the
    last number."""
    found = await connection.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'abandoned_checkouts'"
    )
    names = [row["column_name"] for row in found]
    values = ", ".join(KEYS.get(name, name) for name in names)
    return (
        f"INSERT INTO abandoned_checkouts ({', '.join(names)}) SELECT {values} FROM (SELECT * FROM abandoned_checkouts "
        "WHERE shop_id = 1 ORDER BY id LIMIT 1) AS one, generate_series($1::bigint, $2::bigint) AS number"
    )


class OldServer:
    """Reads and writes without a pause longer than PAUSE, and remembers how long its statements took."""

    def __init__(self, address: str, fill: str) -> None:
        self._address, self._fill = address, fill
        self.longest, self.statements, self.written = 0.0, 0, 0
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "OldServer":
        self._task = asyncio.create_task(self._work())
        while not self.statements:  # noqa: ASYNC110 - the task counts
            await asyncio.sleep(PAUSE)
        return self

    async def __aexit__(self, *_: object) -> None:
        # After the upgrade, the old server goes on for a moment.
        before = self.statements
        while self.statements < before + 4:  # noqa: ASYNC110 - the task counts
            await asyncio.sleep(PAUSE)
        self._stopping.set()
        assert self._task is not None
        await self._task

    async def _work(self) -> None:
        connection = await asyncpg.connect(self._address)
        try:
            for number in count(ROWS + 1):
                if self._stopping.is_set():
                    return
                started = time.perf_counter()
                await connection.execute(self._fill, number, number)
                self.written += 1
                await connection.fetch(LIST)
                self.longest = max(self.longest, time.perf_counter() - started)
                self.statements += 2
                await asyncio.sleep(PAUSE)
        finally:
            await connection.close()


@pytest.mark.anyio
@pytest.mark.timeout(0 if ROWS > 10_000 else 240)
async def test_no_statement_of_an_old_server_fails_while_its_store_is_upgraded(databases: Databases) -> None:
    url = await older_store(databases, "postgresql", OLDEST)
    address = url.replace("+asyncpg", "")
    connection = await asyncpg.connect(address)
    [before] = await connection.fetchrow("SELECT count(*) FROM abandoned_checkouts")
    fill = await fill_statement(connection)
    await connection.execute(fill, 1, ROWS, timeout=3600)
    async with OldServer(address, fill) as old:
        started = time.perf_counter()
        database = await open_database(url)
        seconds = time.perf_counter() - started
    await database.close()
    [version] = await connection.fetchrow("SELECT version_num FROM alembic_version")
    [after] = await connection.fetchrow("SELECT count(*) FROM abandoned_checkouts")
    await connection.close()
    assert version == known_versions()[-1]
    assert after == before + ROWS + old.written
    print(f"{ROWS:,} checkouts: the upgrade took {seconds:.1f} s; two statements took up to {old.longest:.1f} s")
    assert old.longest < LONGEST * slack()


def test_the_newest_tables_take_the_rows_of_the_first_release(databases: Databases) -> None:
    """While servers of both versions run, the older one writes into the tables of the newer one: every old column
    exists, and every new one has a default."""
    old = sqlite3.connect(":memory:")
    old.executescript((STORES / f"{OLDEST}.sqlite.sql").read_text())
    new, written = sqlite3.connect(databases.new("sqlite").partition(":///")[2]), 0
    present = columns_of(new)
    for name, columns in columns_of(old).items():
        assert columns.keys() <= present[name].keys(), f"a column of {name} is gone"
        needed = [column for column, has_default in present[name].items() if not has_default and column not in columns]
        assert not needed, f"new columns of {name} need a value: {needed}"
        if name in metadata.tables:
            names, marks = ", ".join(columns), ", ".join("?" * len(columns))
            for row in old.execute(f"SELECT {names} FROM {name}").fetchall():
                new.execute(f"INSERT INTO {name} ({names}) VALUES ({marks})", row)
                written += 1
    assert written > 15
    new.close()
    old.close()


def columns_of(connection: sqlite3.Connection) -> dict[str, dict[str, bool]]:
    """By table, each column and whether it can be left out."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {
        name: {
            column: not_null == 0 or default is not None
            for _, column, _, not_null, default, _ in connection.execute(f"PRAGMA table_info({name})")
        }
        for (name,) in names.fetchall()
    }
