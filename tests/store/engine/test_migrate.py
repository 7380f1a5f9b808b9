"""Migrations: new stores get the program's tables, older ones are upgraded to the same, and all others are refused.

stores/ has a store of each released version as SQL (see dump_store). Nothing else knows what tables users have: a
change of store/tables without a migration fails here.
"""

import asyncio
import shutil
import sqlite3
from pathlib import Path

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect

from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.load import load_after
from abandoned_checkouts.store.checkouts.open_checkouts import find_open_checkout
from abandoned_checkouts.store.engine.database import Database, StoreError, open_database
from abandoned_checkouts.store.engine.migrate import MIGRATIONS, known_versions, migrate, script_directory
from abandoned_checkouts.store.outbox.deliveries import next_events
from abandoned_checkouts.store.outbox.events import customer_event, write_events
from abandoned_checkouts.store.outbox.subscriptions import list_subscriptions
from abandoned_checkouts.store.reading.pages import Listing, SortOrder
from abandoned_checkouts.store.reading.shop_rows import count_of
from abandoned_checkouts.store.search.narrowing import narrowed
from abandoned_checkouts.store.tables import metadata
from abandoned_checkouts.store.tenants.access_tokens import find_access
from abandoned_checkouts.store.tenants.shops import find_shop
from search_syntax import check, parse
from tests.databases import Databases
from tests.intake.messages import START
from tests.store.catalogue import Catalogue, read_catalogue
from tests.store.engine.dump_store import DOMAIN, STORES, TOKEN
from tests.store.search.shelf import FIELDS, NOW, ZONE

OLDEST = known_versions()[0]
# The migration of an imaginary next version.
NEXT = """
from alembic import op
from sqlalchemy import Column, Text

revision = "9998"
down_revision = "{newest}"


def upgrade() -> None:
    op.add_column("carts", Column("note", Text, nullable=True))
    op.create_index("ix_carts_by_note", "carts", ["shop_id", "note"])
"""


async def older_store(databases: Databases, kind: str, version: str) -> str:
    """A store of that version, created by the program of that version."""
    url, script = databases.blank(kind), (STORES / f"{version}.{kind}.sql").read_text()
    if kind == "sqlite":
        with sqlite3.connect(url.partition(":///")[2]) as connection:
            connection.executescript(script)
        connection.close()
    else:
        server = await asyncpg.connect(url.replace("+asyncpg", ""))
        await server.execute(script)
        await server.close()
    return url


async def catalogue_of(url: str) -> Catalogue:
    database = await open_database(url)
    async with database.read() as connection:
        found = await read_catalogue(connection)
    await database.close()
    return found


def test_the_dumps_are_of_known_versions_and_include_the_oldest() -> None:
    files = {f"{version}.{kind}.sql" for version in known_versions() for kind in ("sqlite", "postgresql")}
    oldest = {f"{OLDEST}.{kind}.sql" for kind in ("sqlite", "postgresql")}
    assert oldest <= {file.name for file in STORES.iterdir()} <= files


@pytest.mark.parametrize("version", sorted({file.name[:4] for file in STORES.glob("*.sql")}))
async def test_an_upgraded_store_has_the_tables_of_a_new_one(
    databases: Databases, store_url: str, database_kind: str, version: str
) -> None:
    upgraded = await catalogue_of(await older_store(databases, database_kind, version))
    # A server creates this table on PostgreSQL; another test may have run one on this store.
    database = await open_database(store_url)
    async with database.begin() as connection:
        await connection.exec_driver_sql("DROP TABLE IF EXISTS throttle")
    await database.close()
    assert upgraded.difference(await catalogue_of(store_url)) == []
    assert {"events", "checkout_text"} <= upgraded.tables | upgraded.others.keys()


@pytest.mark.parametrize(
    ("statement", "reported"),
    [
        ("ALTER TABLE carts ADD COLUMN note TEXT", "columns, ('carts', 'note')"),
        ("DROP INDEX ix_events_waiting", "indexes, ix_events_waiting"),
        ("CREATE UNIQUE INDEX uq_carts ON carts (shop_id, updated_at)", "key: Key(table='carts', kind='unique'"),
        ("DROP TABLE line_items", "key: Key(table='line_items', kind='foreign"),
        ("DROP TABLE checkout_text", "checkout_text"),
    ],
)
async def test_a_difference_is_reported(
    databases: Databases, store_url: str, database_kind: str, statement: str, reported: str
) -> None:
    url = await older_store(databases, database_kind, OLDEST)
    database = await open_database(url)
    async with database.begin() as connection:
        await connection.exec_driver_sql(statement)
    await database.close()
    difference = (await catalogue_of(url)).difference(await catalogue_of(store_url))
    assert any(reported in line for line in difference), difference


