"""Lines by graphql-core and resolvers, for every query. The lines of a plan must equal these."""

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

from abandoned_checkouts.shopify.bulk.runs.line_selections import MARK, LineSelections
from abandoned_checkouts.shopify.bulk.runs.line_suffix import ROOT_LIST, suffix_below, with_suffix
from abandoned_checkouts.shopify.execution.plan.field_sources import source_of
from abandoned_checkouts.shopify.execution.plan.selection import Selected
from abandoned_checkouts.shopify.language.cost.rule import is_connection
from abandoned_checkouts.shopify.language.document import Operation
from abandoned_checkouts.shopify.language.errors.execution import translated
from abandoned_checkouts.shopify.schema.resolving.connection import LARGEST_PAGE
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.resolving.sources import RootList


class FailedError(Exception):
    """The query fails; `code` is a BulkOperationErrorCode."""

    def __init__(self, code: str, message: str, causes: list[BaseException] | None = None) -> None:
        super().__init__(message)
        self.code = code
        # Unexpected exceptions, for the log.
        self.causes = causes or []


async def lines_of_root(
    operation: Operation,
    request: Request,
    line_selections: LineSelections,
    selected: Selected,
    variables: Mapping[str, object],
) -> AsyncIterator[tuple[list[str], int]]:
    """The lines of a root field, and the number of them that are in root lists. Needs WHOLE_LISTS to be set.

    Raises FailedError.
    """
    root: object = operation.schema.query_type
    (node, *more) = selected.nodes
    # Equal keys have equal arguments, so their selections can be merged.
    merged = [selection for each in (node, *more) if each.selection_set for selection in each.selection_set.selections]
    field = FieldNode(
        name=node.name,
        alias=node.alias,
        arguments=node.arguments,
        directives=(),
        selection_set=SelectionSetNode(selections=tuple(merged)),
    )
    if not (is_connection(get_named_type(selected.field.type)) and isinstance(source_of(selected.field), RootList)):
        yield _lines(await _answer(operation, request, line_selections.whole(root, field), variables))
        return
    after = None
    while True:
        answer = await _answer(operation, request, line_selections.whole(root, field, LARGEST_PAGE, after), variables)
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
    return list(lines_in(answer, ROOT_LIST)), count


def lines_in(value: object, suffix: str) -> Iterator[str]:
    """The lines of all lists in a response value with whole lists.

    Each line of these lists gets the suffix. The lines nested in them get their parents' suffixes.
    """
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
    """A value without its lists, and the lists."""
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
