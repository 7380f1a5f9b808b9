"""Validates bulk queries, with Shopify's error messages (recorded)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any
from weakref import WeakSet

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_argument_values,
    get_named_type,
    get_variable_values,
    parse,
)

from abandoned_checkouts.shopify.bulk.rules import user_errors
from abandoned_checkouts.shopify.language.cost.rule import is_connection
from abandoned_checkouts.shopify.language.document import Document, Operation
from abandoned_checkouts.shopify.language.document_cache import Documents
from abandoned_checkouts.shopify.language.errors.user_errors import MutationError
from abandoned_checkouts.shopify.language.introspection import introspection_over_limit

LARGEST = 65_535
# Shopify, since 2026-01: the number of operations of an app on a shop that can run or wait at the same time.
MOST_AT_ONCE = 5
MOST_CONNECTIONS = 5
DEEPEST = 2

# Protects the cache of documents: runs parse their queries again in other threads.
_PARSING = Lock()
_CACHES: WeakSet[Documents] = WeakSet()


def query_errors(schema: GraphQLSchema, text: str) -> list[MutationError]:
    """The errors of the query; empty if it can run."""
    size = len(text.encode())
    if size > LARGEST:
        return [user_errors.TOO_LARGE.error(size=size, largest=LARGEST)]
    operation = parse_query(schema, text)
    if isinstance(operation, str):
        if _has_no_query(schema, text):
            return [user_errors.NO_QUERY.error()]
        return [user_errors.UNREADABLE.error(reason=operation)]
    if operation.node.operation is not OperationType.QUERY:
        return [user_errors.NO_QUERY.error()]
    # A bulk operation has no variable values, so required variables are missing.
    missing = operation.variables.check({})
    if missing:
        return [user_errors.UNREADABLE.error(reason=_without_location(str(missing[0]["message"])))]
    too_large = introspection_over_limit(operation, operation.variables.values({}))
    if too_large:
        return [user_errors.UNREADABLE.error(reason=str(too_large[0]["message"]))]
    return list(_Validator(operation).errors())


def parse_query(schema: GraphQLSchema, text: str) -> Operation | str:
    """The operation to run, or the first error message."""
    document = _document(schema, text)
    if document.errors:
        return _without_location(str(document.errors[0]["message"]))
    operation = document.operation()
    return operation if isinstance(operation, Operation) else str(operation[0]["message"])


def arguments_at_root(operation: Operation, name: str) -> Iterator[dict[str, Any]]:
    """The arguments of each field of this name at the root of a valid query, also in fragments."""
    schema, root = operation.schema, operation.schema.query_type
    assert root is not None
    variables = get_variable_values(schema, operation.node.variable_definitions or (), {})
    # A valid query has no required variables.
    assert not isinstance(variables, list)
    definition = schema.get_field(root, name)
    for node in _Validator(operation).fields(operation.node.selection_set):
        if node.name.value == name and definition is not None:
            yield get_argument_values(definition, node, variables)


def _has_no_query(schema: GraphQLSchema, text: str) -> bool:
    """Whether an invalid document contains only mutations or subscriptions; this error has priority."""
    if _document(schema, text).names is None:
        return False
    kinds = {node.operation for node in parse(text).definitions if isinstance(node, OperationDefinitionNode)}
    return bool(kinds) and OperationType.QUERY not in kinds


def _without_location(message: str) -> str:
    return message.partition(" at [")[0]


def _document(schema: GraphQLSchema, text: str) -> Document:
    with _PARSING:
        return _documents(schema).read(text)


@lru_cache(maxsize=8)
def _documents(schema: GraphQLSchema) -> Documents:
    documents = Documents(schema, size=64, max_bytes=2 * 2**20)
    _CACHES.add(documents)
    return documents


def cached_queries_bytes() -> int:
    """About how many bytes the cached bulk queries of all versions take."""
    return sum(documents.bytes for documents in _CACHES)


@dataclass(slots=True)
class _Validator:
    """Walks a query once and collects its connections."""

    operation: Operation
    connections: int = 0
    deepest: int = 0
    without_edges: list[str] = field(default_factory=list)
    without_id: list[str] = field(default_factory=list)
    in_list: bool = False
    top_node: list[str] = field(default_factory=list)

    def errors(self) -> Iterator[MutationError]:
        root = self.operation.schema.query_type
        assert root is not None
        for node in self.fields(self.operation.node.selection_set):
            if node.name.value in ("node", "nodes"):
                self.top_node.append(node.name.value)
        self._walk(root, self.operation.node.selection_set, 0, None, False)
        for name in dict.fromkeys(self.top_node):
            yield user_errors.TOP_LEVEL_NODE.error(name=name)
        if self.connections == 0:
            yield user_errors.NO_CONNECTION.error()
        if self.connections > MOST_CONNECTIONS:
            yield user_errors.TOO_MANY_CONNECTIONS.error(most=MOST_CONNECTIONS)
        if self.deepest > DEEPEST:
            yield user_errors.TOO_DEEP.error(deepest=DEEPEST)
        if self.without_edges:
            names = ", ".join(f"'{name}'" for name in dict.fromkeys(self.without_edges))
            yield user_errors.NO_EDGES.error(example=self.without_edges[0], named=names)
        if self.without_id:
            yield user_errors.NO_ID.error(named=", ".join(dict.fromkeys(self.without_id)))
        if self.in_list:
            yield user_errors.IN_LIST.error()

    def _walk(
        self, parent: GraphQLNamedType, selections: SelectionSetNode | None, depth: int, owner: str | None, listed: bool
    ) -> None:
        """`depth` is the number of connections around these selections. `owner` is the innermost of them, if its node
        selects no id."""
        for node, type_ in self._typed(parent, selections):
            named = get_named_type(type_)
            if not is_connection(named):
                self._walk(named, node.selection_set, depth, owner, listed or _is_list(type_))
                continue
            self.connections += 1
            self.deepest = max(self.deepest, depth)
            self.in_list |= listed
            if owner is not None:
                self.without_id.append(owner)
            self._walk_connection(named, node, depth + 1)

    def _walk_connection(self, connection: GraphQLNamedType, node: FieldNode, depth: int) -> None:
        name = node.name.value
        items = [
            (inner, kind)
            for edges, edge in self._typed(connection, node.selection_set)
            if edges.name.value == "edges"
            for inner, kind in self._typed(get_named_type(edge), edges.selection_set)
            if inner.name.value == "node"
        ]
        selects_nodes = any(each.name.value == "nodes" for each in self.fields(node.selection_set))
        if selects_nodes or not items:
            self.without_edges.append(name)
        for inner, kind in items:
            has_id = any(each.name.value == "id" and each.alias is None for each in self.fields(inner.selection_set))
            self._walk(get_named_type(kind), inner.selection_set, depth, None if has_id else name, False)

    def _typed(
        self, parent: GraphQLNamedType, selections: SelectionSetNode | None
    ) -> Iterator[tuple[FieldNode, GraphQLOutputType]]:
        """The fields selected on a type, also in fragments, each with its return type."""
        schema = self.operation.schema
        for selection in selections.selections if selections else ():
            if isinstance(selection, FieldNode):
                definition = schema.get_field(parent, selection.name.value)  # type: ignore[arg-type]
                if definition is not None and not selection.name.value.startswith("__"):
                    yield selection, definition.type
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                inner = schema.get_type(condition.name.value) if condition else parent
                yield from self._typed(inner or parent, selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self._fragment(selection.name.value)
                inner = schema.get_type(fragment.type_condition.name.value)
                yield from self._typed(inner or parent, fragment.selection_set)

    def fields(self, selections: SelectionSetNode | None) -> Iterator[FieldNode]:
        """The fields of a selection, also in fragments."""
        for selection in selections.selections if selections else ():
            if isinstance(selection, FieldNode):
                yield selection
            elif isinstance(selection, InlineFragmentNode):
                yield from self.fields(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode):
                yield from self.fields(self._fragment(selection.name.value).selection_set)

    def _fragment(self, name: str) -> Any:
        return next(
            each
            for each in self.operation.document.definitions
            if isinstance(each, FragmentDefinitionNode) and each.name.value == name
        )


def _is_list(type_: GraphQLOutputType) -> bool:
    inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    return isinstance(inner, GraphQLList)
