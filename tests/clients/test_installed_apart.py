"""Clients whose requirements differ from this project's, each in a separate environment: tap-shopify, two
generators of typed clients, older libraries, an MCP server. They are installed when CLIENTS=all asks for them."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import Served
from tests.places import DOCS

pytestmark = [
    pytest.mark.skipif(os.environ.get("CLIENTS") != "all", reason="installs more clients; ask for them by CLIENTS=all"),
    pytest.mark.timeout(600),
]
# Ignored by git like every other environment.
ENVIRONMENTS = Path(__file__).parent / ".venv"
REQUIREMENTS = {
    "tap": ["tap-shopify==3.13.0"],
    "singer": ["target-jsonl==0.1.4"],
    "generators": ["ariadne-codegen==0.19.0", "sgqlc==18"],
    "shopifyapp": ["shopifyapp==1.0.2"],
    "mcp": ["scalably-shopify-mcp==1.1.0"],
    "airbyte": ["airbyte-source-shopify==4.3.0"],
    "old gql": ["gql[requests]==3.5.3", "graphql-core==3.2.6"],
}


def environment(name: str) -> Path:
    """The folder with the programs of an environment. The environment is created if it does not exist."""
    folder = ENVIRONMENTS / name
    stamp = folder / ".installed"
    requirements = "\n".join(REQUIREMENTS[name])
    if not stamp.is_file() or stamp.read_text() != requirements:
        run([sys.executable, "-m", "venv", folder])
        run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", *REQUIREMENTS[name]])
        stamp.write_text(requirements)
    return folder / "bin"


def run(command: list[Any], **more: Any) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, **more)
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def of_page(language: str, text: str) -> str:
    """The block of docs/warehouse.md with this text."""
    blocks = re.findall(rf"```{language}\n(.*?)```", (DOCS / "warehouse.md").read_text(), re.DOTALL)
    (found,) = [each for each in blocks if text in each]
    return str(found)


def json_of_page(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(of_page("json", text))
    return found


@pytest.fixture
def tap(served: Served, tmp_path: Path) -> Callable[..., str]:
    bin_folder = environment("tap")
    launcher, config = tmp_path / "launch.py", tmp_path / "config.json"
    launcher.write_text(of_page("python", "# tap_shopify_here.py"))
    written = json_of_page("results_per_page")
    own = {
        "shop": "acme",
        "access_token": served.given["appToken"],
        "results_per_page": 5,
        "start_date": "2026-11-01T00:00:00Z",
    }
    own |= {name: served.given[name] for name in ("client_id", "client_secret")}
    config.write_text(json.dumps(written | own))

    def launched(*arguments: Any) -> str:
        command = [bin_folder / "python", launcher, str(served.port), "--config", config, *arguments]
        return run(command, cwd=tmp_path)

    return launched


def test_tap_shopify_replicates_abandoned_checkouts(served: Served, tap: Callable[..., str], tmp_path: Path) -> None:
    """It requests version 2025-07 in windows of updated_at, and the oldest supported version responds."""
    catalog = json.loads(tap("--discover"))
    streams = {stream["tap_stream_id"]: stream for stream in catalog["streams"]}
    chosen = streams["abandoned_checkouts"]
    for entry in chosen["metadata"]:
        entry["metadata"]["selected"] = True
    file = tmp_path / "catalog.json"
    file.write_text(json.dumps({"streams": [chosen]}))
    messages = [json.loads(line) for line in tap("--catalog", file).splitlines() if line.startswith("{")]
    kinds = Counter(message["type"] for message in messages)
    assert kinds["SCHEMA"] == 1 and kinds["STATE"] >= 1
    records = [message["record"] for message in messages if message["type"] == "RECORD"]
    assert sorted({int(record["name"][1:]) for record in records}) == list(range(1, served.given["checkouts"] + 1))
    assert len(records[0]["lineItems"]) == 2
    assert records[0]["customer"]["id"].startswith("gid://shopify/Customer/")


def test_ariadne_codegen_writes_a_client_that_works(served: Served, tmp_path: Path) -> None:
    bin_folder = environment("generators")
    (tmp_path / "queries.graphql").write_text(
        """query checkouts($after: String) { abandonedCheckouts(first: 5, after: $after) {
             nodes { id name totalPriceSet { shopMoney { amount currencyCode } } }
             pageInfo { hasNextPage endCursor } } }"""
    )
    base = served.given["base"]
    (tmp_path / "pyproject.toml").write_text(
        f"""[tool.ariadne-codegen]
remote_schema_url = "{base}/admin/api/2026-10/graphql.json"
remote_schema_headers = {{"X-Shopify-Access-Token" = "{served.given["token"]}"}}
queries_path = "queries.graphql"
async_client = false
target_package_name = "written"
"""
    )
    run([bin_folder / "ariadne-codegen"], cwd=tmp_path)
    program = f"""