async def test_an_upgraded_store_has_its_rows(databases: Databases, database_kind: str) -> None:
    database = await open_database(await older_store(databases, database_kind, OLDEST))
    async with database.begin() as connection:
        shop = await find_shop(connection, DOMAIN)
        assert shop is not None
        assert await find_access(connection, TOKEN, START, Endpoint.GRAPHQL) is not None
        stored = await load_after(connection, shop, 0, 10)
        assert [checkout.line_items[0].title for checkout in stored] == ["Blue teapot"] * 2
        assert await find_open_checkout(connection, shop, token="t3") is not None
        teapots = narrowed(
            Listing("abandoned_checkouts", shop.id, SortOrder("id")),
            check(parse("teapot"), FIELDS, zone=ZONE, now=NOW).root,
            dialect=database.dialect,
        )
        assert await count_of(connection, teapots, None) == 2
        before = [event["id"] for event in await next_events(connection, 100)]
        customer = stored[0].customer
        assert customer is not None
        await write_events(connection, shop, [customer_event("customer_updated", customer)], START)
        after = [event["id"] for event in await next_events(connection, 100)]
        assert after == [*before, max(before) + 1]
    await database.close()


@pytest.mark.parametrize("has_statistics", [True, False])
async def test_an_index_that_replaces_another_has_its_statistics(databases: Databases, has_statistics: bool) -> None:
    """SQLite would prefer an index without statistics to the others."""
    url = await older_store(databases, "sqlite", OLDEST)
    file = url.partition(":///")[2]
    if has_statistics:
        with sqlite3.connect(file) as connection:
            connection.execute("ANALYZE")
    await (await open_database(url)).close()
    index = "ix_abandoned_checkouts_by_email_state"
    with sqlite3.connect(file) as connection:
        has_table = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'").fetchone()
        found = has_table and connection.execute("SELECT stat FROM sqlite_stat1 WHERE idx = ?", (index,)).fetchone()
    # The number of rows, and an average for each of the five columns.
    assert len(found[0].split()) == 6 if has_statistics else not found


def next_migrations(folder: Path) -> Path:
    """The program's migrations and another one."""
    copied = folder / "migrations"
    shutil.copytree(MIGRATIONS, copied)
    (copied / "versions" / "v9998_next.py").write_text(NEXT.format(newest=known_versions()[-1]))
    return copied


async def test_migrations_run_on_an_older_store(databases: Databases, database_kind: str, tmp_path: Path) -> None:
    database = await open_database(await older_store(databases, database_kind, OLDEST))
    async with database.begin() as connection:
        await connection.run_sync(migrate, next_migrations(tmp_path))
        found = await read_catalogue(connection)
        version = (await connection.exec_driver_sql("SELECT version_num FROM alembic_version")).scalars().all()
        assert await find_shop(connection, DOMAIN) is not None
    await database.close()
    assert ("carts", "note") in found.columns
    assert "ix_carts_by_note" in found.indexes
    assert version == ["9998"]


def test_no_migration_runs_on_a_new_store(tmp_path: Path) -> None:
    """Its tables are created in their newest form."""
    folder, engine = next_migrations(tmp_path), create_engine("sqlite://")
    with engine.begin() as connection:
        migrate(connection, folder)
        assert "note" not in {column["name"] for column in inspect(connection).get_columns("carts")}
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all() == ["9998"]
    engine.dispose()


async def test_the_tables_are_those_that_the_program_declares(store: Database) -> None:
    """Alembic finds no difference, so the next generated revision has only real changes."""

    def differences(connection: Connection) -> list[object]:
        options = {"include_name": lambda name, kind, _: kind != "table" or name in metadata.tables}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    async with store.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_tables_without_rowids_are_those_declared_so(sqlite_url: str) -> None:
    """Their rows are stored in the order of their key, which is how they are read."""
    others = (await catalogue_of(sqlite_url)).others
    found = {name for name, kind in others.items() if kind == "WITHOUT ROWID" and name in metadata.tables}
    declared = {name for name, table in metadata.tables.items() if not table.dialect_options["sqlite"]["with_rowid"]}
    assert found == declared
    assert "line_items" in declared


