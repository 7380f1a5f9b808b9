"""An operation as a tree of the fields that cost something, built once per document.

The selections of an interface or union become alternatives: one for each group of possible types with the same
selections. `@include` and `@skip` with a variable become conditions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal, TypeAlias

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_list_type,
    is_object_type,
)

from abandoned_checkouts.checkouts.caches import cached
from abandoned_checkouts.shopify.language.cost.charged import Alternatives, Charged, IncludedIf, Window
from abandoned_checkouts.shopify.language.cost.rule import (
    CONNECTION,
    MUTATION,
    actual_cost_of,
    is_connection,
    own_cost,
)
from abandoned_checkouts.shopify.language.field_facts import FieldFacts, fields_of
from abandoned_checkouts.shopify.language.quick_parser import plain_selections, plain_tokens

_Set: TypeAlias = tuple[IncludedIf, SelectionSetNode]
_Found: TypeAlias = tuple[IncludedIf, FieldNode]


def tree(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> Alternatives:
    """The charged fields of `operation`, which must be valid."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    root = schema.get_root_type(operation.operation)
    assert root is not None
    builder = _Builder(schema, fragments)
    if operation.operation.value == "mutation":
        return (tuple(builder.mutations(root, [((), operation.selection_set)])),)
    return builder.alternatives(root, [((), operation.selection_set)])


