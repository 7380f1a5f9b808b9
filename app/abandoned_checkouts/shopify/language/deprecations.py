"""Deprecations that a document uses, for the header `X-Shopify-API-Deprecated-Reason`.

Since 2025-04 the header lists what was detected, as `Shop.products, Shop.productVariants` (Shopify: versioning).
"""

from __future__ import annotations

from graphql import (
    DocumentNode,
    EnumValueNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    Node,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
)

__all__ = ["deprecations"]


def deprecations(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> tuple[str, ...]:
    """`Type.field` of each deprecated field, argument, input field and enum value, in order of first use."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    found: dict[str, None] = {}
    visited: set[str] = set()

    def selections(parent: GraphQLNamedType | None, node: SelectionSetNode | None) -> None:
        if node is None or not is_composite_type(parent):
            return
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                definition = schema.get_field(parent, selection.name.value)
                if definition is None:
                    continue
                name = f"{parent.name}.{selection.name.value}"
                if definition.deprecation_reason is not None:
                    found[name] = None
                for given in selection.arguments or ():
                    argument = definition.args.get(given.name.value)
                    if argument is not None:
                        if argument.deprecation_reason is not None:
                            found[f"{name}.{given.name.value}"] = None
                        literal(argument.type, given.value)
                selections(get_named_type(definition.type), selection.selection_set)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                inner = schema.get_type(condition.name.value) if condition else parent
                selections(inner, selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in visited:
                visited.add(selection.name.value)
                fragment = fragments.get(selection.name.value)
                if fragment is not None:
                    selections(schema.get_type(fragment.type_condition.name.value), fragment.selection_set)

    def literal(type_: GraphQLInputType, node: Node) -> None:
        named = get_named_type(type_)
        if isinstance(node, ListValueNode):
            for item in node.values:
                literal(type_, item)
        elif isinstance(node, EnumValueNode) and isinstance(named, GraphQLEnumType):
            value = named.values.get(node.value)
            if value is not None and value.deprecation_reason is not None:
                found[f"{named.name}.{node.value}"] = None
        elif isinstance(node, ObjectValueNode) and isinstance(named, GraphQLInputObjectType):
            for given in node.fields:
                field = named.fields.get(given.name.value)
                if field is not None:
                    if field.deprecation_reason is not None:
                        found[f"{named.name}.{given.name.value}"] = None
                    literal(field.type, given.value)

    selections(schema.get_root_type(operation.operation), operation.selection_set)
    return tuple(found)