async def test_a_second_migration_changes_nothing(store: Database, shop: Shop) -> None:
    async with store.begin() as connection:
        await connection.run_sync(migrate)
        assert await find_shop(connection, shop.id) == shop


def test_the_files_are_named_by_their_versions() -> None:
    assert known_versions() == [script.revision for script in script_directory().walk_revisions()][::-1]


@pytest.mark.parametrize(
    ("version", "reason"),
    [
        ("9999", r"version 9999, which this program does not know; update the program$"),
        ("0001", r"version 0001, from before the first release.*export its checkouts.*`abandoned-checkouts demo`$"),
    ],
)
async def test_a_version_that_cannot_be_upgraded_is_refused(databases: Databases, version: str, reason: str) -> None:
    url = databases.new("sqlite")
    file = url.partition(":///")[2]
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
        before = connection.execute("SELECT * FROM sqlite_master").fetchall()
    with pytest.raises(StoreError, match=reason) as refused:
        await open_database(url)
    assert "\n" not in str(refused.value)
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT * FROM sqlite_master").fetchall() == before
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(version,)]


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("CREATE TABLE shops (name TEXT)", "shops"),
        ("CREATE TABLE alembic_version (version_num TEXT)", "alembic_version"),
        ("CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('1975ea83b712')", ""),
    ],
)
async def test_another_programs_file_is_refused(tmp_path: Path, statement: str, named: str) -> None:
    file = tmp_path / "other.sqlite3"
    with sqlite3.connect(file) as connection:
        connection.executescript(statement)
    with pytest.raises(StoreError, match=rf"tables of another program \({named}.*another file"):
        await open_database(f"sqlite+aiosqlite:///{file}")
    with sqlite3.connect(file) as connection:
        assert len(connection.execute("SELECT * FROM sqlite_master").fetchall()) == 1


async def test_other_tables_are_not_changed(databases: Databases) -> None:
    url = databases.new("sqlite")
    with sqlite3.connect(url.partition(":///")[2]) as connection:
        connection.execute("CREATE TABLE postcards (name TEXT)")
        connection.execute("INSERT INTO postcards VALUES ('Lisbon')")
    await (await open_database(url)).close()
    with sqlite3.connect(url.partition(":///")[2]) as connection:
        assert connection.execute("SELECT name FROM postcards").fetchall() == [("Lisbon",)]


async def test_several_processes_open_a_new_store_at_once(databases: Databases, database_kind: str) -> None:
    url = databases.blank(database_kind)
    opened = await asyncio.gather(*(open_database(url) for _ in range(4)))
    async with opened[0].read() as connection:
        assert {"shops", "events"} <= (await read_catalogue(connection)).tables
    for database in opened:
        await database.close()


async def test_subscriptions_of_an_older_store_belong_to_their_app(databases: Databases, database_kind: str) -> None:
    url = await older_store(databases, database_kind, OLDEST)
    names = "shop_id, id, dialect, topic, address, secret, app_id, created_at"
    statements = [
        "INSERT INTO apps (shop_id, id, title, handle, client_id, client_secret, scopes, settings, created_at) "
        "VALUES (1, 77, 'x', 'x', 'client', 's', '[]', '{}', 1)",
        f"INSERT INTO event_subscriptions ({names}) VALUES (1, 5, 'wix', 't', 'https://a.example', 's', 'client', 1)",
        f"INSERT INTO event_subscriptions ({names}) VALUES (1, 6, 'own', 't', 'https://a.example', 's', NULL, 1)",
    ]
    if database_kind == "sqlite":
        with sqlite3.connect(url.partition(":///")[2]) as connection:
            connection.executescript(";".join(statements))
        connection.close()
    else:
        server = await asyncpg.connect(url.replace("+asyncpg", ""))
        await server.execute(";".join(statements))
        await server.close()
    database = await open_database(url)
    async with database.read() as reader:
        found = {each.id: each.owner_id for each in await list_subscriptions(reader, 1)}
    await database.close()
    assert found == {5: 77, 6: None}
