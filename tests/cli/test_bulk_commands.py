"""`bulk run` in its own process."""

import json
import os
import subprocess
import sys
from pathlib import Path


def run(*arguments: str, url: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "abandoned_checkouts", *arguments, "--database", url]
    environment = {**os.environ, **settings}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)


def test_a_query_is_written_to_a_file(sqlite_url: str, tmp_path: Path) -> None:
    assert run("demo", "--checkouts", "20", url=sqlite_url).returncode == 0
    query, out = tmp_path / "query.graphql", tmp_path / "found.jsonl"
    query.write_text("{ abandonedCheckouts { edges { node { id lineItems { edges { node { title } } } } } } }")
    done = run("bulk", "run", str(query), "--out", str(out), url=sqlite_url)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert sum("__parentId" not in line for line in lines) == 20
    assert done.stderr.startswith(f"abandoned-checkouts: 20 objects in {len(lines)} lines, ")
    query.write_text('{ abandonedCheckouts(query: "foo:1") { edges { node { id } } } }')
    strict = run("bulk", "run", str(query), "--out", str(out), url=sqlite_url, ABANDONED_CHECKOUTS_STRICT_SEARCH="true")
    assert strict.returncode != 0 and "foo: Invalid search field for this query." in strict.stderr
    query.write_text("{ shop { name } }")
    refused = run("bulk", "run", str(query), "--out", str(out), url=sqlite_url)
    assert (refused.returncode, refused.stderr) == (
        2,
        "abandoned-checkouts: Bulk queries must contain at least one connection.\n",
    )
    assert [path.name for path in tmp_path.iterdir() if path.suffix in (".jsonl", ".part")] == ["found.jsonl"]
