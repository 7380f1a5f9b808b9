"""The commands of a sync, against a server in a separate process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from abandoned_checkouts.pytest_plugin.client import Twin
from abandoned_checkouts.pytest_plugin.serving import TwinServer, started
from tests.cli.conftest import Run


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwinServer]:
    of_today = {"ABANDONED_CHECKOUTS_TWIN_INSTANT": ""}
    with started(tmp_path_factory.mktemp("source"), demo=None, settings=of_today) as server:
        twin = Twin(server)
        for place in range(3):
            twin.checkout(email=f"buyer{place}@example.com")
        yield server


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
