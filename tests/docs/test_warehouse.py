"""docs/warehouse.md: its tables are the declared ones, and its commands and SQL run as they are written."""

import re
import shlex
from pathlib import Path

import pytest

from abandoned_checkouts.exporting.tables import TABLES
from tests.cli.conftest import Run
from tests.cli.conftest import run as run  # The fixture.
from tests.docs.warehouse_tables import tables_text
from tests.places import DOCS

PAGE = (DOCS / "warehouse.md").read_text()


def test_the_page_shows_the_declared_tables() -> None:
    assert PAGE.partition("## Tables\n\n")[2].strip() == tables_text().strip()
    for table in TABLES.values():
        assert set(table.keys) <= set(table.names) and len(set(table.names)) == len(table.names)


def test_the_commands_and_the_sql_run(
    run: Run, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import duckdb

    monkeypatch.chdir(tmp_path)
    run("demo", "--checkouts", "40", "--database", sqlite_url)
    lines = re.findall(r"^abandoned-checkouts (.*)$", PAGE, re.MULTILINE)
    assert len(lines) == 7
    Path("config.json").write_text(f'{{"database_url": "{sqlite_url}"}}')
    for line in lines:
        command, _, out = line.partition(" > ")
        where = () if command.startswith("tap ") else ("--database", sqlite_url)
        done = run(*shlex.split(command), *where)
        if out:
            Path(out).write_text(done.stdout)
    written = ["abandoned_checkout.parquet", "changes.jsonl", "customers.csv", "line_item.parquet", "messages.jsonl"]
    written += ["october.jsonl"]
    assert sorted(each.name for each in tmp_path.iterdir() if each.suffix in (".parquet", ".csv", ".jsonl")) == written
    assert Path("customers.csv").read_text().splitlines()[0] == "id,email_hash,number_of_orders"
    sql = re.search(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    assert sql is not None
    rows = duckdb.sql(sql[1]).fetchall()
    assert rows and rows[0][2] > 0
