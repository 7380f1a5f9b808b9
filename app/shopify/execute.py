"""Running one operation: by its plan where there is one, by graphql-core otherwise, with the same answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import ExecutionResult, FieldNode, GraphQLResolveInfo, TypeInfo, TypeInfoVisitor, Visitor, execute, visit

from app.shopify.access import Coordinate
from app.shopify.document import Operation
from app.shopify.errors import Entry
from app.shopify.errors.execution import Refusal, translated
from app.shopify.request import Request


@dataclass(slots=True)
class Outcome:
    """`data` is the text of the JSON value; `unexpected` is what nobody meant to raise, for the log.

    `value` is the same unwritten, where graphql-core made it: the actual cost is counted from it.
    """

    data: bytes
    errors: list[Entry]
    unexpected: list[BaseException]
    value: Mapping[str, Any] | None = None


async def run(
    operation: Operation,
    request: Request,
    variables: Mapping[str, Any],
    refusals: Mapping[Coordinate, Refusal],
    request_id: str,
) -> Outcome:
    """The answer to an operation. `refusals` are the fields that the caller may not read."""
    named = coordinates(operation)
    refused = {place: refusal for place, refusal in refusals.items() if place in named or ("Node", place[1]) in named}
    return await run_ordinarily(operation, request, variables, refused, request_id)


async def run_ordinarily(
    operation: Operation,
    request: Request,
    variables: Mapping[str, Any],
    refused: Mapping[Coordinate, Refusal],
    request_id: str,
) -> Outcome:
    """The answer by graphql-core and the resolvers of the types: what every plan must equal."""

    def guard(resolver: Any, root: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        refusal = refused.get((info.parent_type.name, info.field_name))
        if refusal is not None:
            # The same refusal answers many requests: without its last traceback, which would grow each time.
            raise refusal.with_traceback(None)
        return resolver(root, info, **arguments)

    running = execute(
        operation.schema,
        operation.document,
        context_value=request,
        variable_values=dict(variables),
        operation_name=operation.name,
        middleware=[guard] if refused else None,
    )
    result = running if isinstance(running, ExecutionResult) else await running  # type: ignore[misc]
    errors, unexpected = translated(result.errors or (), request_id)
    return Outcome(orjson.dumps(result.data), errors, unexpected, result.data)


def coordinates(operation: Operation) -> frozenset[Coordinate]:
    """Every field that the operation's document names, by the type it names it on; found once and kept."""
    kept: frozenset[Coordinate] | None = operation.kept.get("coordinates")
    if kept is None:
        found: set[Coordinate] = set()
        type_info = TypeInfo(operation.schema)

        class Collect(Visitor):
            def enter_field(self, node: FieldNode, *_: Any) -> None:
                parent = type_info.get_parent_type()
                if parent is not None:
                    found.add((parent.name, node.name.value))

        visit(operation.document, TypeInfoVisitor(type_info, Collect()))
        kept = operation.kept["coordinates"] = frozenset(found)
    return kept