from written import Client
signed = {{"X-Shopify-Access-Token": "{served.given["token"]}"}}
client = Client("{base}/admin/api/2026-10/graphql.json", headers=signed)
names, after = [], None
while True:
    page = client.checkouts(after=after).abandoned_checkouts
    names += [node.name for node in page.nodes]
    if not page.page_info.has_next_page:
        break
    after = page.page_info.end_cursor
print(*names)
"""
    names = run([bin_folder / "python", "-c", program], cwd=tmp_path).split()
    assert names == [f"#{number}" for number in range(1, served.given["checkouts"] + 1)]


def test_gql_3_5_builds_the_schema_with_graphql_core_3_2(served: Served, tmp_path: Path) -> None:
    """The older library refuses a schema with a directive location that it does not know."""
    bin_folder = environment("old gql")
    program = f"""
import graphql
from gql import Client, gql
from gql.transport.requests import RequestsHTTPTransport
from graphql import validate_schema
signed = {{"X-Shopify-Access-Token": "{served.given["token"]}"}}
address = "{served.given["base"]}/admin/api/%s/graphql.json"
assert graphql.__version__ == "3.2.6"
for version in ("2026-01", "2026-04", "2026-07", "2026-10", "unstable"):
    transport = RequestsHTTPTransport(url=address % version, headers=signed)
    with Client(transport=transport, fetch_schema_from_transport=True) as session:
        assert validate_schema(session.client.schema) == []
        page = session.execute(gql("{{ abandonedCheckouts(first: 2) {{ nodes {{ name }} }} }}"))
        print(*(node["name"] for node in page["abandonedCheckouts"]["nodes"]))
        try:
            session.execute(gql("{{ abandonedCheckouts(first: 2) {{ nodes {{ email }} }} }}"))
        except graphql.GraphQLError as refused:
            print(refused.message)
"""
    lines = run([bin_folder / "python", "-c", program], cwd=tmp_path).splitlines()
    assert lines[::2] == ["#1 #2"] * 5
    assert all(line.startswith("Cannot query field 'email'") for line in lines[1::2]) and len(lines) == 10


def test_sgqlc_writes_types_from_introspection_and_queries_with_them(served: Served, tmp_path: Path) -> None:
    bin_folder = environment("generators")
    base = served.given["base"]
    endpoint = f"{base}/admin/api/2026-10/graphql.json"
    header = f"X-Shopify-Access-Token: {served.given['token']}"
    run(
        [
            bin_folder / "python",
            "-m",
            "sgqlc.introspection",
            "--exclude-deprecated",
            "-H",
            header,
            endpoint,
            "schema.json",
        ],
        cwd=tmp_path,
    )
    run([bin_folder / "sgqlc-codegen", "schema", "schema.json", "written.py"], cwd=tmp_path)
    program = f"""
from sgqlc.endpoint.http import HTTPEndpoint
from sgqlc.operation import Operation
import written
asked = Operation(written.QueryRoot)
page = asked.abandoned_checkouts(first=3)
page.nodes.name()
page.page_info.has_next_page()
answer = HTTPEndpoint("{endpoint}", {{"X-Shopify-Access-Token": "{served.given["token"]}"}})(asked)
found = (asked + answer).abandoned_checkouts
print(*(node.name for node in found.nodes), found.page_info.has_next_page)
"""
    assert run([bin_folder / "python", "-c", program], cwd=tmp_path).split() == ["#1", "#2", "#3", "True"]


def test_shopifyapp_exchanges_credentials_and_reads(served: Served, tmp_path: Path) -> None:
    """It accepts an HTTP client as an argument; this one sends requests for the shop's domain to the server."""
    bin_folder = environment("shopifyapp")
    program = f"""
import httpx
from shopify_app import ShopifyApp
def send_here(request):
    here = httpx.URL("{served.given["base"]}")
    request.url = request.url.copy_with(scheme="http", host=here.host, port=here.port)
client = httpx.Client(event_hooks={{"request": [send_here]}})
app = ShopifyApp(client_id="{served.given["client_id"]}", client_secret="{served.given["client_secret"]}")
made = app.exchange_using_client_credentials(shop="acme", http_client=client)
assert made.ok, made
token = made.access_token.token
asked = dict(shop="acme", access_token=token, api_version="2026-10", http_client=client)
read = app.admin_graphql_request("{{ abandonedCheckouts(first: 2) {{ nodes {{ name }} }} }}", **asked)
assert read.ok, read
print(*(node["name"] for node in read.data["abandonedCheckouts"]["nodes"]))
refused = app.admin_graphql_request("{{ abandonedCheckouts(first: 2) {{ nodes {{ email }} }} }}", **asked)
print(refused.ok)
wrong = app.admin_graphql_request("{{ shop {{ id }} }}", **(asked | {{"access_token": "shpat_wrong"}}))
print(wrong.ok, wrong.log.code)
"""
    lines = run([bin_folder / "python", "-c", program], cwd=tmp_path).splitlines()
    assert lines[0] == "#1 #2" and lines[1] == "False" and lines[2].startswith("False ")


