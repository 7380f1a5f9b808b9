"""A demo shop is copied from SQLite to PostgreSQL: answers are equal, a killed copy continues, and a wrong source,
target or key is refused without changing anything."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.config import Settings
from abandoned_checkouts.demo.demo_token import TOKEN
from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.server import create_app
from abandoned_checkouts.store.engine.audit_log import list_audit_log
from abandoned_checkouts.store.engine.database import StoreError, open_database
from abandoned_checkouts.store.engine.secret_key import key_file, write_key_file
from abandoned_checkouts.store.moving import copy_store as module
from abandoned_checkouts.store.moving.copy_store import copy_store
from abandoned_checkouts.store.outbox.record_changes import changes_after, note_changed
from abandoned_checkouts.store.tables import metadata
from abandoned_checkouts.store.tenants.shops import create_shop
from tests.databases import Databases
from tests.places import ROOT

NOW = 1_790_000_000_000_000
OLD, NEW = "o" * 32, "n" * 32
QUERY = """query ($search: String, $after: String) {
  abandonedCheckouts(first: 50, query: $search, after: $after) { edges { cursor node {
    id name createdAt note customer { id email displayName } totalPriceSet { shopMoney { amount currencyCode } }
    lineItems(first: 5) { nodes { id title quantity } } shippingAddress { address1 zip } } }
    pageInfo { hasNextPage endCursor } }
  abandonedCheckoutsCount(query: $search) { count precision } }"""


def nothing(*_: object) -> None:
    """A progress that is not shown."""


async def demo(url: str, checkouts: int, key: str | None = None) -> None:
    database = await open_database(url, secret_key=key)
    await fill(database, checkouts=checkouts, seed=3, now=NOW)
    await database.close()


async def answers(url: str, key: str | None = None) -> list[Any]:
    """The responses to some queries, each with all of its pages."""
    app = create_app(Settings(database_url=url, work=False, throttle=False, secret_key=key))
    found = []
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000") as http,
    ):
        for search in (None, "status:open", "total_price:>100", "anna OR maria", "recovery_state:recovered"):
            after = None
            while True:
                response = await http.post(
                    "/admin/api/2026-10/graphql.json",
                    headers={"X-Shopify-Access-Token": TOKEN},
                    json={"query": QUERY, "variables": {"search": search, "after": after}},
                )
                data = response.json()["data"]
                found.append(data)
                page = data["abandonedCheckouts"]["pageInfo"]
                after = page["endCursor"]
                if not page["hasNextPage"]:
                    break
    return found


async def sequences_of(connection: AsyncConnection) -> list[tuple[str, str]]:
    """Each table with a sequence, and the sequence, as PostgreSQL knows them."""
    found = await connection.execute(
        text(
            "SELECT t.relname, s.relname FROM pg_class s "
            "JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i') "
            "JOIN pg_class t ON t.oid = d.refobjid WHERE s.relkind = 'S'"
        )
    )
    return [(row[0], row[1]) for row in found]


async def test_both_sides_answer_the_same(databases: Databases) -> None:
    source, target = databases.new("sqlite"), databases.blank("postgresql")
    await demo(source, 120)
    expected = await answers(source)
    counts = await copy_store(source, target, NOW, nothing)
    assert counts["abandoned_checkouts"] == counts["checkout_text"] == 120 and counts["line_items"] > 120
    assert await answers(target) == expected
    assert sum(page["abandonedCheckoutsCount"]["count"] for page in expected[:1]) == 120
    store = await open_database(target)
    async with store.begin() as connection:
        # Numbers continue behind those of the source.
        other = await create_shop(connection, "other.myshopify.com", now=NOW)
        assert other.id == counts["shops"] + 1
        log = await list_audit_log(connection)
        assert [row["id"] for row in log] == [*range(1, counts["audit_log"] + 3)]
        assert log[-2]["subject"] == f"{sum(counts.values())} rows"
        sequences = await sequences_of(connection)
        assert {"record_changes", "events", "audit_log", "shops", "deliveries"} <= {name for name, _ in sequences}
        for name, sequence in sequences:
            greatest = await connection.execute(select(func.max(metadata.tables[name].c.id)))
            following = (await connection.execute(select(func.nextval(sequence)))).scalar_one()
            assert following > (greatest.scalar() or 0), name
    async with store.read() as connection:
        feed = await changes_after(connection, 1, 0, 10_000)
    async with store.begin() as connection:
        await note_changed(connection, 1, "checkout", [feed[0]["record_id"]], NOW)
    async with store.read() as connection:
        (change,) = await changes_after(connection, 1, feed[-1]["id"], 10)
        assert change["record_id"] == feed[0]["record_id"]
    await store.close()
    with pytest.raises(StoreError, match="already has data \\(in the table"):
        await copy_store(source, target, NOW, nothing)


KILLED = """
import asyncio, os, signal, sys
from abandoned_checkouts.store.moving import copy_store as module

