"""The upgrade of a store on PostgreSQL while others use it: killed, twice at once, and with tables in use."""

import ast
import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from abandoned_checkouts.store.engine import online_upgrade
from abandoned_checkouts.store.engine.database import StoreError, open_database
from abandoned_checkouts.store.engine.migrate import MIGRATIONS, known_versions
from tests.databases import Databases
from tests.store.engine.test_migrate import OLDEST, older_store

INDEX = "ix_abandoned_checkouts_by_abandoned_at"
NEWEST = known_versions()[-1]
CUSTOMERS = (
    "INSERT INTO customers (shop_id, id, uuid, email, created_at, updated_at, amount_spent) SELECT 1, "
    "900 + number, 'uuid-' || number, 'A' || number || '@Example.com', 1, 1, 0 FROM generate_series(1, 7) AS number"
)
# Ends the upgrade's connection in the middle of a batch, like a kill, and counts the changes that were committed.
KILL = """
CREATE TABLE changes (id BIGINT);
CREATE FUNCTION kill() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO changes VALUES (NEW.id);
    IF NEW.id = 906 AND NOT EXISTS (SELECT FROM pg_class WHERE relname = 'spared') THEN
        PERFORM pg_terminate_backend(pg_backend_pid());
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER kill BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION kill();
"""


class OlderStore:
    """A store of the first release on PostgreSQL, and a connection of another program to it."""

    def __init__(self, url: str, other: asyncpg.Connection) -> None:
        self.url, self.other = url, other

    async def upgrade(self) -> None:
        await (await open_database(self.url)).close()

    async def version(self) -> str:
        return str(await self.other.fetchval("SELECT version_num FROM alembic_version"))

    async def has(self, name: str) -> bool:
        return await self.other.fetchval("SELECT to_regclass($1)", name) is not None


@pytest.fixture
async def older(databases: Databases) -> AsyncIterator[OlderStore]:
    url = await older_store(databases, "postgresql", OLDEST)
    other = await asyncpg.connect(url.replace("+asyncpg", ""))
    yield OlderStore(url, other)
    await other.close()


async def test_a_killed_upgrade_continues_in_the_middle_of_a_table_and_of_an_index(
    older: OlderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(online_upgrade, "BATCH", 2)
    await older.other.execute(CUSTOMERS)
    await older.other.execute(KILL)
    with pytest.raises(StoreError):
        await older.upgrade()
    assert await older.version() == "0007"
    assert await older.has("upgrade_progress")
    keys = "SELECT id FROM customers WHERE email_key IS NOT NULL AND id > 900 ORDER BY id"
    before = [row["id"] for row in await older.other.fetch(keys)]
    assert before
    assert max(before) < 906
    await older.other.execute("CREATE TABLE spared ()")
    # A kill while an index is created leaves it invalid.
    await older.other.execute(f"CREATE INDEX {INDEX}_new ON abandoned_checkouts (id)")
    await older.other.execute(f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{INDEX}_new'::regclass")
    await older.upgrade()
    assert await older.version() == NEWEST
    assert not await older.has("upgrade_progress")
    assert [row["id"] for row in await older.other.fetch(keys)] == list(range(901, 908))
    changes = [row["id"] for row in await older.other.fetch("SELECT id FROM changes WHERE id > 900 ORDER BY id")]
    assert changes == list(range(901, 908)), "a committed batch ran again"
    definition = await older.other.fetchval("SELECT pg_get_indexdef($1::regclass)", INDEX)
    assert "(shop_id, abandoned_at, id, updated_at, " in definition
    assert not await older.has(f"{INDEX}_new")
    assert await older.other.fetchval("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == 0


async def test_several_servers_that_start_at_once_upgrade_once(older: OlderStore) -> None:
    await asyncio.gather(*(older.upgrade() for _ in range(2)))
    assert await older.version() == NEWEST
    held = "SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database WHERE locktype = 'advisory' AND datname = "
    assert await older.other.fetchval(held + "current_database()") == 0


async def test_others_read_while_the_upgrade_waits_for_a_table(
    older: OlderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(online_upgrade, "LOCK_WAIT", 50)
    monkeypatch.setattr(online_upgrade, "PAUSE", 0.05)
    long = await asyncpg.connect(older.url.replace("+asyncpg", ""))
    transaction = long.transaction()
    await transaction.start()
    await long.fetch("SELECT * FROM tokens")
    upgrade = asyncio.create_task(older.upgrade())
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'tokens'::regclass"
    while not await older.other.fetchval(waiting):  # noqa: ASYNC110 - the database counts
        await asyncio.sleep(0.01)
    # This waits behind the ALTER TABLE, which gives up before the long transaction ends.
    await older.other.fetch("SELECT * FROM tokens")
    assert await older.version() == OLDEST
    assert not upgrade.done()
    await transaction.commit()
    await long.close()
    await upgrade
    assert await older.version() == NEWEST


async def test_an_upgrade_that_cannot_lock_a_table_says_what_to_do(
    older: OlderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(online_upgrade, "LOCK_WAIT", 20)
    monkeypatch.setattr(online_upgrade, "PATIENCE", 0)
    async with older.other.transaction():
        await older.other.fetch("SELECT * FROM tokens")
        with pytest.raises(StoreError, match="another program has locked a table for too long; end it and try again"):
            await older.upgrade()
    assert await older.version() == OLDEST


async def test_a_wrong_key_changes_no_table_of_an_older_store(databases: Databases) -> None:
    url = databases.new("postgresql")
    # Writes what the key is checked with, which an emptied store does not have.
    await (await open_database(url)).close()
    other = await asyncpg.connect(url.replace("+asyncpg", ""))
    newer = (
        "DROP TABLE result_files; DROP INDEX ix_abandoned_checkouts_by_cart_token; "
        "DROP INDEX ix_deliveries_due_of_subscription; "
        "ALTER TABLE events DROP COLUMN traceparent; ALTER TABLE deliveries DROP COLUMN traceparent"
    )
    await other.execute(f"UPDATE alembic_version SET version_num = '0024'; {newer}")
    with pytest.raises(StoreError, match="is not the key of this store"):
        await open_database(url, secret_key="another key that is long enough to be one")
    assert await other.fetchval("SELECT version_num FROM alembic_version") == "0024"
    await (await open_database(url)).close()
    assert await other.fetchval("SELECT to_regclass('result_files')") is not None
    await other.close()


@pytest.mark.parametrize("file", sorted((MIGRATIONS / "versions").glob("v0*.py")), ids=lambda file: file.stem)
def test_migrations_index_older_tables_by_steps(file: Path) -> None:
    """`op.create_index` locks the table until the index is complete, so it is for tables of the same migration."""
    tree = ast.parse(file.read_text())
    created, indexed = set[str](), set[str]()
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and function.name != "downgrade":
            for call in ast.walk(function):
                if isinstance(call, ast.Call):
                    texts = [each.value for each in call.args if isinstance(each, ast.Constant)]
                    match ast.unparse(call.func):
                        case "op.create_table" | "_table":
                            created.update(texts[:1])
                        case "op.create_index":
                            indexed.add(texts[-1])
    assert indexed <= created
