"""`demo`: fills the demo shop, and serves it if asked to."""

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.cli.conftest import Run
from tests.cli.conftest import run as run  # The fixture.
from tests.ports import free_port

COUNT = {"query": "{ abandonedCheckoutsCount { count } }"}


def test_it_resets_the_demo_shop_unless_the_store_has_one(run: Run, sqlite_url: str) -> None:
    assert "has 20 checkouts" in run("demo", "--checkouts", "20", "--database", sqlite_url).stderr
    assert run("demo", "--checkouts", "30", "--if-empty", "--database", sqlite_url).stderr == ""
    assert "has 10 checkouts" in run("demo", "--checkouts", "10", "--database", sqlite_url).stderr


def test_it_serves_the_demo_shop_with_the_controls_for_tests(sqlite_url: str, tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "abandoned_checkouts", "demo", "--checkouts", "7", "--serve", "--port", str(port)]
    environment = {**os.environ, "ABANDONED_CHECKOUTS_DATABASE_URL": sqlite_url}
    process = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                clock = httpx.get(f"{url}/__twin/clock")
                break
            except httpx.TransportError:
                assert process.poll() is None
                time.sleep(0.1)
        assert clock.status_code == 200
        token = {"X-Shopify-Access-Token": "shpat_demo"}
        answer = httpx.post(f"{url}/admin/api/2026-10/graphql.json", json=COUNT, headers=token).json()
        assert answer["data"]["abandonedCheckoutsCount"]["count"] == 7
    finally:
        process.terminate()
        process.wait(30)
