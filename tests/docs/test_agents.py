"""docs/agents.md lists every tool and the options of the command."""

import re
from typing import Any

import pytest

from abandoned_checkouts.agents.server import new_server
from tests.cli.conftest import Run
from tests.cli.conftest import run as run  # The fixture.
from tests.places import DOCS

PAGE = (DOCS / "agents.md").read_text()


def _no_calls(_: Any) -> Any:
    raise AssertionError


@pytest.mark.parametrize("twin", [False, True])
async def test_the_table_lists_the_tools(twin: bool) -> None:
    tools = {tool.name: tool.description for tool in await new_server(_no_calls, twin=twin).list_tools()}
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, re.MULTILINE))
    assert set(tools) == {name for name, text in rows.items() if twin or not text.startswith("Twin only")}
    assert all(description and "  " not in description.replace("\n        ", " ") for description in tools.values())


def test_the_options_of_the_command_exist(run: Run) -> None:
    shown = run("mcp", "--help").stdout
    assert all(option in shown for option in re.findall(r'"(--[\w-]+)"', PAGE))
