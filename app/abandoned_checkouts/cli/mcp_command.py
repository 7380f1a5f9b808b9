"""`mcp`: the MCP server for AI agents that start a program."""

from pathlib import Path
from typing import Annotated

import httpx
import typer

from abandoned_checkouts.agents.routes import MISSING
from abandoned_checkouts.cli.exit_codes import FileError, QueryError, UnreachableError
from abandoned_checkouts.config import settings_from
from abandoned_checkouts.demo.demo_token import TOKEN

Url = Annotated[
    str | None, typer.Option(metavar="URL", help="URL of the running server. \\[default: from the settings]")
]
TokenFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="File with the access token of the agent. \\[default: the demo shop's token]"),
]


def mcp(url: Url = None, token_file: TokenFile = None) -> None:
    """Serve the tools for AI agents (MCP) on standard input and output."""
    settings = settings_from()
    address = (url or settings.public_url or f"http://127.0.0.1:{settings.port}").rstrip("/")
    try:
        token = TOKEN if token_file is None else token_file.read_text(encoding="utf-8").strip()
    except OSError as problem:
        raise FileError(f"{token_file} cannot be read: {problem.strerror}") from None
    try:
        from abandoned_checkouts.agents.stdio import run_stdio
    except ImportError:
        raise QueryError(MISSING) from None
    try:
        run_stdio(address, token)
    except httpx.TransportError as problem:
        raise UnreachableError(f"{address} cannot be reached: {problem}") from None
