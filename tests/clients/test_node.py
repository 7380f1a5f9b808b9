"""The clients that Node programs use, unchanged, against this server; every check of the scripts is a test here."""

import hashlib
import json
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from app.explorer.build import BuildError, node_and_npm
from tests.clients.conftest import Served

HERE = Path(__file__).parent / "node"
SCHEMA = Path(__file__).parents[2] / "schema.graphql"
SCRIPTS = ("shopify.mjs", "install.mjs", "graphql.mjs", "bulk.mjs")
CHECKS = [
    (script, name) for script in SCRIPTS for name in re.findall(r"^check\('(.+?)'", (HERE / script).read_text(), re.M)
]


@cache
def node() -> Path:
    """Node with the packages of the lock file; skips only where there is no Node to be had."""
    try:
        npm, folder = node_and_npm()
    except (BuildError, OSError) as problem:
        pytest.skip(f"these clients need Node, and there is none: {problem}")
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    stamp = HERE / "node_modules" / ".installed-lock"
    if not stamp.is_file() or stamp.read_text() != lock:
        environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
        done = subprocess.run(
            [*npm, "ci", "--ignore-scripts"], cwd=HERE, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"npm ci in {HERE} failed:\n{done.stdout}\n{done.stderr}"
        stamp.write_text(lock)
    found = shutil.which("node", path=str(folder))
    assert found is not None, folder
    return Path(found)


@pytest.fixture(scope="module")
def told(served: Served, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | None]:
    """By script and name, what went wrong; None where all is well."""
    given = tmp_path_factory.mktemp("clients") / "given.json"
    given.write_text(json.dumps({**served.given, "schema": str(SCHEMA)}))
    problems: dict[str, str | None] = {}
    for script in SCRIPTS:
        done = subprocess.run(
            [node(), script, given], cwd=HERE, capture_output=True, text=True, check=False, timeout=120
        )
        for line in done.stdout.splitlines():
            if line.startswith('{"name"'):
                check = json.loads(line)
                problems[script, check["name"]] = check["problem"]  # type: ignore[index]
        problems[script] = None if done.returncode == 0 else done.stdout + done.stderr
    return problems


@pytest.mark.parametrize(("script", "name"), CHECKS)
def test_client(told: dict[object, str | None], script: str, name: str) -> None:
    problem = told.get((script, name), f"the check did not run\n{told[script]}")
    assert problem is None, problem


@pytest.mark.parametrize("document", ["query pageQuery", "refetch"])
def test_relay_compiles_against_the_schema(tmp_path: Path, document: str) -> None:
    """Connections, edges, cursors, node and PageInfo are as Relay wants them."""
    sources = tmp_path / "src"
    sources.mkdir()
    (tmp_path / "schema.graphql").write_text(SCHEMA.read_text())
    (sources / "checkouts.js").write_text(RELAY[document])
    (tmp_path / "relay.config.json").write_text(
        json.dumps({"src": "./src", "schema": "./schema.graphql", "language": "javascript"})
    )
    done = subprocess.run(
        [node(), HERE / "node_modules" / "relay-compiler" / "cli.js", "relay.config.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(sources.rglob("*.graphql.js")), done.stdout


RELAY = {
    "query pageQuery": """const query = graphql`query checkoutsQuery { ...checkouts_list }`;
const list = graphql`fragment checkouts_list on QueryRoot
@argumentDefinitions(first: {type: "Int", defaultValue: 5}, after: {type: "String"})
@refetchable(queryName: "checkoutsPageQuery") {
  abandonedCheckouts(first: $first, after: $after) @connection(key: "checkouts_abandonedCheckouts") {
    edges { node { id name } }
  }
}`;
""",
    "refetch": """const checkout = graphql`fragment checkouts_one on AbandonedCheckout
@refetchable(queryName: "checkoutsOneQuery") { name customer { displayName } }`;
""",
}
