"""Clients of Node with many requirements: graphql-codegen, a storage of sessions, a second MCP server for Shopify.

They are installed when CLIENTS=all asks for them.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.clients.conftest import Served
from tests.node_packages import node_with

pytestmark = [
    pytest.mark.skipif(os.environ.get("CLIENTS") != "all", reason="installs more clients; ask for them by CLIENTS=all"),
    pytest.mark.timeout(600),
]
HERE = Path(__file__).parent / "node_apart"


def run(*command: object) -> list[str]:
    """The lines that a Node program prints."""
    parts = [str(part) for part in (node_with(HERE), *command)]
    done = subprocess.run(parts, cwd=HERE, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, f"{parts}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout.splitlines()


PROGRAM = """import type { AbandonedCheckout } from './schema';
import type { PageQuery, PageQueryVariables } from './written';
export type Name = AbandonedCheckout['name'];
const variables: PageQueryVariables = { first: 2 };
export const names = (page: PageQuery): string[] => page.abandonedCheckouts.nodes.map((node) => node.name);
export const first = variables.first;
"""
WRONG = """import type { PageQuery } from './written';
export const email = (page: PageQuery) => page.abandonedCheckouts.email;
"""


def test_graphql_codegen_writes_types_that_compile(served: Served, tmp_path: Path) -> None:
    """TypeScript accepts a program with the generated types, and rejects one that reads a field that was not
    selected."""
    endpoint = f"{served.given['base']}/admin/api/2026-10/graphql.json"
    run("codegen.mjs", endpoint, served.given["token"], HERE / "queries.graphql", tmp_path)
    (tmp_path / "program.ts").write_text(PROGRAM)
    (tmp_path / "wrong.ts").write_text(WRONG)
    compiler = ("node_modules/typescript/bin/tsc", "--noEmit", "--strict", "--skipLibCheck")
    assert run(*compiler, tmp_path / "program.ts") == []
    with pytest.raises(AssertionError, match="Property 'email' does not exist"):
        run(*compiler, tmp_path / "wrong.ts")


def test_a_stored_session_reads_again(served: Served) -> None:
    given = served.given
    used, deleted = run("sessions.mjs", given["base"], given["shop"], given["client_id"], given["client_secret"])
    names = ["#1", "#2"]
    assert json.loads(used) == {"loaded": names, "copied": names, "equal": True, "active": True, "found": 1}
    assert json.loads(deleted) is None


def test_shopify_mcp_gets_a_token_and_reports_our_errors(served: Served) -> None:
    """Its tools are about nouns whose lists this server does not have. The error reaches the MCP client as it is."""
    given, call = served.given, json.dumps({"name": "get-customers", "limit": 2})
    tools, answer = run("mcp.mjs", served.port, given["shop"], given["client_id"], given["client_secret"], call)
    assert {"get-customers", "get-orders", "get-products"} <= set(json.loads(tools))
    assert "Field 'customers' doesn't exist on type 'QueryRoot'" in json.loads(answer)
