"""docs/operations.md: its commands, run as they are written, back up and restore a store."""

import re
import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.conftest import run as run  # The fixture.
from tests.places import DOCS

PAGE = (DOCS / "operations.md").read_text()
COMMANDS = [
    shlex.split(line, comments=True)[1:]
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("abandoned-checkouts ")
]


def test_the_commands_of_the_page(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    old, new = "the old key of the test is not a secret", "the new key of the test is not a secret"
    monkeypatch.setenv("ABANDONED_CHECKOUTS_SECRET_KEY", old)
    run("demo", "--checkouts", "5")
    help_of_serve = run("serve", "--help").stdout
    for command in COMMANDS:
        if command[0] == "serve":
            # Other tests start servers.
            assert all(word in help_of_serve for word in command if word.startswith("--"))
            continue
        if command[:2] == ["store", "rotate-key"]:
            monkeypatch.setenv("ABANDONED_CHECKOUTS_SECRET_KEY", f"{new},{old}")
        run(*command)
    assert len(COMMANDS) == 9
    restored = next(command for command in COMMANDS if command[:2] == ["store", "restore"])
    assert "demo-shop" in run("shop", "list", *restored[-2:]).stdout
