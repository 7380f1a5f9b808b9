"""The clients that Node programs use, unchanged, against this server; every check of the scripts is a test here."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.clients.conftest import Served
from tests.node_packages import node_with
from tests.places import ROOT

HERE = Path(__file__).parent / "node"
SCHEMA = ROOT / "schema.graphql"
SCRIPTS = ("shopify.mjs", "install.mjs", "graphql.mjs", "bulk.mjs")
CHECKS = [
    (script, name) for script in SCRIPTS for name in re.findall(r"^check\('(.+?)'", (HERE / script).read_text(), re.M)
]


@pytest.fixture(scope="module")
def results(served: Served, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | None]:
    """The problem of each check, by script and name. None if the check succeeded."""
    given = tmp_path_factory.mktemp("clients") / "given.json"
    given.write_text(json.dumps({**served.given, "schema": str(SCHEMA)}))
    problems: dict[str, str | None] = {}
    for script in SCRIPTS:
        done = subprocess.run(
            [node_with(HERE), script, given], cwd=HERE, capture_output=True, text=True, check=False, timeout=120
        )
        for line in done.stdout.splitlines():
            if line.startswith('{"name"'):
                check = json.loads(line)
                problems[script, check["name"]] = check["problem"]  # type: ignore[index]
        problems[script] = None if done.returncode == 0 else done.stdout + done.stderr
    return problems


@pytest.mark.parametrize(("script", "name"), CHECKS)
def test_client(results: dict[object, str | None], script: str, name: str) -> None:
    problem = results.get((script, name), f"the check did not run\n{results[script]}")
    assert problem is None, problem


@pytest.mark.parametrize("document", ["query pageQuery", "refetch"])
def test_relay_compiles_against_the_schema(tmp_path: Path, document: str) -> None:
    """Connections, edges, cursors, node and PageInfo are as Relay requires."""
    sources = tmp_path / "src"
    sources.mkdir()
    (tmp_path / "schema.graphql").write_text(SCHEMA.read_text())
    (sources / "checkouts.js").write_text(RELAY[document])
    (tmp_path / "relay.config.json").write_text(
        json.dumps({"src": "./src", "schema": "./schema.graphql", "language": "javascript"})
    )
    done = subprocess.run(
        [node_with(HERE), HERE / "node_modules" / "relay-compiler" / "cli.js", "relay.config.json"],
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
