"""`export` of the demo shop, and `import` of the exported file."""

import asyncio
from pathlib import Path

import orjson
import pytest

from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.engine.server_address import keep_address
from tests.cli.conftest import Run
from tests.databases import Databases


def test_an_export_can_be_imported(run: Run, sqlite_url: str, databases: Databases, tmp_path: Path) -> None:
    assert "shpat_demo" in run("demo", "--checkouts", "30", "--database", sqlite_url).stderr
    assert run("demo", "--checkouts", "30", "--if-empty", "--database", sqlite_url).stderr == ""
    exported = tmp_path / "exported.jsonl"
    run("export", "--shop", "demo-shop.myshopify.com", "--out", str(exported), "--database", sqlite_url)
    to_screen = run("export", "--format", "csv", "--database", sqlite_url).stdout
    assert to_screen.lstrip("\ufeff").startswith("Name,Id,Email") and len(exported.read_bytes().splitlines()) == 30
    other = databases.new("sqlite")
    assert "30 created" in run("import", str(exported), "--shop", "copy.example.com", "--database", other).stderr
    assert "30 unchanged" in run("import", str(exported), "--database", other).stderr


def test_links_lead_to_where_the_store_was_last_served(
    run: Run, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = ("--database", sqlite_url)
    run("demo", "--checkouts", "3", *database)
    assert "http://127.0.0.1:8000/" in run("export", "--format", "csv", *database).stdout

    async def serve() -> None:
        store = await open_database(sqlite_url)
        async with store.begin() as connection:
            await keep_address(connection, "http://127.0.0.1:8123")
        await store.close()

    asyncio.run(serve())
    assert "http://127.0.0.1:8123/" in run("export", "--format", "csv", *database).stdout
    monkeypatch.setenv("ABANDONED_CHECKOUTS_PUBLIC_URL", "https://shop.example")
    assert "https://shop.example/" in run("export", "--format", "csv", *database).stdout


def test_options_select_checkouts_and_fields(run: Run, sqlite_url: str) -> None:
    database = ("--database", sqlite_url)
    run("demo", "--checkouts", "40", "--seed", "1", *database)
    complete = [orjson.loads(line) for line in run("export", *database).stdout.splitlines()]
    middle = sorted(each["created_at"] for each in complete)[20]
    later = [each["id"] for each in complete if each["created_at"] >= middle]
    lines = run("export", "--since", middle, "--fields", "id,total_price", *database).stdout.splitlines()
    assert [orjson.loads(line)["id"] for line in lines] == later and 0 < len(later) < 40
    assert list(orjson.loads(lines[0])) == ["id", "total_price"]
    found = run("export", "--format", "csv", "--query", "recovery_state:recovered", "--fields", "Id", *database)
    assert len(found.stdout.splitlines()) > 1
    wrong = run("export", "--query", "recovery_stat:recovered", *database, code=2)
    assert wrong.stderr == (
        "abandoned-checkouts: --query: recovery_stat: Invalid search field for this query. "
        "Did you mean 'recovery_state'?\n"
    )


def test_parquet_is_a_table(run: Run, sqlite_url: str, tmp_path: Path) -> None:
    import pyarrow.parquet

    database, out = ("--database", sqlite_url), tmp_path / "lines.parquet"
    run("demo", "--checkouts", "20", *database)
    done = run("export", "--format", "parquet", "--out", str(out), *database)
    assert "20 rows of abandoned_checkout of demo-shop.myshopify.com written to" in done.stderr
    assert pyarrow.parquet.read_table(out).num_rows == 20
    run("export", "--table", "line_item", "--format", "parquet", "--fields", "sku", "--out", str(out), *database)
    assert pyarrow.parquet.read_table(out).column_names == ["sku"]
    assert "'line_items' is not a table" in run("export", "--table", "line_items", *database, code=2).stderr
