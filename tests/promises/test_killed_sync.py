"""kill -9 of `sync run` at any moment: the next run continues, and nothing is lost or doubled.

It runs with KILLS=20, the number of kills, because each run takes seconds. HOSTILE=3600 runs for an hour against a
source with one incident after another, whose checkouts change meanwhile.
"""

import asyncio
import os
import random
import sqlite3
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from abandoned_checkouts.pytest_plugin.client import Twin
from abandoned_checkouts.pytest_plugin.serving import started
from abandoned_checkouts.twin.scenarios.collection import scenarios
from tests.databases import Databases

KILLS, HOSTILE = int(os.environ.get("KILLS", "0")), int(os.environ.get("HOSTILE", "0"))
CHECKOUTS = 3_000

pytestmark = pytest.mark.timeout(0)


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


def check(url: str, count: int) -> None:
    """The copy has so many checkouts, each once, and the file is not damaged."""
    with closing(sqlite3.connect(url.partition(":///")[2])) as connection:
        found = connection.execute("SELECT count(*), count(DISTINCT id) FROM abandoned_checkouts").fetchone()
        assert found == (count, count)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.skipif(not KILLS, reason="KILLS is not set")
async def test_killed_again_and_again(databases: Databases, tmp_path: Path) -> None:
    chance, url = random.Random(1), databases.new("sqlite")
    with started(tmp_path, demo=CHECKOUTS, settings={}) as server:
        token = tmp_path / "token"
        token.write_text(server.token)
        options = ("--shop", "copy.myshopify.com", "--from", server.url, "--token-file", str(token))
        assert (await command(url, "add", "main", *options))[0] == 0
        killed = 0
        for _ in range(KILLS):
            code, errors = await command(url, "run", "main", seconds=chance.uniform(0.4, 1.6))
            assert code in (0, -9), errors
            killed += code == -9
        code, errors = await command(url, "run", "main")
        assert code == 0, errors
        code, errors = await command(url, "verify", "main")
        assert code == 0, errors
    check(url, CHECKOUTS)
    # Runs that copied everything before they were killed prove little.
    assert killed >= KILLS // 2


@pytest.mark.skipif(not HOSTILE, reason="HOSTILE is not set")
async def test_killed_while_the_source_fails_and_changes(databases: Databases, tmp_path: Path) -> None:
    chance, url, counts = random.Random(HOSTILE), databases.new("sqlite"), Counter[str]()
    incidents = [each for each in scenarios().values() if each.needs in ("requests", "bulk")]
    of_today = {"ABANDONED_CHECKOUTS_TWIN_INSTANT": ""}
    with started(tmp_path, demo=CHECKOUTS, settings=of_today) as server:
        twin, token = Twin(server), tmp_path / "token"
        token.write_text(server.token)
        options = ("--shop", "copy.myshopify.com", "--from", server.url, "--token-file", str(token))
        assert (await command(url, "add", "main", *options))[0] == 0
        made, ends = list[str](), time.monotonic() + HOSTILE
        while time.monotonic() < ends:
            incident = chance.choice(incidents)
            twin.ask("POST", f"/scenarios/{incident.name}", {"stage": 1, "shop": server.shop})
            for _ in range(chance.randint(1, 20)):
                name = f"hostile{counts['made']}"
                counts["made"] += 1
                twin.checkout(email=f"{name}@example.com", token=name)
                made.append(name)
            for name in chance.sample(made, min(3, len(made))):
                twin.ask("POST", f"/checkouts/{name}/close")
                made.remove(name)
            code, errors = await command(url, "run", "main", seconds=chance.uniform(1, 40))
            counts[f"exit code {code}"] += 1
            assert code in (0, -9, 7) and "Traceback" not in errors, (incident.name, errors)
            twin.ask("DELETE", f"/scenarios/{incident.name}")
        for _ in range(2):
            # Scenarios add checkouts, and delete some.
            code, errors = await command(url, "run", "main")
            assert code == 0, errors
        with closing(sqlite3.connect(url.partition(":///")[2])) as connection:
            connection.execute("UPDATE syncs SET reconciled_at = NULL")
            connection.commit()
        code, errors = await command(url, "run", "main")
        assert code == 0, errors
        code, errors = await command(url, "verify", "main")
        assert code == 0, errors
    print(dict(counts))
    with closing(sqlite3.connect(url.partition(":///")[2])) as connection:
        seen = connection.execute("SELECT count(*) FROM synced_checkouts").fetchone()[0]
    assert seen >= CHECKOUTS + counts["made"]
    check(url, seen)
