"""`tap`. tests/exporting/test_singer.py checks the messages."""

from pathlib import Path

import orjson

from abandoned_checkouts.exporting.tables import LOGS
from tests.cli.conftest import Run


def test_a_run_continues_from_its_state(run: Run, sqlite_url: str, tmp_path: Path) -> None:
    run("demo", "--checkouts", "20", "--database", sqlite_url)
    config, state, chosen = (tmp_path / f"{name}.json" for name in ("config", "state", "catalog"))
    config.write_text(f'{{"database_url": "{sqlite_url}", "shop": "demo-shop.myshopify.com"}}')
    chosen.write_text(run("tap", "--discover").stdout)
    done = run("tap", "--config", str(config), "--catalog", str(chosen))
    lines = [orjson.loads(line) for line in done.stdout.splitlines()]
    checkouts = [each for each in lines if each["type"] == "RECORD" and each["stream"] == "abandoned_checkout"]
    assert len(checkouts) == 20 and "records of demo-shop.myshopify.com" in done.stderr
    state.write_bytes(orjson.dumps([each["value"] for each in lines if each["type"] == "STATE"][-1]))
    again = [
        orjson.loads(line) for line in run("tap", "--config", str(config), "--state", str(state)).stdout.splitlines()
    ]
    assert not [each for each in again if each["type"] == "RECORD" and each["stream"] not in LOGS]


def test_wrong_files_are_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    assert f"{broken} is not JSON" in run("tap", "--config", str(broken), code=4).stderr
    broken.write_text('{"shop": 3}')
    assert "database_url and shop are strings" in run("tap", "--config", str(broken), code=2).stderr
    broken.write_text('{"streams": 3}')
    assert "tap --discover" in run("tap", "--catalog", str(broken), code=2).stderr
