"""The deprecated elements that an operation uses, for the header `X-Shopify-API-Deprecated-Reason`.

Since 2025-04 the header lists them, for example `Shop.products, Shop.productVariants` (Shopify: versioning).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graphql import (
    ArgumentNode,
    DocumentNode,
    EnumValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLCompositeType,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    Node,
    ObjectFieldNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
)

from abandoned_checkouts.shopify.language.field_facts import FieldFacts, fields_of

__all__ = ["deprecations"]


def deprecations(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> tuple[str, ...]:
    """`Type.field` of each deprecated field, argument, input field and enum value, in order of first use."""
    search = _Search(schema, document)
    search.selections(schema.get_root_type(operation.operation), operation.selection_set)
    return tuple(search.found)


class _Search:
    """A visit of an operation. `found` are the deprecated elements, in order."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self.found: dict[str, None] = {}
        self._schema = schema
        self._unvisited = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }

    def selections(self, parent: GraphQLNamedType | None, node: SelectionSetNode | None) -> None:
        if node is None or not is_composite_type(parent):
            return
        fields = fields_of(self._schema, parent)
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                facts = fields.get(selection.name.value)
                if facts is not None:
                    self._field(parent, selection, facts)
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self._unvisited.pop(selection.name.value, None)
                if fragment is not None:
                    self._fragment(parent, fragment)
            elif isinstance(selection, InlineFragmentNode):
                self._fragment(parent, selection)

    def _fragment(self, parent: GraphQLNamedType, node: FragmentDefinitionNode | InlineFragmentNode) -> None:
        condition = node.type_condition
        self.selections(self._schema.get_type(condition.name.value) if condition else parent, node.selection_set)

    def _field(self, parent: GraphQLCompositeType, node: FieldNode, facts: FieldFacts) -> None:
        if facts.is_deprecated or node.arguments:
            name = f"{parent.name}.{node.name.value}"
            self._add(name, facts.definition)
            self._inputs(name, facts.definition.args, node.arguments or ())
        if node.selection_set is not None:
            self.selections(facts.below, node.selection_set)

    def _inputs(
        self,
        owner: str,
        definitions: Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField],
        nodes: Iterable[ArgumentNode | ObjectFieldNode],
    ) -> None:
        """Arguments of a field, or fields of an input object."""
        for node in nodes:
            definition = definitions.get(node.name.value)
            if definition is not None:
                self._add(f"{owner}.{node.name.value}", definition)
                self._literal(definition.type, node.value)

    def _literal(self, type_: GraphQLInputType, node: Node) -> None:
        named = get_named_type(type_)
        if isinstance(node, ListValueNode):
            for item in node.values:
                self._literal(type_, item)
        elif isinstance(node, EnumValueNode) and isinstance(named, GraphQLEnumType):
            self._add(f"{named.name}.{node.value}", named.values.get(node.value))
        elif isinstance(node, ObjectValueNode) and isinstance(named, GraphQLInputObjectType):
            self._inputs(named.name, named.fields, node.fields)

    def _add(
        self, name: str, definition: GraphQLField | GraphQLArgument | GraphQLInputField | GraphQLEnumValue | None
    ) -> None:
        if definition is not None and definition.deprecation_reason is not None:
            self.found[name] = None
