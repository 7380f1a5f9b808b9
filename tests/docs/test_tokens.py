"""docs/tokens.md: its commands, run as they are written, have the results that the page describes."""

import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Run
from tests.cli.conftest import run as run  # The fixture.
from tests.places import DOCS
from tests.ports import free_port

PAGE = (DOCS / "tokens.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
REHEARSAL = next(block for block in BLOCKS if "__twin/clock" in block)
KEYS = next(block for block in BLOCKS if "openssl" in block)


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[str]:
    """The address of a twin with the demo shop, started by the commands of the page."""
    port = free_port()
    database = f"sqlite+aiosqlite:///{tmp_path / 'twin.sqlite3'}"
    environment = {**os.environ, "ABANDONED_CHECKOUTS_DATABASE_URL": database}
    command = [sys.executable, "-m", "abandoned_checkouts"]
    for name in ("demo", "serve --twin"):
        assert f"`abandoned-checkouts {name}`" in PAGE
    subprocess.run([*command, "demo"], env=environment, check=True, capture_output=True, timeout=60)
    with subprocess.Popen(
        [*command, "serve", "--twin", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait_for(address: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            httpx.get(address)
            return
        except httpx.TransportError:
            assert time.monotonic() < until, "the server does not start"
            time.sleep(0.1)


def shell(commands: str, twin: str) -> list[str]:
    """The lines that the commands write, at the twin's address."""
    assert "BASE=http://127.0.0.1:8000\n" in commands
    commands = commands.replace("http://127.0.0.1:8000", twin)
    done = subprocess.run(["bash", "-euc", commands], capture_output=True, text=True, check=True, timeout=60)
    return [line for line in done.stdout.splitlines() if line.strip()]


def test_the_rehearsal_of_2027(twin: str) -> None:
    """The page offers two ways from the same beginning: the exchange, or the clock."""
    begin, exchange, clock = re.split(r"^# … .*\n", REHEARSAL, flags=re.MULTILINE)
    output = "\n".join(shell(begin + exchange, twin))
    assert "HTTP/1.1 200" in output
    pair = json.loads(output[output.rindex('{"access_token"') :])
    assert pair["expires_in"] == 3600 and pair["refresh_token_expires_in"] == 90 * 24 * 3600
    again = begin.replace("my-app", "other-app")
    request = next(line for line in begin.splitlines() if "shop.json" in line)
    lines = shell(again + clock + request + "\n", twin)
    statuses = [line.split()[1] for line in lines if "HTTP/1.1 " in line]
    assert statuses == ["200", "403"]


def test_a_key_for_client_assertions(
    run: Run, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make, give = KEYS.splitlines()
    subprocess.run(["bash", "-euc", make], check=True, capture_output=True, timeout=60)
    shop = ("--shop", "acme.myshopify.com", "--database", sqlite_url)
    client_id = run("app", "create", *shop).stdout.split("\n")[0].partition("\t")[2]
    words = shlex.split(give, comments=True)
    assert words[:3] == ["abandoned-checkouts", "app", "key"] and words[-2:] == ["--shop", "S"]
    run(*[client_id if word == "CLIENT_ID" else word for word in words[1:-2]], *shop)
    option = give.partition("# or: ")[2].split()
    assert option[:2] == ["app", "create"]
    run(*option, *shop)


@pytest.mark.parametrize("command", re.findall(r"`(app create [^`]*)`", PAGE))
def test_commands_in_the_text(run: Run, sqlite_url: str, command: str) -> None:
    words = command.replace(" --shop S", "").split()
    run(*words, "--shop", "acme.myshopify.com", "--database", sqlite_url)
