"""Execution by graphql-core and resolvers: for mutations, refused fields, and everything that has no plan."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import orjson
from graphql import ExecutionResult, GraphQLResolveInfo, execute

from abandoned_checkouts.shopify.language.cost.actual import ReturnedCounts
from abandoned_checkouts.shopify.language.document import Operation
from abandoned_checkouts.shopify.language.errors import ErrorEntry
from abandoned_checkouts.shopify.language.errors.execution import Refusal, translated
from abandoned_checkouts.shopify.permissions.scopes import Coordinate
from abandoned_checkouts.shopify.schema.resolving.request import Request


@dataclass(slots=True)
class ExecutedDocument:
    """`data` is the response's data as JSON. `unexpected` has unexpected exceptions, for the log.

    `counts` has the number of rows and objects at each path, from which the actual cost is computed. `plan` explains
    how the plan ran, if that was requested. `is_planned`: a plan answered everything.
    """

    data: bytes
    errors: list[ErrorEntry]
    unexpected: list[BaseException]
    counts: ReturnedCounts
    plan: dict[str, object] | None = None
    is_planned: bool = False


async def run_by_graphql_core(
    operation: Operation,
    request: Request,
    variables: Mapping[str, object],
    refused: Mapping[Coordinate, Refusal],
    request_id: str,
) -> ExecutedDocument:
    """Execute an operation by graphql-core and resolvers. The result of every plan must equal this one."""
    operation = operation.as_written

    def guard(
        resolver: Callable[..., object], root: object, info: GraphQLResolveInfo[object], **arguments: object
    ) -> object:
        refusal = refused.get((info.parent_type.name, info.field_name))
        if refusal is not None:
            # The exception is shared by many requests. Without this, its traceback would grow each time.
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
    result = running if isinstance(running, ExecutionResult) else await running
    if result.data and len(request.search) > 1:
        # Fields add their entries when they are done. The response has them in the order of its fields.
        request.search.sort(key=partial(_place, [*result.data]))
    errors, unexpected = translated(result.errors or (), request_id)
    return ExecutedDocument(orjson.dumps(result.data), errors, unexpected, operation.cost.returned_in(result.data))


def _place(keys: Sequence[str], entry: Mapping[str, object]) -> int:
    """The place of the root field that added an entry to extensions.search. `keys` are those of the response."""
    path = entry["path"]
    assert isinstance(path, list)
    return keys.index(path[0])
