"""`store rotate-key`, `copy`, `check` and `distribute`. A complete copy is tested by the page docs/stores.md."""

import pytest

from abandoned_checkouts.store.engine.secret_key import VARIABLE
from tests.cli.conftest import SHOP, Run
from tests.databases import Databases

OLD, NEW = "o" * 32, "n" * 32


def test_a_key_is_changed(run: Run, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    database = ("--database", f"sqlite+aiosqlite:///{tmp_path}/store.sqlite3")
    monkeypatch.setenv(VARIABLE, OLD)
    run("shop", "create", "--domain", SHOP, *database)
    assert "has one key; set it to NEW,OLD" in run("store", "rotate-key", *database, code=3).stderr
    monkeypatch.setenv(VARIABLE, f"{NEW},{OLD}")
    done = run("store", "rotate-key", *database)
    assert f"3 secrets are encrypted with the new key; set {VARIABLE} to the new key alone" in done.stderr
    monkeypatch.setenv(VARIABLE, OLD)
    assert "is not the key of this store" in run("shop", "list", *database, code=3).stderr
    monkeypatch.setenv(VARIABLE, NEW)
    assert SHOP in run("shop", "list", *database).stdout


def test_a_key_file_is_changed(run: Run, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    database = ("--database", f"sqlite+aiosqlite:///{tmp_path}/store.sqlite3")
    run("shop", "create", "--domain", SHOP, *database)
    assert "with the new key; start the servers again" in run("store", "rotate-key", *database).stderr
    assert SHOP in run("shop", "list", *database).stdout


def test_only_sqlite_can_be_copied(run: Run, sqlite_url: str) -> None:
    both = ("--from", sqlite_url, "--to", sqlite_url)
    assert "--to must be the URL of a PostgreSQL database" in run("store", "copy", *both, code=3).stderr


def test_an_ordinary_database_is_checked_and_not_distributed(run: Run, databases: Databases) -> None:
    database = ("--database", databases.new("postgresql"))
    assert "nothing hinders; " in run("store", "check", *database).stderr
    done = run("store", "distribute", *database).stderr
    assert "SELECT create_reference_table('tokens')" in done
    assert "SELECT create_distributed_table('events', 'shop_id', colocate_with => 'abandoned_checkouts')" in done
    assert "nothing was changed, because the database has no extension citus" in done


def test_a_sqlite_file_cannot_be_distributed(run: Run, sqlite_url: str) -> None:
    assert "which is on one machine; see `store copy`" in run("store", "check", "--database", sqlite_url, code=1).stderr
    done = run("store", "distribute", "--database", sqlite_url, code=3)
    assert "copy it to PostgreSQL first with `store copy`" in done.stderr
