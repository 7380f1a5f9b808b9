"""The commands of a sync, against a server in a separate process."""

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

import pytest

from abandoned_checkouts.pytest_plugin.client import Twin
from abandoned_checkouts.pytest_plugin.serving import TwinServer, started
from tests.cli.conftest import Run
from tests.cli.serving import serving


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwinServer]:
    of_today = {"ABANDONED_CHECKOUTS_TWIN_INSTANT": ""}
    with started(tmp_path_factory.mktemp("source"), demo=None, settings=of_today) as server:
        twin = Twin(server)
        for place in range(3):
            twin.checkout(email=f"buyer{place}@example.com")
        twin.snapshot("first")
        yield server


@pytest.fixture
def server(source: TwinServer) -> TwinServer:
    """The source, restored to its state before the first test."""
    Twin(source).restore("first")
    return source


def test_add_run_list_status_remove(run: Run, server: TwinServer, sqlite_url: str, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(server.token + "\n")
    of_store = ("--database", sqlite_url)
    options = ("--shop", "copy.myshopify.com", "--from", server.url, "--token-file", str(token))
    added = run("sync", "add", "main", *options, *of_store)
    assert "`sync run main --once` copies 3 checkouts of" in added.stderr
    assert "the sync main exists already" in run("sync", "add", "main", *options, *of_store, code=5).stderr
    again = run("sync", "add", "other", *options, *of_store, code=5)
    assert "copy.myshopify.com has main; remove it first with `sync remove main`" in again.stderr
    assert "main: 3 created" in run("sync", "run", "main", "--once", *of_store).stderr
    assert "main\tcopy.myshopify.com" in run("sync", "list", *of_store).stdout
    shown = run("sync", "status", "main", *of_store).stdout
    assert "checkouts\t3, of which 0 are gone" in shown and "copy\tcomplete" in shown and "problem\t-" in shown
    assert "checkouts of copy.myshopify.com stay" in run("sync", "remove", "main", *of_store).stderr
    assert "there is no sync main" in run("sync", "status", "main", *of_store, code=5).stderr


def test_bad_options(run: Run, server: TwinServer, sqlite_url: str, tmp_path: Path) -> None:
    token, empty = tmp_path / "token", tmp_path / "empty"
    token.write_text("shpat_wrong")
    empty.write_text("")
    add = ("sync", "add", "main", "--database", sqlite_url, "--shop", "copy.myshopify.com", "--from")
    assert "needs --token-file" in run(*add, server.url, code=2).stderr
    assert "(401)" in run(*add, server.url, "--token-file", str(token), code=7).stderr
    assert "must contain one line" in run(*add, server.url, "--token-file", str(empty), code=4).stderr
    assert "cannot be read" in run(*add, server.url, "--token-file", str(tmp_path / "none"), code=4).stderr
    assert "use https://" in run(*add, "http://my.myshopify.com", "--token-file", str(token), code=7).stderr
    assert "needs --client-secret-file" in run(*add, server.url, "--client-id", "abc", code=2).stderr
    assert "not a duration" in run(*add, server.url, "--token-file", str(token), "--every", "5x", code=2).stderr
    assert "not a duration" in run("sync", "run", "main", "--every", "0m", "--database", sqlite_url, code=2).stderr


def added(run: Run, server: TwinServer, url: str, folder: Path) -> None:
    (folder / "token").write_text(server.token)
    options = ("--shop", "copy.myshopify.com", "--from", server.url, "--token-file", str(folder / "token"))
    run("sync", "add", "main", *options, "--database", url)


def until(lines: IO[str], text: str) -> str:
    """The next line with this text."""
    return next(line for line in lines if text in line)


def test_every_runs_again_until_it_is_interrupted(
    run: Run, server: TwinServer, sqlite_url: str, tmp_path: Path
) -> None:
    """A failed run is a line, and the next one continues."""
    added(run, server, sqlite_url, tmp_path)
    twin = Twin(server)
    command = [sys.executable, "-m", "abandoned_checkouts", "sync", "run", "main", "--every", "1s"]
    with subprocess.Popen([*command, "--database", sqlite_url], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "3 created" in until(process.stderr, "main:")
        twin.ask("PUT", f"/shops/{server.shop}", {"status": "frozen"})
        assert "the shop is frozen" in until(process.stderr, "frozen")
        twin.ask("PUT", f"/shops/{server.shop}", {"status": "active"})
        twin.checkout(email="later@example.com", token="later")
        assert "1 created" in until(process.stderr, "created")
        process.send_signal(signal.SIGINT)
        process.wait(30)
    assert process.returncode in (130, -signal.SIGINT)
    assert "running in\t-" in run("sync", "status", "main", "--database", sqlite_url).stdout


def test_serve_runs_the_syncs_that_are_due(run: Run, server: TwinServer, sqlite_url: str, tmp_path: Path) -> None:
    added(run, server, sqlite_url, tmp_path)
    file, found = sqlite_url.partition(":///")[2], 0
    with serving(sqlite_url):
        for _ in range(900):
            with closing(sqlite3.connect(file)) as connection:
                found = connection.execute("SELECT count(*) FROM abandoned_checkouts").fetchone()[0]
                completed = connection.execute("SELECT completed_at FROM syncs").fetchone()[0]
            if found == 3 and completed is not None:
                break
            time.sleep(0.1)
    assert found == 3 and completed is not None


def test_credentials_are_renewed(run: Run, server: TwinServer, sqlite_url: str, tmp_path: Path) -> None:
    """After the token was revoked, another one continues the copy. A token of another shop is refused."""
    added(run, server, sqlite_url, tmp_path)
    of_store, twin = ("--database", sqlite_url), Twin(server)
    (tmp_path / "wrong").write_text("shpat_wrong")
    assert (
        "use another token (`sync renew` replaces the token of a sync)"
        in run("sync", "renew", "main", "--token-file", str(tmp_path / "wrong"), *of_store, code=7).stderr
    )
    twin.new_shop("other-shop.myshopify.com")
    (tmp_path / "other").write_text(twin.new_token(shop="other-shop.myshopify.com"))
    refused = run("sync", "renew", "main", "--token-file", str(tmp_path / "other"), *of_store, code=5).stderr
    assert "the credentials are those of other-shop.myshopify.com, and the sync main reads" in refused
    assert "needs --token-file" in run("sync", "renew", "main", *of_store, code=2).stderr
    (tmp_path / "new").write_text(twin.new_token())
    done = run("sync", "renew", "main", "--token-file", str(tmp_path / "new"), *of_store)
    assert "the sync main has new credentials" in done.stderr
    assert "main: 3 created" in run("sync", "run", "main", *of_store).stderr
    assert "sync.renewed\tsync main" in run("audit", *of_store).stdout
