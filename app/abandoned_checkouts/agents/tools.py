"""A tool that says clearly what is wrong with a call, and returns short JSON."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.server.mcpserver.tools import Tool
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import ValidationError

from abandoned_checkouts.agents.calls import CallError
from abandoned_checkouts.agents.sizes import shortened

READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
CHANGES = ToolAnnotations(read_only_hint=False, open_world_hint=False)
_LONGEST_VALUE = 100

Answer = dict[str, Any]
Function = Callable[..., Awaitable[Answer | str]]


class CheckedTool(Tool):
    """Refuses unknown arguments. Its errors have no names of libraries and do not repeat long input."""

    async def run(self, arguments: dict[str, Any], context: Any, convert_result: bool = False) -> Any:
        """The result of the tool. Raises ToolError with a message for the agent."""
        known = list(self.parameters.get("properties", {}))
        for name in arguments:
            if name not in known:
                listed = ", ".join(known) or "none"
                raise ToolError(f'"{name[:_LONGEST_VALUE]}" is not an argument of {self.name}. Arguments: {listed}.')
        try:
            validated = self.fn_metadata.validate_arguments(arguments)
        except ValidationError as problem:
            raise ToolError(" ".join(map(_sentence, problem.errors()))) from None
        try:
            answer = await self.fn(**validated, context=context)
        except CallError as refused:
            raise ToolError(str(refused)) from None
        except Exception as problem:
            # The library logs it; its text can have data that the caller may not see.
            raise UnexpectedToolError(f"Internal error in {self.name}. The log of the server says more.") from problem
        return _result(answer)


def tool(function: Function, annotations: ToolAnnotations) -> Tool:
    """The tool of a function, with its name, docstring and parameters."""
    is_structured = function.__annotations__["return"] is not str
    made = CheckedTool.from_function(function, annotations=annotations, structured_output=is_structured)
    made.parameters["additionalProperties"] = False
    return made


def _sentence(error: Mapping[str, Any]) -> str:
    """A problem with an argument: where, what, and the value if it is short."""
    where = ".".join(map(str, error["loc"])) or "arguments"
    if error["type"] == "missing":
        return f'"{where}" is missing.'
    value = repr(error.get("input"))
    shown = f" It is {value}." if len(value) <= _LONGEST_VALUE else ""
    return f'"{where}": {error["msg"]}.{shown}'


def _result(answer: Answer | str) -> CallToolResult:
    """The result as compact JSON. The protocol asks for the text beside structured content, for older clients."""
    if isinstance(answer, str):
        return CallToolResult(content=[TextContent(type="text", text=answer)])
    short = shortened(answer)
    text = TextContent(type="text", text=orjson.dumps(short).decode())
    return CallToolResult(content=[text], structured_content=short)
