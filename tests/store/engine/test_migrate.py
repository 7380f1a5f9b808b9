"""Migrations: a migrated store has just the tables the program says, and a store from the future is refused."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database, StoreError, open_database
from abandoned_checkouts.store.engine.migrate import known_versions, migrate, script_directory
from abandoned_checkouts.store.tables import metadata
from abandoned_checkouts.store.tenants.shops import find_shop
from tests.databases import Databases

# Made by SQL of their own, because SQLAlchemy has no words for them; the throttle's table is made by who needs it.
OF_THEIR_OWN = ("checkout_text", "throttle")


async def test_migrated_store_has_the_tables_of_the_program(store: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, parents: kind != "table" or not (name or "").startswith(OF_THEIR_OWN)
            },
        )
        return list(compare_metadata(context, metadata))

    async with store.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_tables_without_rowids_stay_so(sqlite_url: str) -> None:
    """Children stand in the order of their key, which is how they are read."""
    database = await open_database(sqlite_url)
    async with database.read() as connection:
        rows = await connection.execute(text("SELECT name FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%'"))
        names = {row[0] for row in rows}
    await database.close()
    said = {name for name, table in metadata.tables.items() if not table.dialect_options["sqlite"]["with_rowid"]}
    assert names & set(metadata.tables) == said
    assert "line_items" in said


async def test_nothing_is_done_twice(store: Database, shop: Shop) -> None:
    async with store.begin() as connection:
        await connection.run_sync(migrate)
        assert await find_shop(connection, shop.id) == shop


def test_the_names_of_the_files_tell_their_versions() -> None:
    assert known_versions() == [script.revision for script in script_directory().walk_revisions()][::-1]


async def test_store_from_the_future_is_refused(store: Database, store_url: str) -> None:
    async with store.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"version 9999.*update the program"):
        await open_database(store_url)
    async with store.begin() as connection:
        head = script_directory().get_current_head()
        await connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": head})


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("CREATE TABLE shops (name TEXT)", "shops"),
        ("CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('1975ea83b712')", ""),
    ],
)
async def test_another_programs_file_is_refused(tmp_path: Path, statement: str, named: str) -> None:
    file = tmp_path / "other.sqlite3"
    with sqlite3.connect(file) as connection:
        connection.executescript(statement)
    with pytest.raises(StoreError, match=rf"another program's tables \({named}.*name another file"):
        await open_database(f"sqlite+aiosqlite:///{file}")
    with sqlite3.connect(file) as connection:
        assert len(connection.execute("SELECT * FROM sqlite_master").fetchall()) == 1


async def test_other_tables_beside_ours_are_no_matter(databases: Databases) -> None:
    url = databases.new("sqlite")
    with sqlite3.connect(url.partition(":///")[2]) as connection:
        connection.execute("CREATE TABLE postcards (name TEXT)")
    await (await open_database(url)).close()


async def test_two_that_open_a_new_store_at_once(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'new.sqlite3'}"
    for database in await asyncio.gather(*(open_database(url) for _ in range(4))):
        await database.close()
