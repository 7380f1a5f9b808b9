"""Recognizes documents that are surely valid: one query without named fragments, directives, defaults, introspection,
and fields that are selected twice.

Most clients send such documents. No rules need time for them, neither ours (`validation`) nor graphql-core's
(`confirming`): each check here accepts less than the rules, so a document that passes cannot break one of them. All
other documents are checked by the rules. The same visit finds the selected fields, for scopes and deprecations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    BooleanValueNode,
    DocumentNode,
    EnumValueNode,
    FieldNode,
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLCompositeType,
    GraphQLEnumType,
    GraphQLField,
    GraphQLID,
    GraphQLInputType,
    GraphQLInt,
    GraphQLNamedType,
    GraphQLSchema,
    GraphQLString,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_input_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    type_from_ast,
)
from graphql.utilities import do_types_overlap, is_type_sub_type_of

from abandoned_checkouts.checkouts.caches import cached
from abandoned_checkouts.shopify.language.field_facts import FieldFacts, fields_of
from abandoned_checkouts.shopify.language.quick_parser import plain_selections, plain_tokens
from abandoned_checkouts.shopify.language.validation.literal_values import literal_problem

# Longer integers may not fit into 32 bits.
_LONGEST_INT = 9
# The literals of GraphQL's own scalars.
_LITERALS: Mapping[GraphQLNamedType, tuple[type[ValueNode], ...]] = {
    GraphQLInt: (IntValueNode,),
    GraphQLString: (StringValueNode,),
    GraphQLID: (StringValueNode,),
    GraphQLBoolean: (BooleanValueNode,),
}
_INTROSPECTION = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True)
class SelectedFields:
    """The fields that a document selects: the type and name of each. `may_be_deprecated` is whether one of them, an
    argument or a value may be deprecated; if false, nothing is."""

    coordinates: frozenset[tuple[str, str]]
    may_be_deprecated: bool


def surely_valid(schema: GraphQLSchema, document: DocumentNode) -> SelectedFields | None:
    """The selected fields of a document that all rules accept. If None, they may accept it."""
    node, *others = document.definitions
    root = schema.query_type
    if others or root is None or not isinstance(node, OperationDefinitionNode):
        return None
    if node.operation is not OperationType.QUERY or node.directives:
        return None
    declared: dict[str, GraphQLInputType] = {}
    for variable in node.variable_definitions or ():
        name, type_ = variable.variable.name.value, type_from_ast(schema, variable.type)
        if name in declared or not is_input_type(type_) or variable.directives or variable.default_value is not None:
            return None
        declared[name] = type_
    check = _Check(schema, declared)
    is_valid = check.selections(root, node.selection_set, set()) and check.used == declared.keys()
    return check.selected if is_valid else None


@cached(200, 5_000)
def _plain_fields(
    schema: GraphQLSchema, parent: GraphQLCompositeType, tokens: tuple[str, ...]
) -> SelectedFields | None:
    """The fields of valid selections on a type that are only names and braces; None if they are not surely valid."""
    check = _Check(schema, {})
    return check.selected if check.selections(parent, plain_selections(tokens), set()) else None


class _Check:
    """`used` are the variables in the selections that were checked."""

    def __init__(self, schema: GraphQLSchema, declared: Mapping[str, GraphQLInputType]) -> None:
        self._schema = schema
        self._declared = declared
        self.used: set[str] = set()
        self._coordinates: set[tuple[str, str]] = set()
        self._may_be_deprecated = False

    @property
    def selected(self) -> SelectedFields:
        return SelectedFields(frozenset(self._coordinates), self._may_be_deprecated)

    def selections(self, parent: GraphQLCompositeType, selections: SelectionSetNode, keys: set[str]) -> bool:
        """`keys` are the response keys that the object around has already: fields with equal keys would be merged."""
        fields, type_name = fields_of(self._schema, parent), parent.name
        for node in selections.selections:
            if node.directives:
                return False
            if isinstance(node, FieldNode):
                name = node.name.value
                key = node.alias.value if node.alias else name
                if key in keys or not self._field(fields.get(name), node):
                    return False
                keys.add(key)
                self._coordinates.add((type_name, name))
            elif not isinstance(node, InlineFragmentNode) or not self._fragment(parent, node, keys):
                return False
        return True

    def _fragment(self, parent: GraphQLCompositeType, node: InlineFragmentNode, keys: set[str]) -> bool:
        if node.type_condition is None:
            return self.selections(parent, node.selection_set, keys)
        inner = self._schema.get_type(node.type_condition.name.value)
        if not is_composite_type(inner):
            return False
        return do_types_overlap(self._schema, parent, inner) and self.selections(inner, node.selection_set, keys)

    def _field(self, facts: FieldFacts | None, node: FieldNode) -> bool:
        if facts is None or node.name.value in _INTROSPECTION:
            return False
        field, below, selections = facts.definition, facts.below, node.selection_set
        self._may_be_deprecated |= facts.is_deprecated
        if (field.args or node.arguments) and not self._arguments(field, node):
            return False
        if below is None or selections is None:
            return below is None and selections is None
        tokens = plain_tokens(selections)
        if tokens is None:
            return self.selections(below, selections, set())
        known = _plain_fields(self._schema, below, tokens)
        if known is None:
            return False
        self._coordinates |= known.coordinates
        self._may_be_deprecated |= known.may_be_deprecated
        return True

    def _arguments(self, field: GraphQLField, node: FieldNode) -> bool:
        given: set[str] = set()
        for argument in node.arguments or ():
            name = argument.name.value
            declared = field.args.get(name)
            if declared is None or name in given or not self._value(declared, argument.value):
                return False
            given.add(name)
            # Enum values can be deprecated, too.
            self._may_be_deprecated |= declared.deprecation_reason is not None or isinstance(
                get_named_type(declared.type), GraphQLEnumType
            )
        return all(name in given or not is_required_argument(each) for name, each in field.args.items())

    def _value(self, argument: GraphQLArgument, value: ValueNode) -> bool:
        if isinstance(value, VariableNode):
            type_ = self._declared.get(value.name.value)
            self.used.add(value.name.value)
            return type_ is not None and is_type_sub_type_of(self._schema, type_, argument.type)
        return _is_literal_of(argument.type, value) and literal_problem(argument.type, value) is None


def _is_literal_of(type_: GraphQLInputType, value: ValueNode) -> bool:
    if isinstance(value, NullValueNode):
        return not is_non_null_type(type_)
    bare = get_nullable_type(type_)
    if is_list_type(bare):
        items = value.values if isinstance(value, ListValueNode) else (value,)
        return all(_is_literal_of(bare.of_type, item) for item in items)
    if isinstance(bare, GraphQLEnumType):
        return isinstance(value, EnumValueNode) and value.value in bare.values
    if isinstance(value, IntValueNode) and len(value.value) > _LONGEST_INT:
        return False
    return isinstance(value, _LITERALS.get(get_named_type(bare), ()))