module.BATCH = 50
def advance(name, done, total):
    if name == sys.argv[3] and done >= 100:
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(module.copy_store(sys.argv[1], sys.argv[2], 0, advance))
"""


@pytest.mark.parametrize("table", ["abandoned_checkouts", "line_items"])
async def test_a_killed_copy_continues(databases: Databases, table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = databases.new("sqlite"), databases.blank("postgresql")
    await demo(source, 150)
    command = [sys.executable, "-c", KILLED, source, target, table]
    done = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, capture_output=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with pytest.raises(StoreError, match="is a copy that is not finished; run the same `store copy` again"):
        await open_database(target)
    copied: list[tuple[str, int]] = []
    monkeypatch.setattr(module, "BATCH", 50)
    await copy_store(source, target, NOW, lambda name, done, total: copied.append((name, total)))
    # The tables before are complete, and the rows that were committed before the kill are not copied again.
    names = [name for name, _ in copied]
    assert names[0] == table
    if table == "abandoned_checkouts":
        assert copied[0] == (table, 50)
    assert await answers(target) == await answers(source)


async def test_a_source_that_changes_meanwhile_is_found(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = databases.new("sqlite"), databases.blank("postgresql")
    await demo(source, 20)

    def stop(name: str, done: int, total: int) -> None:
        if name == "line_items":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await copy_store(source, target, NOW, stop)
    with sqlite3.connect(source.partition(":///")[2]) as connection:
        connection.execute("UPDATE abandoned_checkouts SET note = 'changed' WHERE id % 2 = 0")
    connection.close()
    with pytest.raises(StoreError, match=r"differs from the store in abandoned_checkouts \(20 rows, in the copy 20\)"):
        await copy_store(source, target, NOW, nothing)
    other = databases.blank("sqlite")
    await (await open_database(other)).close()
    with pytest.raises(StoreError, match="unfinished copy of another store"):
        await copy_store(other, target, NOW, nothing)


async def test_the_copy_has_its_own_key(databases: Databases, tmp_path: Path) -> None:
    source, target = f"sqlite+aiosqlite:///{tmp_path}/store.sqlite3", databases.blank("postgresql")
    await demo(source, 5, OLD)
    with pytest.raises(StoreError, match="is not the key of this store"):
        await copy_store(source, target, NOW, nothing, secret_key=NEW)
    with pytest.raises(StoreError, match="a PostgreSQL store needs the setting"):
        await copy_store(source, target, NOW, nothing, secret_key="")
    # The key file of the store is enough for its side.
    write_key_file(key_file(tmp_path / "store.sqlite3"), [OLD])
    await copy_store(source, target, NOW, nothing, secret_key=NEW)
    with pytest.raises(StoreError, match="is not the key of this store"):
        await open_database(target, secret_key=OLD)
    assert await answers(target, NEW) == await answers(source, OLD)


async def test_an_unfinished_copy_needs_its_key(databases: Databases) -> None:
    source, target = databases.blank("sqlite"), databases.blank("postgresql")
    await demo(source, 5, OLD)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await copy_store(source, target, NOW, stop, secret_key=f"{NEW},{OLD}")
    with pytest.raises(StoreError, match="is not the key with which this copy began"):
        await copy_store(source, target, NOW, nothing, secret_key=OLD)
    await copy_store(source, target, NOW, nothing, secret_key=f"{NEW},{OLD}")
    await (await open_database(target, secret_key=NEW)).close()


async def test_wrong_sources_are_refused(databases: Databases, tmp_path: Path) -> None:
    source, target = databases.new("sqlite"), databases.blank("postgresql")
    running = await open_database(source)
    with pytest.raises(StoreError, match="is in use; stop its server and other commands"):
        await copy_store(source, target, NOW, nothing)
    await running.close()
    with sqlite3.connect(source.partition(":///")[2]) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0012'")
    connection.close()
    with pytest.raises(StoreError, match="has version 0012, and this program copies version"):
        await copy_store(source, target, NOW, nothing)
    with pytest.raises(StoreError, match="does not exist"):
        await copy_store(f"sqlite+aiosqlite:///{tmp_path}/none.sqlite3", target, NOW, nothing)
    (tmp_path / "empty.sqlite3").touch()
    with pytest.raises(StoreError, match="--from has no store"):
        await copy_store(f"sqlite+aiosqlite:///{tmp_path}/empty.sqlite3", target, NOW, nothing)
    for wrong in (target, "sqlite+aiosqlite://"):
        with pytest.raises(StoreError, match="--from must be the URL of a SQLite file"):
            await copy_store(wrong, target, NOW, nothing)
    connection = await asyncpg.connect(target.replace("postgresql+asyncpg", "postgresql"))
    assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    await connection.close()


async def test_wrong_targets_are_refused(databases: Databases) -> None:
    source, target = databases.new("sqlite"), databases.blank("postgresql")
    with pytest.raises(StoreError, match="--to must be the URL of a PostgreSQL database"):
        await copy_store(source, source, NOW, nothing)
    connection = await asyncpg.connect(target.replace("postgresql+asyncpg", "postgresql"))
    await connection.execute("CREATE TABLE customers (name TEXT)")
    with pytest.raises(StoreError, match="has tables of another program \\(customers\\)"):
        await copy_store(source, target, NOW, nothing)
    await connection.execute("DROP TABLE customers")
    await connection.close()
    # An empty store, which somebody has opened before, is a target.
    await (await open_database(target)).close()
    assert (await copy_store(source, target, NOW, nothing))["shops"] == 0
