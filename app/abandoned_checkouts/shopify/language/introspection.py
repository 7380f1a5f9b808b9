"""The size of an introspection, computed from the schema before the query runs.

Introspection fields can be nested without end (`types { fields { type { fields … } } }`), cost almost no points, and
read no database, so they have their own limits. The estimate counts the fields of the response. It counts fields that
@skip removes and deprecated ones, and fields that merge with others twice: it is never smaller than the response.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLDirective,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    SelectionSetNode,
    StringValueNode,
    VariableNode,
    is_wrapping_type,
)

from abandoned_checkouts.shopify.language.document import Operation
from abandoned_checkouts.shopify.language.errors import ErrorEntry, entry, texts

__all__ = ["INTROSPECTION_FIELDS", "MAX_BUDGET", "MAX_TYPES", "introspection_over_limit", "introspection_size"]

INTROSPECTION_FIELDS = frozenset({"__schema", "__type"})

# graphql-js's own query with all options returns 15,400 fields of the present schema, in about 60 ms.
MAX_BUDGET = 40_000
MAX_TYPES = 20

# Elements of the schema by identity, each with the number of times that the response contains it.
_Elements: TypeAlias = dict[int, tuple[object, int]]


def introspection_over_limit(operation: Operation, variables: Mapping[str, object]) -> tuple[ErrorEntry, ...]:
    """The error for an introspection that is too large; empty if the operation may run.

    `variables` have their defaults.
    """
    roots: tuple[FieldNode, ...] | None = operation.kept.get("introspections")
    if roots is None:
        roots = operation.kept["introspections"] = tuple(_roots(operation))
    if not roots:
        return ()
    refused = _refused(operation, roots, variables)
    if refused and operation.written is not None:
        return introspection_over_limit(operation.as_written, variables)
    return refused


def _refused(
    operation: Operation, roots: tuple[FieldNode, ...], variables: Mapping[str, object]
) -> tuple[ErrorEntry, ...]:
    keys: dict[str, dict[str, FieldNode]] = {"__schema": {}, "__type": {}}
    for node in roots:
        keys[node.name.value].setdefault(node.alias.value if node.alias else node.name.value, node)
    if len(keys["__schema"]) > 1:
        return (entry(texts.INTROSPECTION_TWICE, list(keys["__schema"].values())[1]),)
    if len(keys["__type"]) > MAX_TYPES:
        return (entry(texts.TOO_MANY_INTROSPECTED_TYPES, list(keys["__type"].values())[MAX_TYPES], limit=MAX_TYPES),)
    names = tuple([_type_name(node, variables) for node in roots])
    measured: dict[tuple[object, ...], bool] = operation.kept.setdefault("introspection_fits", {})
    if names not in measured:
        if len(measured) >= 32:
            measured.clear()
        measured[names] = introspection_size(operation, roots, names) <= MAX_BUDGET
    return () if measured[names] else (entry(texts.INTROSPECTION_TOO_LARGE, roots[0], limit=MAX_BUDGET),)


def introspection_size(operation: Operation, roots: Iterable[FieldNode], names: Iterable[object]) -> int:
    """The number of fields in the response below the root fields `roots`; MAX_BUDGET + 1 if there are more.

    `names` are the types that they ask for, None for `__schema`.
    """
    counter = _Counter(operation)
    try:
        for node, name in zip(roots, names, strict=True):
            root: object = operation.schema
            if node.name.value == "__type":
                root = operation.schema.get_type(name) if isinstance(name, str) else None
            counter.add(1)
            if root is not None and node.selection_set is not None:
                counter.selections(node.selection_set, {id(root): (root, 1)})
    except _OverBudgetError:
        return MAX_BUDGET + 1
    return counter.fields


def introspections(operation: Operation) -> tuple[FieldNode, ...]:
    """The introspection fields at the root of an operation, in the order of the document."""
    return tuple(_roots(operation))


def _roots(operation: Operation) -> Iterator[FieldNode]:
    fragments = _fragments(operation)
    spread: set[str] = set()

    def within(selections: SelectionSetNode) -> Iterator[FieldNode]:
        for node in selections.selections:
            if isinstance(node, FieldNode):
                if node.name.value in INTROSPECTION_FIELDS:
                    yield node
            elif isinstance(node, InlineFragmentNode):
                yield from within(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                yield from within(fragments[node.name.value].selection_set)

    return within(operation.node.selection_set)


def _fragments(operation: Operation) -> dict[str, FragmentDefinitionNode]:
    return {
        node.name.value: node for node in operation.document.definitions if isinstance(node, FragmentDefinitionNode)
    }


def _type_name(node: FieldNode, variables: Mapping[str, object]) -> object:
    value = next((each.value for each in node.arguments or () if each.name.value == "name"), None)
    if isinstance(value, VariableNode):
        return variables.get(value.name.value)
    return value.value if isinstance(value, StringValueNode) else None


class _OverBudgetError(Exception):
    pass


class _Counter:
    """Counts the fields of a response. Equal elements are visited once, so the work is less than the count."""

    def __init__(self, operation: Operation) -> None:
        self._schema = operation.schema
        self._fragments = _fragments(operation)
        self.fields = 0

    def add(self, count: int) -> None:
        self.fields += count
        if self.fields > MAX_BUDGET:
            raise _OverBudgetError

    def selections(self, selections: SelectionSetNode, elements: _Elements) -> None:
        count = sum(times for _, times in elements.values())
        for node in selections.selections:
            if isinstance(node, FieldNode):
                self.add(count)
                if node.selection_set is not None:
                    below = self._below(node.name.value, elements)
                    if below:
                        self.selections(node.selection_set, below)
                elif node.name.value == "locations":
                    # A list of leaves.
                    self.add(8 * count)
            elif isinstance(node, InlineFragmentNode):
                self.selections(node.selection_set, elements)
            elif isinstance(node, FragmentSpreadNode):
                self.selections(self._fragments[node.name.value].selection_set, elements)

    def _below(self, name: str, elements: _Elements) -> _Elements:
        below: _Elements = {}
        for element, times in elements.values():
            for each in _elements(self._schema, element, name):
                present = below.get(id(each))
                below[id(each)] = (each, times + (present[1] if present else 0))
        return below


def _elements(schema: GraphQLSchema, element: object, name: str) -> Iterable[object]:
    """The elements of the schema that an introspection field of one element returns."""
    found: Iterable[object] = ()
    match name, element:
        case "types", GraphQLSchema():
            found = element.type_map.values()
        case "directives", GraphQLSchema():
            found = element.directives
        case "queryType" | "mutationType" | "subscriptionType", GraphQLSchema():
            root = {"q": element.query_type, "m": element.mutation_type, "s": element.subscription_type}[name[0]]
            found = () if root is None else (root,)
        case "fields", GraphQLObjectType() | GraphQLInterfaceType():
            found = element.fields.values()
        case "interfaces", GraphQLObjectType() | GraphQLInterfaceType():
            found = element.interfaces
        case "possibleTypes", GraphQLInterfaceType() | GraphQLUnionType():
            found = schema.get_possible_types(element)
        case "enumValues", GraphQLEnumType():
            found = element.values.values()
        case "inputFields", GraphQLInputObjectType():
            found = element.fields.values()
        case "args", GraphQLField() | GraphQLDirective():
            found = element.args.values()
        case "type", GraphQLField() | GraphQLArgument() | GraphQLInputField():
            found = (element.type,)
        case "ofType", _ if is_wrapping_type(element):
            found = (element.of_type,)
    return found
