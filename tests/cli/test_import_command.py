"""`import`: the lines that it prints and its exit code."""

from pathlib import Path

import orjson

from tests.cli.conftest import Run
from tests.intake.samples import rest_checkout


def test_rejected_records_are_reported_and_the_exit_code_is_1(run: Run, sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "some.jsonl"
    file.write_bytes(orjson.dumps(rest_checkout(1)) + b"\n{}\nnonsense\n")
    done = run("import", str(file), "--shop", "acme.myshopify.com", "--database", sqlite_url, code=1)
    lines = done.stderr.splitlines()
    assert [line.split(": ")[2] for line in lines[:2]] == ["line 2", "line 3"]
    assert "1 created" in lines[2] and "2 rejected" in lines[2]