class _Builder:
    def __init__(self, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._schema = schema
        self._fragments = fragments

    def alternatives(self, parent: GraphQLCompositeType, sets: list[_Set]) -> Alternatives:
        """The charged fields for each possible type of `parent`. Types with the same selections are one group."""
        if len(sets) == 1 and sets[0][0] == ():
            tokens = plain_tokens(sets[0][1])
            if tokens is not None:
                return _plain_alternatives(self._schema, parent, tokens)
        return self.found_alternatives(parent, sets)

    def found_alternatives(self, parent: GraphQLCompositeType, sets: list[_Set]) -> Alternatives:
        """The same, found without a cache."""
        if is_object_type(parent):
            charged = tuple(self._fields(parent, sets))
            return (charged,) if charged else ()
        seen: dict[tuple[int, ...], GraphQLObjectType] = {}
        assert is_abstract_type(parent)
        for possible in self._schema.get_possible_types(parent):
            selected = tuple(id(node) for _, node in self._collected(possible, sets))
            seen.setdefault(selected, possible)
        found = (tuple(self._fields(possible, sets)) for possible in seen.values())
        return tuple(charged for charged in found if charged)

    def mutations(self, root: GraphQLObjectType, sets: list[_Set]) -> Iterator[Charged]:
        for key, occurrences in self._grouped(root, sets).items():
            node = occurrences[0][1]
            definition = self._schema.get_field(root, node.name.value)
            payload = get_named_type(definition.type) if definition else None
            if not isinstance(payload, GraphQLObjectType):
                continue
            children: list[Charged] = []
            for charged in self._fields(payload, _selections(occurrences)):
                # The 10 points include the objects in the payload, but not its connections and counts.
                covered = charged.kind in ("object", "list") and charged.own == 1
                children.append(replace(charged, own=0, actual=0) if covered else charged)
            groups = (tuple(children),) if children else ()
            conditions = _conditions(occurrences)
            yield Charged(key, node.name.value, "mutation", MUTATION, MUTATION, (None, None), conditions, groups)

    def _fields(self, possible: GraphQLObjectType, sets: list[_Set]) -> Iterator[Charged]:
        for key, occurrences in self._grouped(possible, sets).items():
            charged = self._charged(key, possible, occurrences)
            if charged is not None:
                yield charged

    def _charged(self, key: str, possible: GraphQLObjectType, occurrences: list[_Found]) -> Charged | None:
        node = occurrences[0][1]
        name = node.name.value
        type_, kind, own, actual = _prices(self._schema, possible)[name]
        if type_ is None:
            return Charged(key, name, "mark", 0, actual, (None, None), _conditions(occurrences), ())
        children, conditions = self.alternatives(type_, _selections(occurrences)), _conditions(occurrences)
        if kind == "connection":
            windows = _window(node, "first"), _window(node, "last")
            return Charged(key, name, "connection", CONNECTION, CONNECTION, windows, conditions, children)
        if kind == "mark":
            return Charged(key, name, "mark", 0, actual, (None, None), conditions, ())
        if not own and not children:
            return None
        return Charged(key, name, kind, own, actual, (None, None), conditions, children)

    def _grouped(self, possible: GraphQLObjectType, sets: list[_Set]) -> dict[str, list[_Found]]:
        """The fields that can cost something, by response key."""
        groups: dict[str, list[_Found]] = {}
        prices = _prices(self._schema, possible)
        for when, node in self._collected(possible, sets):
            if node.name.value in prices:
                groups.setdefault(node.alias.value if node.alias else node.name.value, []).append((when, node))
        return groups

    def _collected(self, possible: GraphQLObjectType, sets: list[_Set]) -> list[_Found]:
        spread: set[tuple[str, IncludedIf]] = set()
        found: list[_Found] = []
        for when, selections in sets:
            self._visit(possible, when, selections, spread, found)
        return found

    def _visit(
        self,
        possible: GraphQLObjectType,
        when: IncludedIf,
        selections: SelectionSetNode,
        spread: set[tuple[str, IncludedIf]],
        found: list[_Found],
    ) -> None:
        for node in selections.selections:
            directives = node.directives or ()
            inner = _narrowed(when, directives) if directives else when
            if inner is None:
                continue
            if isinstance(node, FieldNode):
                found.append((inner, node))
                continue
            body: InlineFragmentNode | FragmentDefinitionNode
            if isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if (name, inner) in spread:
                    continue
                spread.add((name, inner))
                body = self._fragments[name]
            else:
                assert isinstance(node, InlineFragmentNode)
                body = node
            if self._applies(body, possible):
                self._visit(possible, inner, body.selection_set, spread, found)

    def _applies(self, body: InlineFragmentNode | FragmentDefinitionNode, possible: GraphQLObjectType) -> bool:
        if body.type_condition is None:
            return True
        condition = self._schema.get_type(body.type_condition.name.value)
        return condition is possible or (is_abstract_type(condition) and self._schema.is_sub_type(condition, possible))


@cached(200, 2_000)
def _plain_alternatives(schema: GraphQLSchema, parent: GraphQLCompositeType, tokens: tuple[str, ...]) -> Alternatives:
    """The charged fields of selections that are only names and braces."""
    return _Builder(schema, {}).found_alternatives(parent, [((), plain_selections(tokens))])


# The type of a field's objects (None for a leaf), the kind of its charge, its own cost and its actual cost.
_Price: TypeAlias = tuple[GraphQLCompositeType | None, Literal["object", "list", "connection", "mark"], int, int]


@cached(750, 900)
def _prices(schema: GraphQLSchema, parent: GraphQLCompositeType) -> Mapping[str, _Price]:
    """What the cost of each field of a type depends on besides its selections. Free leaves are left out."""
    prices = {name: _price(parent, name, facts) for name, facts in fields_of(schema, parent).items()}
    return {name: price for name, price in prices.items() if price[0] is not None or price[3]}


def _price(parent: GraphQLCompositeType, name: str, facts: FieldFacts) -> _Price:
    definition, type_ = facts.definition, facts.below
    own, actual = own_cost(parent, name, definition), actual_cost_of(parent, name, definition)
    if type_ is None:
        return None, "mark", 0, actual
    if is_connection(type_):
        return type_, "connection", own, actual
    if name == "pageInfo" and is_connection(parent):
        return type_, "mark", own, actual
    return type_, "list" if is_list_type(get_nullable_type(definition.type)) else "object", own, actual


def _selections(occurrences: list[_Found]) -> list[_Set]:
    return [(when, node.selection_set) for when, node in occurrences if node.selection_set]


def _conditions(occurrences: list[_Found]) -> tuple[IncludedIf, ...]:
    conditions = tuple(dict.fromkeys(when for when, _ in occurrences))
    return () if () in conditions else conditions


def _window(node: FieldNode, argument: str) -> Window:
    for item in node.arguments or ():
        if item.name.value == argument:
            if isinstance(item.value, VariableNode):
                return item.value.name.value
            if isinstance(item.value, IntValueNode):
                return int(item.value.value)
    return None


def _narrowed(when: IncludedIf, directives: tuple[DirectiveNode, ...]) -> IncludedIf | None:
    """`when` with the conditions of the directives, or None if a literal excludes the selection."""
    for directive in directives:
        expected = {"include": True, "skip": False}.get(directive.name.value)
        value = next((item.value for item in directive.arguments or () if item.name.value == "if"), None)
        if expected is None or value is None:
            continue
        if isinstance(value, BooleanValueNode):
            if value.value is not expected:
                return None
        elif isinstance(value, VariableNode):
            when = tuple(sorted({*when, (value.name.value, expected)}))
    return when
