"""Executes one operation: by its plan if there is one, otherwise by graphql-core, with the same result."""

from collections.abc import Mapping
from dataclasses import replace

import orjson
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    is_composite_type,
)

from abandoned_checkouts.checkouts.caches import cached
from abandoned_checkouts.shopify.execution.by_graphql_core import ExecutedDocument, run_by_graphql_core
from abandoned_checkouts.shopify.execution.idempotent import has_keys, run_with_keys
from abandoned_checkouts.shopify.execution.introspect import Introspected, Introspections, parts_of
from abandoned_checkouts.shopify.execution.plan import Plans, plans_of
from abandoned_checkouts.shopify.execution.plan.selection import Selections
from abandoned_checkouts.shopify.execution.plan.unplanned import UnplannedError
from abandoned_checkouts.shopify.language.document import Operation
from abandoned_checkouts.shopify.language.errors.execution import Refusal
from abandoned_checkouts.shopify.language.field_facts import fields_of
from abandoned_checkouts.shopify.permissions.scopes import Coordinate
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.store.reading.snapshots import Snapshots
from abandoned_checkouts.telemetry.spans import span

# Sets of refusals for which an operation keeps those that concern it.
_MOST_RIGHTS = 8


async def run(
    operation: Operation,
    request: Request,
    variables: Mapping[str, object],
    refusals: Mapping[Coordinate, Refusal],
    request_id: str,
    snapshots: Snapshots | None = None,
    executor: str = "plan",
    explain: bool = False,
    introspections: Introspections | None = None,
) -> ExecutedDocument:
    """Execute an operation. `refusals` are the fields that the caller may not read.

    Plans do not support refusals, so graphql-core executes an operation that selects such a field. Introspection is
    executed apart, in a thread.
    """
    parts = parts_of(operation)
    if parts is not None:
        introspected = await (introspections or Introspections()).answer(request.version, parts, variables)
        if introspected is None:
            return await run_by_graphql_core(operation, request, variables, refusals, request_id)
        if parts.others is None:
            return ExecutedDocument(_joined(operation, variables, introspected.fields), [], [], introspected.counts)
        others = await run(parts.others, request, variables, refusals, request_id, snapshots, executor, explain)
        return _with_introspection(operation, variables, introspected, others)
    refused = _refused(operation, refusals)
    if executor == "plan" and not refused and not operation.is_mutation:
        with span("plan"):
            answer = await _plans(operation).run(request, variables, snapshots, explain=explain)
        if answer is not None:
            request.search += answer.search
            return ExecutedDocument(answer.data, [], [], answer.returned(operation.cost), answer.explained, True)
    if has_keys(operation):
        return await run_with_keys(operation, request, variables, refused, request_id)
    return await run_by_graphql_core(operation, request, variables, refused, request_id)


def plans_for(operation: Operation, refusals: Mapping[Coordinate, Refusal]) -> Plans | None:
    """The plans that may answer an operation of a caller with these refusals. None if there are none, or if something
    else than a plan has a part in the answer."""
    is_planned = not operation.is_mutation and parts_of(operation) is None and not _refused(operation, refusals)
    return _plans(operation) if is_planned else None


def _refused(operation: Operation, refusals: Mapping[Coordinate, Refusal]) -> Mapping[Coordinate, Refusal]:
    """The refusals of fields that the operation selects. Callers with equal rights share their refusals."""
    if not refusals:
        return refusals
    kept: dict[int, tuple[object, dict[Coordinate, Refusal]]] = operation.kept.setdefault("refused", {})
    found = kept.get(id(refusals))
    if found is None or found[0] is not refusals:
        schema, selected = operation.schema, coordinates(operation)
        refused = {
            field: refusal
            for field, refusal in refusals.items()
            if not selected.isdisjoint(_coordinates_of(schema, *field))
        }
        if len(kept) >= _MOST_RIGHTS:
            kept.clear()
        # With the refusals, because another object can have the same identity after they are gone.
        found = kept[id(refusals)] = (refusals, refused)
    return found[1]


def _with_introspection(
    operation: Operation, variables: Mapping[str, object], introspected: Introspected, others: ExecutedDocument
) -> ExecutedDocument:
    """The result of the whole operation. `others` has its other root fields."""
    data = orjson.loads(others.data)
    if data is None:
        return others
    fields = {**introspected.fields, **{key: orjson.dumps(value) for key, value in data.items()}}
    return replace(
        others,
        data=_joined(operation, variables, fields),
        counts={**others.counts, **introspected.counts},
    )


def _joined(operation: Operation, variables: Mapping[str, object], fields: Mapping[str, bytes]) -> bytes:
    """The JSON object of the root fields, in the order of the operation."""
    root = operation.schema.query_type
    assert root is not None
    truths = {name: value for name, value in variables.items() if isinstance(value, bool)}
    try:
        selected = Selections(operation.schema, operation.document, truths).of(root, [operation.node.selection_set])
        keys = [each.key for each in selected]
    except UnplannedError:
        keys = list(fields)
    return b"{" + b",".join([orjson.dumps(key) + b":" + fields[key] for key in keys]) + b"}"


@cached(500)
def _coordinates_of(schema: GraphQLSchema, type_name: str, field: str) -> tuple[Coordinate, ...]:
    """Where a field can be selected: on its type, and on the interfaces of its type."""
    type_ = schema.get_type(type_name)
    interfaces = type_.interfaces if isinstance(type_, GraphQLObjectType) else ()
    return (type_name, field), *((each.name, field) for each in interfaces)


def _plans(operation: Operation) -> Plans:
    plans: Plans | None = operation.kept.get("plans")
    if plans is None:
        plans = operation.kept["plans"] = plans_of(operation.schema, operation.document, operation.node)
    return plans


def coordinates(operation: Operation) -> frozenset[Coordinate]:
    """The type and name of every field selected in the operation's document; computed once per operation."""
    if operation.selected is not None:
        return operation.selected.coordinates
    kept: frozenset[Coordinate] | None = operation.kept.get("coordinates")
    if kept is None:
        found: set[Coordinate] = set()
        schema = operation.schema
        for node in operation.document.definitions:
            if isinstance(node, OperationDefinitionNode):
                _add_coordinates(schema, schema.get_root_type(node.operation), node.selection_set, found)
            elif isinstance(node, FragmentDefinitionNode):
                condition = schema.get_type(node.type_condition.name.value)
                _add_coordinates(schema, condition, node.selection_set, found)
        kept = operation.kept["coordinates"] = frozenset(found)
    return kept


def _add_coordinates(
    schema: GraphQLSchema, parent: GraphQLNamedType | None, selections: SelectionSetNode, found: set[Coordinate]
) -> None:
    if not is_composite_type(parent):
        return
    type_name, fields = parent.name, fields_of(schema, parent)
    for node in selections.selections:
        if isinstance(node, FieldNode):
            name = node.name.value
            found.add((type_name, name))
            if node.selection_set is not None:
                facts = fields.get(name)
                _add_coordinates(schema, None if facts is None else facts.below, node.selection_set, found)
        elif isinstance(node, InlineFragmentNode):
            condition = node.type_condition
            inner = parent if condition is None else schema.get_type(condition.name.value)
            _add_coordinates(schema, inner, node.selection_set, found)
