"""`changes`."""

import orjson

from tests.cli.conftest import Run


def test_a_reader_continues_after_its_position(run: Run, sqlite_url: str) -> None:
    database = ("--database", sqlite_url)
    run("demo", "--checkouts", "20", *database)
    done = run("changes", *database)
    found = [orjson.loads(line) for line in done.stdout.splitlines()]
    last = found[-1]["position"]
    assert f"{len(found)} changes of demo-shop.myshopify.com; continue with --after {last}" in done.stderr
    assert sum(each["table"] == "abandoned_checkout" for each in found) == 20
    part = run("changes", "--after", str(found[4]["position"]), "--limit", "3", *database).stdout
    assert [orjson.loads(line) for line in part.splitlines()] == found[5:8]
    assert run("changes", "--after", str(last), *database).stdout == ""
    assert "--after" in run("changes", "--after", "-1", *database, code=2).stderr
