"""docs/archive.md: its commands, run as they are written, keep a shop of another server."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from abandoned_checkouts.cli.sync_commands import application
from abandoned_checkouts.pytest_plugin.client import Twin
from abandoned_checkouts.pytest_plugin.serving import started
from tests.places import DOCS

PAGE = (DOCS / "archive.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
SITE = "07b12318-c5d9-419f-9c2c-9507db543901"


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    of_today = {"ABANDONED_CHECKOUTS_TWIN_INSTANT": ""}
    with started(tmp_path_factory.mktemp("source"), demo=None, settings=of_today) as server:
        twin = Twin(server)
        for place in range(3):
            twin.checkout(email=f"buyer{place}@example.com")
        yield twin


def shell(commands: str, twin: Twin, folder: Path, database: str) -> str:
    """What the commands write, with the addresses and names of the twin."""
    site = next(each["siteId"] for each in twin.ask("GET", "/shops")["shops"] if each["domain"] == twin.shop)
    app = twin.ask("POST", "/apps", {"title": "Copy", "kind": "admin"})["app"]
    for name, text in {"token": twin.token, "key": twin.token, "secret": app["clientSecret"]}.items():
        (folder / name).write_text(text)
    for old, new in {
        "https://my-shop.myshopify.com": twin.url,
        "0123456789abcdef": app["clientId"],
        "--from wix": f"--from wix --wix-url {twin.url}",
        SITE: site,
        "abandoned-checkouts ": f"{sys.executable} -m abandoned_checkouts ",
    }.items():
        commands = commands.replace(old, new)
    environment = {**os.environ, "ABANDONED_CHECKOUTS_DATABASE_URL": database}
    done = subprocess.run(
        ["bash", "-euc", commands],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_the_commands_of_the_page(twin: Twin, sqlite_url: str, tmp_path: Path) -> None:
    token, client, wix, report = BLOCKS
    said = shell(token, twin, tmp_path, sqlite_url)
    assert "main: 3 created" in said and "main: both sides agree" in said
    shell(report, twin, tmp_path, sqlite_url)
    assert '"isSame": true' in (tmp_path / "report.json").read_text()
    again = "abandoned-checkouts sync remove main\n" + client + "abandoned-checkouts sync run main --once\n"
    # The backfill reads the known checkouts, and the changes of the last minutes once more.
    assert "main: 6 unchanged" in shell(again, twin, tmp_path, sqlite_url)
    said = shell(
        wix + "abandoned-checkouts sync run site && abandoned-checkouts sync verify site\n", twin, tmp_path, sqlite_url
    )
    assert "site: 3 created" in said and "site: both sides agree" in said


def test_the_page_names_every_command() -> None:
    for command in application.registered_commands:
        assert f"`sync {command.name}" in PAGE or f"sync {command.name} " in PAGE
