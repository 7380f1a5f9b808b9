"""The fields an operation can touch, as (type, field): what access is checked against, once per operation."""

from __future__ import annotations

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)

from app.shopify.access import Coordinate

__all__ = ["coordinates"]


def coordinates(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode
) -> frozenset[Coordinate]:
    """Fields of an interface count for every type that implements it; introspection counts for none."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    found: set[Coordinate] = set()
    visited: set[str] = set()

    def visit(parent: GraphQLNamedType | None, selections: SelectionSetNode | None) -> None:
        if selections is None or not is_composite_type(parent):
            return
        for node in selections.selections:
            if isinstance(node, FieldNode):
                name = node.name.value
                definition = schema.get_field(parent, name)
                if definition is None or name.startswith("__"):
                    continue
                found.add((parent.name, name))
                if is_abstract_type(parent):
                    found.update((possible.name, name) for possible in schema.get_possible_types(parent))
                visit(get_named_type(definition.type), node.selection_set)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                visit(schema.get_type(condition.name.value) if condition else parent, node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in visited:
                visited.add(node.name.value)
                fragment = fragments[node.name.value]
                visit(schema.get_type(fragment.type_condition.name.value), fragment.selection_set)

    visit(schema.get_root_type(operation.operation), operation.selection_set)
    return frozenset(found)
