"""Executes a mutation whose root fields have keys: `mutation { savedSearchCreate(…) @idempotent(key: "…") { … } }`.

The first response for a key is stored for 24 hours. A repeated request receives its bytes, and changes nothing. Codes
and texts of refusals are those of Shopify's mutations that support the directive; those return them in userErrors, and
the mutations of this server have no such codes in their schema, so here they are errors of the field (our decision).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    print_ast,
    value_from_ast_untyped,
)

from abandoned_checkouts.shopify.execution.by_graphql_core import ExecutedDocument, run_by_graphql_core
from abandoned_checkouts.shopify.execution.introspect import used_in
from abandoned_checkouts.shopify.execution.plan.selection import Selected, Selections
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError
from abandoned_checkouts.shopify.language.document import Operation
from abandoned_checkouts.shopify.language.errors import ErrorEntry, texts
from abandoned_checkouts.shopify.language.errors.execution import Refusal, internal, translated
from abandoned_checkouts.shopify.permissions.scopes import Coordinate
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.store.tenants.idempotent_requests import (
    Claim,
    ClaimLostError,
    KeyConflict,
    claim_key,
    release_key,
    save_response,
)

LONGEST_KEY = 255
_CONFLICTS = {
    KeyConflict.OTHER_REQUEST: texts.IDEMPOTENCY_KEY_MISMATCH,
    KeyConflict.RUNNING: texts.IDEMPOTENCY_CONCURRENT,
    KeyConflict.NO_RESPONSE: texts.IDEMPOTENCY_PREVIOUS_FAILED,
}


def has_keys(operation: Operation) -> bool:
    """Whether a mutation may have a root field with a key."""
    if not operation.is_mutation:
        return False
    known: bool | None = operation.kept.get("has_keys")
    if known is None:
        known = operation.kept["has_keys"] = "@idempotent" in print_ast(operation.document)
    return known


@dataclass(slots=True)
class _Results:
    """The results of the root fields so far."""

    data: dict[str, Any] = field(default_factory=dict)
    errors: list[ErrorEntry] = field(default_factory=list)
    unexpected: list[BaseException] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Part:
    """One root field as an operation."""

    operation: Operation
    selected: Selected


async def run_with_keys(
    operation: Operation,
    request: Request,
    variables: Mapping[str, object],
    refused: Mapping[Coordinate, Refusal],
    request_id: str,
) -> ExecutedDocument:
    """Execute the root fields one after the other, as any mutation, each with its key or without one."""
    written = operation.as_written
    try:
        parts = _parts(written, variables)
    except UnplannedError:
        # A condition has no value: graphql-core reports it, and executes nothing.
        return await run_by_graphql_core(operation, request, variables, refused, request_id)
    results = _Results()
    for part in parts:
        keys = _keys(part, variables)
        if not keys or (written.schema.mutation_type.name, part.selected.name) in refused:  # type: ignore[union-attr]
            executed = await run_by_graphql_core(part.operation, request, variables, refused, request_id)
        else:
            executed = await _run_once(part, keys[0], request, variables, refused, request_id)
        repeated = [internal(request_id)] if results.unexpected else []
        results.data |= orjson.loads(executed.data)
        results.errors += [error for error in executed.errors if error not in repeated]
        results.unexpected += executed.unexpected
    counts = operation.cost.returned_in(results.data)
    return ExecutedDocument(orjson.dumps(results.data), results.errors, results.unexpected, counts)


async def _run_once(
    part: _Part,
    key: str,
    request: Request,
    variables: Mapping[str, object],
    refused: Mapping[Coordinate, Refusal],
    request_id: str,
) -> ExecutedDocument:
    if not key.strip():
        return _refused(part, Refusal(texts.IDEMPOTENCY_KEY_BLANK))
    if len(key) > LONGEST_KEY:
        return _refused(part, Refusal(texts.IDEMPOTENCY_KEY_TOO_LONG, length=len(key), limit=LONGEST_KEY))
    fingerprint = _fingerprint(part, variables, refused)
    async with request.begin() as connection:
        claim = await claim_key(connection, request.shop, request.access.app_id, key, fingerprint, request.now)
    if isinstance(claim, KeyConflict):
        return _refused(part, Refusal(_CONFLICTS[claim]))
    if isinstance(claim, str):
        stored = orjson.loads(claim)
        return ExecutedDocument(orjson.dumps({part.selected.key: stored["data"]}), stored["errors"], [], {})
    return await _execute(part, claim, request, variables, refused, request_id)


async def _execute(
    part: _Part,
    claim: Claim,
    request: Request,
    variables: Mapping[str, object],
    refused: Mapping[Coordinate, Refusal],
    request_id: str,
) -> ExecutedDocument:
    request.claim, request.is_executed = claim, False
    try:
        executed = await run_by_graphql_core(part.operation, request, variables, refused, request_id)
    finally:
        request.claim = None
    is_executed = request.is_executed
    if any(isinstance(problem, ClaimLostError) for problem in executed.unexpected):
        return _refused(part, Refusal(texts.IDEMPOTENCY_CONCURRENT))
    async with request.begin() as connection:
        if executed.unexpected:
            await release_key(connection, claim)
        elif is_executed:
            stored = {"data": orjson.loads(executed.data)[part.selected.key], "errors": executed.errors}
            await save_response(connection, claim, orjson.dumps(stored).decode())
        else:
            # The field was refused before it changed anything, for example because of a wrong id.
            await release_key(connection, claim)
    return executed


def _parts(operation: Operation, variables: Mapping[str, object]) -> list[_Part]:
    """The root fields that are not skipped, in the order of the response."""
    root = operation.schema.mutation_type
    assert root is not None
    truths = {name: value for name, value in variables.items() if isinstance(value, bool)}
    chosen = Selections(operation.schema, operation.document, truths).of(root, [operation.node.selection_set])
    fragments = [node for node in operation.document.definitions if isinstance(node, FragmentDefinitionNode)]
    parts = []
    for selected in chosen:
        node = OperationDefinitionNode(
            operation=operation.node.operation,
            name=operation.node.name,
            variable_definitions=operation.node.variable_definitions,
            directives=operation.node.directives,
            selection_set=SelectionSetNode(selections=selected.nodes),
            loc=operation.node.loc,
        )
        document = DocumentNode(definitions=(node, *fragments))
        part = replace(operation, node=node, document=document, kept={}, written=None)
        parts.append(_Part(part, selected))
    return parts


def _keys(part: _Part, variables: Mapping[str, object]) -> list[str]:
    """The keys of a root field: one, or none."""
    return [
        str(_values(directive, variables)["key"])
        for node in part.selected.nodes
        for directive in node.directives or ()
        if directive.name.value == "idempotent"
    ]


def _values(node: FieldNode | DirectiveNode, variables: Mapping[str, object]) -> dict[str, object]:
    """The arguments of a field or directive as JSON, without those that have no value."""
    values = {each.name.value: value_from_ast_untyped(each.value, dict(variables)) for each in node.arguments or ()}
    return {name: value for name, value in values.items() if value is not Undefined}


def _fingerprint(part: _Part, variables: Mapping[str, object], refused: Mapping[Coordinate, Refusal]) -> str:
    """The same for requests that would have the same response: equal arguments, selections, and rights to read."""
    nodes = part.selected.nodes
    selections = SelectionSetNode(selections=tuple(_body(node) for node in nodes))
    definitions = part.operation.document.definitions
    used = used_in(
        selections, {each.name.value: each for each in definitions if isinstance(each, FragmentDefinitionNode)}
    )
    content = [
        part.selected.name,
        [_values(node, variables) for node in nodes],
        [print_ast(selections), *map(print_ast, used.fragments)],
        {name: variables[name] for name in used.variables if name in variables},
        sorted(f"{type_name}.{name}" for type_name, name in refused),
    ]
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _body(node: FieldNode) -> FieldNode:
    """The field with its selections alone."""
    return FieldNode(name=node.name, arguments=(), directives=(), selection_set=node.selection_set)


def _refused(part: _Part, refusal: Refusal) -> ExecutedDocument:
    node = part.selected.nodes[0]
    error = GraphQLError(str(refusal), [node], path=[part.selected.key], original_error=refusal)
    entries, _ = translated([error], "")
    return ExecutedDocument(orjson.dumps({part.selected.key: None}), entries, [], {})
