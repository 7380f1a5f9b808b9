"""docs/anonymise.md: its commands write an anonymised copy and import it."""

import re
import shlex
import sys
from pathlib import Path

import pytest

from abandoned_checkouts.exporting import name_pools
from tests.cli.conftest import SHOP, Run
from tests.cli.conftest import run as run  # The fixture.
from tests.places import DOCS

PAGE = (DOCS / "anonymise.md").read_text()
EXPORT, IMPORT = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)[0].splitlines()
DEMO = "demo-shop.myshopify.com"


def test_the_commands_copy_a_shop(run: Run, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run("demo", "--checkouts", "30", "--database", sqlite_url)
    command = [DEMO if word == SHOP else word for word in shlex.split(EXPORT)][1:]
    done = run(*command, "--database", sqlite_url)
    assert f"30 anonymised checkouts of {DEMO} written to copy.jsonl" in done.stderr
    assert "could identify a person: " in done.stderr
    run(*shlex.split("shop create --domain copy.example.com --database sqlite+aiosqlite:///copy.sqlite3"))
    assert "30 created" in run(*shlex.split(IMPORT)[1:]).stderr


def test_tables_cannot_be_anonymised(run: Run, sqlite_url: str) -> None:
    for more in (("--format", "parquet"), ("--table", "line_item")):
        done = run("export", "--anonymise", *more, "--database", sqlite_url, code=2)
        assert "works with --format jsonl or csv, without --table" in done.stderr


def test_without_the_library_the_command_names_the_extra(
    run: Run, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("demo", "--checkouts", "3", "--database", sqlite_url)
    monkeypatch.setitem(sys.modules, "faker", None)
    # What other tests have loaded.
    for cached in (name_pools._faker, name_pools.locale_of, name_pools.names_of):
        cached.cache_clear()
    done = run("export", "--anonymise", "--database", sqlite_url, code=4)
    assert 'pip install "abandoned-checkouts[anonymise]"' in done.stderr
