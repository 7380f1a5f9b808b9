"""The MCP server over standard input and output, for a server that runs elsewhere."""

import httpx

from abandoned_checkouts.agents.calls import Calls
from abandoned_checkouts.agents.server import new_server

_SECONDS = 60.0


def run_stdio(url: str, token: str) -> None:
    """Serve until standard input ends. The tools of a twin are offered if the server at `url` is one.

    Raises httpx.TransportError if the server cannot be reached.
    """
    with httpx.Client(base_url=url, timeout=_SECONDS) as first:
        version = first.get("/explorer/session.json").json()["defaultVersion"]
        twin = first.get("/__twin/clock").status_code == 200
    client = httpx.AsyncClient(base_url=url, timeout=_SECONDS)
    new_server(lambda _: Calls(client, token, version, twin=twin), twin=twin).run("stdio")
