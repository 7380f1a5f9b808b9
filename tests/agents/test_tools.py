"""What a tool says about a wrong call, and how it returns results."""

from typing import Annotated, Any

import orjson
import pytest
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from abandoned_checkouts.agents.calls import CallError
from abandoned_checkouts.agents.tools import READS, tool


async def look(context: Context[Any, Any], text: str, number: Annotated[int, Field(ge=1, le=9)] = 1) -> dict[str, Any]:
    """Look."""
    if text == "refused":
        raise CallError("Refused.")
    if text == "broken":
        raise RuntimeError("a secret")
    return {"text": text * number}


async def read(context: Context[Any, Any]) -> str:
    """Read."""
    return "# Page"


async def called(**arguments: Any) -> Any:
    return await tool(look, READS).run(arguments, None, convert_result=True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"q": "x"}, '"q" is not an argument of look. Arguments: text, number.'),
        ({}, '"text" is missing.'),
        ({"text": "x", "number": 10}, '"number": Input should be less than or equal to 9. It is 10.'),
        ({"text": ["x" * 9000]}, '"text": Input should be a valid string.'),
        ({"text": "refused"}, "Refused."),
        ({"text": "broken"}, "Internal error in look. The log of the server says more."),
    ],
)
async def test_a_wrong_call_gets_one_short_message(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ToolError) as refused:
        await called(**arguments)
    assert str(refused.value) == message


async def test_the_text_of_a_result_is_compact_json() -> None:
    result = await called(text="x", number=2)
    assert result.content[0].text == '{"text":"xx"}' and result.structured_content == {"text": "xx"}


async def test_a_long_result_is_shortened() -> None:
    result = await called(text="x" * 9_000, number=9)
    assert result.structured_content["left_out"] and len(result.content[0].text) < 60_000
    assert orjson.loads(result.content[0].text) == result.structured_content


async def test_a_text_is_returned_as_it_is() -> None:
    made = tool(read, READS)
    assert made.output_schema is None
    assert (await made.run({}, None, convert_result=True)).content[0].text == "# Page"


def test_the_schema_allows_no_other_arguments() -> None:
    assert tool(look, READS).parameters["additionalProperties"] is False
