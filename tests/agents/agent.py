"""The official client of MCP against a server in this process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

BASE = "http://127.0.0.1:8000"


@asynccontextmanager
async def agent(app: Any, token: str = "shpat_demo") -> AsyncIterator[Client]:
    # The official client uses httpx2, the successor of httpx.
    transport = httpx2.ASGITransport(app)
    headers = {"X-Shopify-Access-Token": token}
    async with (
        httpx2.AsyncClient(transport=transport, base_url=BASE, headers=headers) as http,
        Client(streamable_http_client(f"{BASE}/mcp", http_client=http)) as client,
    ):
        yield client


async def ask(client: Client, tool: str, **arguments: object) -> Any:
    """The structured content of a result."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return result.structured_content


async def text_of(client: Client, tool: str, **arguments: object) -> str:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return str(result.content[0].text)  # type: ignore[union-attr]


async def refusal(client: Client, tool: str, **arguments: object) -> str:
    """The message of an error."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error, result.content
    return str(result.content[0].text)  # type: ignore[union-attr]