# The MCP server's code is not changed. Its library sends requests for the shop's domain to this server.
MCP = """
import sys
import requests
port = sys.argv.pop(1)
known = requests.Session.send
def send_here(self, request, **named):
    request.headers["Host"] = "acme.myshopify.com"
    request.url = request.url.replace("https://acme.myshopify.com", f"http://127.0.0.1:{port}")
    return known(self, request, **named)
requests.Session.send = send_here
from scalably_shopify_mcp.server import main
main()
"""
MCP_CLIENT = """
import asyncio, json, os, sys
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
async def ask():
    here = StdioServerParameters(command=sys.executable, args=["launch.py", sys.argv[1]], env=dict(os.environ))
    async with stdio_client(here) as streams, ClientSession(*streams) as session:
        await session.initialize()
        print(*sorted(tool.name for tool in (await session.list_tools()).tools))
        for query in sys.argv[2:]:
            answer = await session.call_tool("shopify_graphql_query", {"query": query})
            print(json.dumps(answer.content[0].text))
asyncio.run(ask())
"""


def test_an_mcp_server_for_shopify_reads_checkouts(served: Served, tmp_path: Path) -> None:
    bin_folder = environment("mcp")
    (tmp_path / "launch.py").write_text(MCP)
    (tmp_path / "client.py").write_text(MCP_CLIENT)
    store = {"SHOPIFY_SHOP_DOMAIN": "acme.myshopify.com", "SHOPIFY_ACCESS_TOKEN": served.given["token"]}
    queries = ["{ abandonedCheckouts(first: 2) { nodes { name } } }", "{ abandonedCheckouts { nodes { email } } }"]
    command = [bin_folder / "python", "client.py", served.port, *queries]
    tools, page, refused = run([str(part) for part in command], cwd=tmp_path, env={**os.environ, **store}).splitlines()
    assert "shopify_bulk_query" in tools.split()
    assert "#1" in page and "#2" in page and "error" not in page.lower()
    assert "email" in refused and "doesn't exist" in refused


def test_airbyte_checks_the_connection_and_reads_abandoned_checkouts(served: Served, tmp_path: Path) -> None:
    bin_folder = environment("airbyte")
    (tmp_path / "launch.py").write_text(of_page("python", "# airbyte_here.py"))
    config = json_of_page("api_password")
    config["credentials"]["api_password"] = served.given["token"]
    (tmp_path / "config.json").write_text(json.dumps(config | {"shop": "acme"}))
    stream = {
        "stream": {"name": "abandoned_checkouts", "json_schema": {}, "supported_sync_modes": ["full_refresh"]},
        "sync_mode": "full_refresh",
        "destination_sync_mode": "overwrite",
    }
    (tmp_path / "catalog.json").write_text(json.dumps({"streams": [stream]}))

    def launched(*arguments: str) -> list[dict[str, Any]]:
        command = [bin_folder / "python", "launch.py", served.given["base"], *arguments, "--config", "config.json"]
        return [json.loads(line) for line in run(command, cwd=tmp_path).splitlines() if line.startswith("{")]

    (status,) = (each["connectionStatus"] for each in launched("check") if each["type"] == "CONNECTION_STATUS")
    assert status["status"] == "SUCCEEDED", status
    messages = launched("read", "--catalog", "catalog.json")
    found = [each["record"]["data"] for each in messages if each["type"] == "RECORD"]
    assert {record["name"] for record in found} == {f"#{number}" for number in range(1, served.given["checkouts"] + 1)}


def test_our_tap_loads_a_singer_target(sqlite_url: str, tmp_path: Path) -> None:
    """Two runs, with more checkouts before the second: the target has each change once."""
    target, ours = environment("singer") / "target-jsonl", [sys.executable, "-m", "abandoned_checkouts"]
    (tmp_path / "config.json").write_text(json.dumps({"database_url": sqlite_url}))
    state = tmp_path / "state.json"
    state.write_text('{"bookmarks": {}}')
    loaded: list[Any] = []
    source = tmp_path / "more.jsonl"
    more = {"id": 5, "token": "t5", "created_at": "2026-10-01T00:00:00Z", "currency": "USD", "email": "a@b.example"}
    source.write_text(json.dumps(more))
    for folder, command in (
        ("first", ["demo", "--checkouts", "30", "--database", sqlite_url]),
        ("second", ["import", source, "--shop", "demo-shop.myshopify.com", "--database", sqlite_url]),
    ):
        run([*ours, *command])
        (tmp_path / folder).mkdir()
        tap = [*ours, "tap", "--config", tmp_path / "config.json", "--state", state]
        reached = run([target], input=run(tap), cwd=tmp_path / folder)
        state.write_text(reached.splitlines()[-1])
        files = (tmp_path / folder).glob("abandoned_checkout-*.jsonl")
        loaded.append([json.loads(line)["id"] for file in files for line in file.read_text().splitlines()])
    assert len(set(loaded[0])) == len(loaded[0]) == 30
    assert loaded[1] == [5]
