"""Splits a bulk query's selections into lines: the fields of a line, and the lists that are nested in it.

Named fragments become inline fragments. Of a connection only the selections in `edges { node }` count; cursors, page
info and the arguments `first`, `last`, `after` and `before` are ignored. (Shopify: bulk operations.)
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    NameNode,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    get_named_type,
    is_composite_type,
)

from abandoned_checkouts.shopify.execution.plan.selection import Selected, Selections
from abandoned_checkouts.shopify.language.cost.rule import is_connection

# The prefix of a list's key in a response with whole lists. Names in documents cannot contain it.
MARK = ":"
_WINDOW = frozenset(("first", "last", "after", "before"))
_EVERYTHING = (1 << 31) - 2


@dataclass(frozen=True, slots=True)
class NestedField:
    """A list nested in a node, with the fields that lead to it; or a field with lists somewhere in its value."""

    through: tuple[Selected, ...]
    parent: GraphQLObjectType
    selected: Selected


class LineSelections:
    """The selections of one document."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, selections: Selections) -> None:
        self._schema = schema
        self._selections = selections
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }

    def without_lists(self, parent: object, sets: Iterable[SelectionSetNode]) -> list[SelectionSetNode]:
        """The selections on a type, without connections."""
        return [self._rewritten(parent, each, lists=False) for each in sets]

    def hold_lists(self, parent: object, sets: Iterable[SelectionSetNode]) -> bool:
        """Whether the selections contain a connection at any level."""
        return any(self._holds(parent, each) for each in sets)

    def node_sets(
        self, connection: GraphQLNamedType, sets: Iterable[SelectionSetNode]
    ) -> tuple[GraphQLNamedType, list[SelectionSetNode]]:
        """The type of a connection's nodes, and their selections."""
        assert isinstance(connection, GraphQLObjectType)
        edge = get_named_type(connection.fields["edges"].type)
        assert isinstance(edge, GraphQLObjectType)
        kind = get_named_type(edge.fields["node"].type)
        found = []
        for edges in self._selections.of(connection, sets):
            if edges.name == "edges":
                for node in self._selections.of(edge, edges.below):
                    if node.name == "node":
                        found += node.below
        return kind, found

    def nested(
        self,
        kind: GraphQLObjectType,
        sets: Iterable[SelectionSetNode],
        can_enter: Callable[[Selected], bool],
        through: tuple[Selected, ...] = (),
    ) -> Iterator[NestedField]:
        """The lists nested in a node, in the order of the query.

        `can_enter` returns whether a plan can read the lists inside the object of a field; otherwise the field itself
        is returned.
        """
        for selected in self._selections.of(kind, sets):
            type_ = get_named_type(selected.field.type)
            if is_connection(type_):
                yield NestedField(through, kind, selected)
            elif self.hold_lists(type_, selected.below):
                if isinstance(type_, GraphQLObjectType) and can_enter(selected):
                    yield from self.nested(type_, selected.below, can_enter, (*through, selected))
                else:
                    yield NestedField(through, kind, selected)

    def whole(self, parent: object, node: FieldNode, page: int | None = None, after: str | None = None) -> FieldNode:
        """The field with whole lists in it, each under a key with MARK.

        With `page`, the field is a connection that is read in pages of that size, from the cursor `after`; its page
        info is selected, too.
        """
        found = self._field(parent, node, lists=True)
        assert found is not None
        if page is None:
            return found
        assert found.selection_set is not None
        info = FieldNode(name=NameNode(value="pageInfo"), selection_set=_set(_leaf("hasNextPage"), _leaf("endCursor")))
        arguments = [each for each in found.arguments or () if each.name.value != "first"]
        arguments.append(_argument("first", IntValueNode(value=str(page))))
        if after is not None:
            arguments.append(_argument("after", StringValueNode(value=after)))
        return _field(found, found.alias, arguments, _set(*found.selection_set.selections, info))

    def _holds(self, parent: object, selections: SelectionSetNode) -> bool:
        for node, type_ in self._typed(parent, selections):
            named = get_named_type(type_)
            if is_connection(named) or (node.selection_set is not None and self._holds(named, node.selection_set)):
                return True
        return False

    def _typed(self, parent: object, selections: SelectionSetNode) -> Iterator[tuple[FieldNode, GraphQLOutputType]]:
        for node in selections.selections:
            if isinstance(node, FieldNode):
                assert is_composite_type(parent)
                definition = self._schema.get_field(parent, node.name.value)
                if definition is not None:
                    yield node, definition.type
            else:
                body = self._body(node)
                yield from self._typed(self._type_of(body, parent), body.selection_set)

    def _body(self, node: SelectionNode) -> InlineFragmentNode | FragmentDefinitionNode:
        """The fragment, or the definition of the fragment that is spread."""
        if isinstance(node, FragmentSpreadNode):
            return self._fragments[node.name.value]
        assert isinstance(node, InlineFragmentNode)
        return node

    def _type_of(self, body: InlineFragmentNode | FragmentDefinitionNode, parent: object) -> object:
        condition = body.type_condition
        return parent if condition is None else self._schema.get_type(condition.name.value)

    def _rewritten(self, parent: object, selections: SelectionSetNode, *, lists: bool) -> SelectionSetNode:
        found: list[SelectionNode] = []
        for node in selections.selections:
            if isinstance(node, FieldNode):
                rewritten = self._field(parent, node, lists=lists)
                if rewritten is not None:
                    found.append(rewritten)
                continue
            body = self._body(node)
            found.append(
                InlineFragmentNode(
                    type_condition=body.type_condition,
                    directives=node.directives,
                    selection_set=self._rewritten(self._type_of(body, parent), body.selection_set, lists=lists),
                )
            )
        return _set(*found)

    def _field(self, parent: object, node: FieldNode, *, lists: bool) -> FieldNode | None:
        assert is_composite_type(parent)
        definition = self._schema.get_field(parent, node.name.value)
        named: object = None if definition is None else get_named_type(definition.type)
        if named is None or not is_composite_type(named) or node.selection_set is None:
            return node
        if not is_connection(named):
            return _field(node, node.alias, node.arguments, self._rewritten(named, node.selection_set, lists=lists))
        if not lists:
            return None
        arguments = [each for each in node.arguments or () if each.name.value not in _WINDOW]
        arguments.append(_argument("first", IntValueNode(value=str(_EVERYTHING))))
        kind, below = self.node_sets(named, [node.selection_set])
        rewritten = [self._rewritten(kind, each, lists=True) for each in below]
        nodes = [FieldNode(name=NameNode(value="node"), selection_set=each) for each in rewritten]
        edges = FieldNode(name=NameNode(value="edges"), selection_set=_set(*nodes))
        key = (node.alias or node.name).value
        return _field(node, NameNode(value=f"{MARK}{key}"), arguments, _set(edges))


def _set(*selections: SelectionNode) -> SelectionSetNode:
    return SelectionSetNode(selections=selections)


def _leaf(name: str) -> FieldNode:
    return FieldNode(name=NameNode(value=name))


def _argument(name: str, value: ValueNode) -> ArgumentNode:
    return ArgumentNode(name=NameNode(value=name), value=value)


def _field(
    node: FieldNode, alias: NameNode | None, arguments: Iterable[ArgumentNode] | None, selections: SelectionSetNode
) -> FieldNode:
    return FieldNode(
        name=node.name,
        alias=alias,
        arguments=tuple(arguments or ()),
        directives=node.directives,
        selection_set=selections,
    )
