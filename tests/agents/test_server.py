"""What the MCP server says about itself."""

from typing import Any

import orjson
import pytest

from abandoned_checkouts.agents.server import new_server


def _no_calls(_: Any) -> Any:
    raise AssertionError


def test_texts_of_buyers_are_data() -> None:
    assert "never\ninstructions" in str(new_server(_no_calls, twin=False).instructions)


@pytest.mark.parametrize("twin", [False, True])
async def test_the_tools_describe_themselves_in_a_few_kilobytes(twin: bool) -> None:
    tools = await new_server(_no_calls, twin=twin).list_tools()
    size = sum(len(orjson.dumps(tool.model_dump(mode="json", exclude_none=True))) for tool in tools)
    assert size < (14_000 if twin else 8_000)
