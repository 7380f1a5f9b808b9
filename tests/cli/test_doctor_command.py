"""`doctor`: a line for each check, an exit code for monitoring."""

import orjson
import pytest

from tests.cli.conftest import Run
from tests.cli.conftest import run as run  # The fixture.
from tests.ports import free_port


def test_a_healthy_store(run: Run, sqlite_url: str) -> None:
    run("demo", "--checkouts", "5", "--database", sqlite_url)
    shown = run("doctor", "--database", sqlite_url).stdout
    assert "ok       store: readable and writable" in shown and "error" not in shown


def test_errors_have_a_cure_and_exit_code_1(run: Run, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABANDONED_CHECKOUTS_SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
    lines = run("doctor", "--format", "json", "--database", sqlite_url, code=1).stdout.splitlines()
    errors = [row for row in map(orjson.loads, lines) if row["state"] == "error"]
    assert [row["check"] for row in errors] == ["mail server"] and errors[0]["cure"]


def test_a_store_that_cannot_be_opened_is_an_error_among_others(run: Run, tmp_path: object) -> None:
    done = run("doctor", "--database", f"sqlite+aiosqlite:///{tmp_path}/none.sqlite3", code=1)
    assert "error    store: the store" in done.stdout and "public URL" in done.stdout
