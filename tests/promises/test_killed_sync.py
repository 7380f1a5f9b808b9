"""kill -9 of `sync run` at any moment: the next run continues, and nothing is lost or doubled.

It runs with KILLS=20, the number of kills, because each run takes seconds.
"""

import asyncio
import os
import random
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from abandoned_checkouts.pytest_plugin.serving import started
from tests.databases import Databases

KILLS = int(os.environ.get("KILLS", "0"))
CHECKOUTS = 3_000

pytestmark = [pytest.mark.timeout(0), pytest.mark.skipif(not KILLS, reason="KILLS is not set")]


async def command(url: str, *arguments: str, seconds: float | None = None) -> tuple[int, str]:
    """Exit code and errors of a command that is killed after some seconds."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "abandoned_checkouts",
        "sync",
        *arguments,
        "--database",
        url,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    if seconds is not None:
        await asyncio.wait({asyncio.ensure_future(process.wait())}, timeout=seconds)
        if process.returncode is None:
            process.kill()
    _, errors = await process.communicate()
    return process.returncode or 0, errors.decode()


async def test_killed_again_and_again(databases: Databases, tmp_path: Path) -> None:
    chance, url = random.Random(1), databases.new("sqlite")
    with started(tmp_path, demo=CHECKOUTS, settings={}) as server:
        token = tmp_path / "token"
        token.write_text(server.token)
        options = ("--shop", "copy.myshopify.com", "--from", server.url, "--token-file", str(token))
        assert (await command(url, "add", "main", *options))[0] == 0
        killed = 0
        for _ in range(KILLS):
            code, errors = await command(url, "run", "main", seconds=chance.uniform(1.5, 6))
            assert code in (0, -9), errors
            killed += code == -9
        code, errors = await command(url, "run", "main")
        assert code == 0, errors
        code, errors = await command(url, "verify", "main")
        assert code == 0, errors
    with closing(sqlite3.connect(url.partition(":///")[2])) as connection:
        count, different = connection.execute("SELECT count(*), count(DISTINCT id) FROM abandoned_checkouts").fetchone()
        assert count == different == CHECKOUTS
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert killed
