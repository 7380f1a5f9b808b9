"""The command line: what it prints, on which stream, and its exit codes."""

import sqlite3
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("export", "--shop", "nobody.example.com"), 5, "no shop nobody.example.com"),
        (("import", "/no/such/file.jsonl", "--shop", "a.example.com"), 4, "No such file"),
        (("import", __file__), 5, "--shop DOMAIN"),
        (("shop", "create", "--domain", "no domain"), 5, "not a shop's domain"),
        (("shop", "create", "--domain", "a.example.com", "--timezone", "Mars"), 5, "not a time zone"),
        (("token", "list", "--shop", "nobody.example.com"), 5, "no shop"),
        (("token", "create", "--shop", "a.example.com", "--scopes", "read"), 2, "'read' is not a scope"),
        (("token", "create", "--shop", "a.example.com", "--scopes", " , "), 2, "name at least one"),
        (("shop", "create", "--domain", "a.example.com", "--currency", "euro"), 2, "'euro' is not a currency"),
        (("shop", "create"), 2, "Missing option '--domain'; see `abandoned-checkouts shop create --help`"),
        (("demo", "--checkouts", "none"), 2, "Invalid value for '--checkouts'"),
        (("demo", "--seed", "9" * 30), 2, "Invalid value for '--seed'"),
        (("serve", "--port", "70000"), 2, "Invalid value for '--port'"),
        (("serve", "--host", "256.1.1.1"), 6, "cannot listen on 256.1.1.1 port 8000"),
        (("bulk", "run", "/no/such/file", "--out", "/tmp/never"), 4, "/no/such/file cannot be read: No such file"),
        (("bulk", "run", "/dev/null", "--out", "/tmp/never", "--api-version", "1"), 2, "use 20"),
        (("explain", "/no/such/file", "--shop", "a.example.com"), 4, "/no/such/file cannot be read"),
    ],
)
def test_an_error_is_one_line_on_standard_error(
    run: Run, sqlite_url: str, arguments: tuple[str, ...], code: int, words: str
) -> None:
    done = run(*arguments, "--database", sqlite_url, code=code)
    assert words in done.stderr and done.stderr.count("\n") == 1 and done.stdout == ""


def test_the_version_is_that_of_the_distribution(run: Run) -> None:
    shown = run("--version").stdout
    python = ".".join(str(part) for part in sys.version_info[:3])
    assert shown == f"abandoned-checkouts {metadata.version('abandoned-checkouts')} (Python {python})\n"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nonsense", "not a database URL"),
        ("mysql://localhost/x", "'mysql' is not a supported database"),
        ("sqlite+aiosqlite:////nowhere/store.sqlite3", "the store /nowhere/store.sqlite3 does not exist"),
        ("sqlite+aiosqlite:///{damaged}", "damaged"),
        ("postgresql+asyncpg://nobody@127.0.0.1:1/none", "Connect call failed"),
    ],
)
def test_a_store_that_cannot_be_used_is_reported(run: Run, tmp_path: Path, address: str, words: str) -> None:
    damaged = tmp_path / "damaged.sqlite3"
    damaged.write_bytes(b"this is not a store, in spite of its name" * 40)
    done = run("shop", "list", "--database", address.format(damaged=damaged), code=3)
    assert words in done.stderr and done.stderr.count("\n") == 1, done.stderr


def test_a_store_of_a_newer_program_is_left_alone(run: Run, sqlite_url: str) -> None:
    with sqlite3.connect(sqlite_url.partition(":///")[2]) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    done = run("shop", "list", "--database", sqlite_url, code=3)
    assert "version 9999" in done.stderr and "update the program" in done.stderr and done.stderr.count("\n") == 1


def test_a_wrong_setting_names_its_variable(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABANDONED_CHECKOUTS_PORT", "eighty")
    assert "ABANDONED_CHECKOUTS_PORT is 'eighty'" in run("shop", "list", code=2).stderr


def test_schema_prints_the_schema_and_nothing_else(run: Run) -> None:
    assert "type AbandonedCheckout implements Navigable & Node {" in run("schema").stdout


def test_help_shows_defaults_that_are_described_in_words(run: Run) -> None:
    lines = run("app", "create", "--help").stdout.replace("│", " ").split()
    assert "[default: generated]" in " ".join(lines)


# Libraries that take tens of milliseconds to import.
HEAVY = {"alembic", "asyncpg", "babel", "graphql", "httpx", "ijson", "jinja2", "lark", "phonenumbers", "starlette"}
HEAVY |= {
    "pydantic",
    "sqlalchemy.orm",
    "strawberry",
    "uvicorn",
    "yaml",
    "abandoned_checkouts.demo",
    "abandoned_checkouts.shopify",
}


def modules_of(*arguments: str) -> set[str]:
    """The modules that a command imports, in a new process."""
    program = (
        "import atexit, sys\n"
        "atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
        "from abandoned_checkouts.cli import main\n"
        "main()"
    )
    command = [sys.executable, "-c", program, *arguments]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stderr.split())


def test_help_imports_no_command_and_no_database() -> None:
    modules = modules_of("--help")
    assert "abandoned_checkouts.cli.application" in modules and "rich" in modules
    commands = {name for name in modules if name.endswith(("_command", "_commands"))}
    assert not commands and not modules & {*HEAVY, "sqlalchemy", "cryptography"}


def test_token_list_imports_only_the_store(run: Run, sqlite_url: str) -> None:
    run("token", "create", "--shop", "a.example.com", "--database", sqlite_url)
    modules = modules_of("token", "list", "--shop", "a.example.com", "--database", sqlite_url)
    assert "abandoned_checkouts.store.engine.database" in modules
    assert not modules & HEAVY


def test_a_wrong_command_is_reported_with_the_nearest_one(run: Run) -> None:
    done = run("tokn", "list", code=2)
    assert "No such command 'tokn'" in done.stderr and "token" in done.stderr and done.stdout == ""
