"""`abandoned-checkouts mcp`, started by the official client as an agent starts it."""

import sys
from pathlib import Path

import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters

from abandoned_checkouts.pytest_plugin.serving import started
from tests.cli.conftest import Run
from tests.cli.conftest import run as run  # The fixture.
from tests.ports import free_port


async def test_an_agent_controls_a_twin(tmp_path: Path) -> None:
    token_file = tmp_path / "token"
    with started(tmp_path, demo=None, settings={}) as server:
        token_file.write_text(f"{server.token}\n")
        options = ["--url", server.url, "--token-file", str(token_file)]
        command = StdioServerParameters(command=sys.executable, args=["-m", "abandoned_checkouts", "mcp", *options])
        async with Client(command) as client:
            names = {tool.name for tool in (await client.list_tools()).tools}
            made = await client.call_tool("create_checkout", {"fields": {"email": "ada@example.com"}})
            found = await client.call_tool("search_checkouts", {"query": "ada@example.com"})
    assert "move_clock" in names and not made.is_error
    assert not found.is_error, found.content
    assert found.structured_content is not None and found.structured_content["count"] == 1


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--token-file", "/no/such/file"), 4, "/no/such/file cannot be read: No such file"),
        (("--url", f"http://127.0.0.1:{free_port()}"), 7, "cannot be reached"),
    ],
)
def test_an_error_is_one_line(run: Run, options: tuple[str, ...], code: int, words: str) -> None:
    done = run("mcp", *options, code=code)
    assert words in done.stderr and done.stderr.count("\n") == 1 and done.stdout == ""
