"""Lines by graphql-core and the resolvers of the types, whatever the query: what every plan must equal."""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    execute,
    get_named_type,
)

from abandoned_checkouts.shopify.bulk.runs.expand import MARK, Expanding
from abandoned_checkouts.shopify.bulk.runs.line_suffix import FIRST_LIST, suffix_below, with_suffix
from abandoned_checkouts.shopify.execution.plan.objects import source_of
from abandoned_checkouts.shopify.execution.plan.selection import Selected
from abandoned_checkouts.shopify.language.cost.rule import is_connection
from abandoned_checkouts.shopify.language.document import Operation
from abandoned_checkouts.shopify.language.errors.execution import translated
from abandoned_checkouts.shopify.schema.resolving.connection import LARGEST_PAGE
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.resolving.sources import RootList


class FailedError(Exception):
    """The query is answered with errors; `code` is a BulkOperationErrorCode."""

    def __init__(self, code: str, message: str, causes: list[BaseException] | None = None) -> None:
        super().__init__(message)
        self.code = code
        # What nobody meant to raise, for the log.
        self.causes = causes or []


async def lines_of_root(
    operation: Operation, request: Request, expanding: Expanding, selected: Selected, variables: Mapping[str, object]
) -> AsyncIterator[tuple[list[str], int]]:
    """The lines of a field of the root, and how many of them are of its first lists; under WHOLE_LISTS.

    Raises FailedError.
    """
    root: object = operation.schema.query_type
    (node, *more) = selected.nodes
    # Equal keys have equal arguments, so the selections of all can be put together.
    merged = [selection for each in (node, *more) if each.selection_set for selection in each.selection_set.selections]
    field = FieldNode(
        name=node.name,
        alias=node.alias,
        arguments=node.arguments,
        directives=(),
        selection_set=SelectionSetNode(selections=tuple(merged)),
    )
    if not (is_connection(get_named_type(selected.field.type)) and isinstance(source_of(selected.field), RootList)):
        yield _lines(await _answer(operation, request, expanding.whole(root, field), variables))
        return
    after = None
    while True:
        answer = await _answer(operation, request, expanding.whole(root, field, LARGEST_PAGE, after), variables)
        (page,) = answer.values()
        yield _lines(answer)
        request.forget()
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


async def _answer(operation: Operation, request: Request, field: FieldNode, variables: Mapping[str, object]) -> Any:
    small = OperationDefinitionNode(
        operation=OperationType.QUERY,
        variable_definitions=operation.node.variable_definitions,
        directives=(),
        selection_set=SelectionSetNode(selections=(field,)),
    )
    document = DocumentNode(definitions=(small,))
    running = execute(operation.schema, document, context_value=request, variable_values=dict(variables))
    result = running if isinstance(running, ExecutionResult) else await running
    if result.errors or result.data is None:
        entries, unexpected = translated(result.errors or (), "bulk")
        denied = any(entry.get("extensions", {}).get("code") == "ACCESS_DENIED" for entry in entries)
        code = "ACCESS_DENIED" if denied else "INTERNAL_SERVER_ERROR"
        raise FailedError(code, "; ".join(str(entry["message"]) for entry in entries), unexpected)
    return result.data


def _lines(answer: Mapping[str, object]) -> tuple[list[str], int]:
    count = sum(len(connection["edges"]) for connection in _parted(answer)[1])
    return list(lines_in(answer, FIRST_LIST)), count


def lines_in(value: object, suffix: str) -> Iterator[str]:
    """The lines of all lists in a value of an answer with whole lists. Each line of theirs gets the suffix;
    lines nested in those name their own parents."""
    for connection in _parted(value)[1]:
        for edge in connection["edges"]:
            node = edge["node"]
            own, lists = _parted(node)
            yield with_suffix(orjson.dumps(own).decode(), suffix)
            if lists:
                below = suffix_below(orjson.dumps(node["id"]).decode())
                for each in lists:
                    yield from lines_in({MARK: each}, below)


def _parted(value: object) -> tuple[object, list[Any]]:
    """A value without its lists, and these."""
    if not isinstance(value, Mapping):
        return value, []
    own: dict[str, object] = {}
    lists: list[object] = []
    for key, each in value.items():
        if key.startswith(MARK):
            lists.append(each)
        else:
            own[key], inner = _parted(each)
            lists += inner
    return own, lists
