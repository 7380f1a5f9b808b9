"""The visit of a document: definitions, selections, fragments and directives, in document order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    ExecutableDefinitionNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLSchema,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
    is_enum_type,
    is_union_type,
)
from graphql.utilities import do_types_overlap

from abandoned_checkouts.shopify.language.errors import texts
from abandoned_checkouts.shopify.language.errors.entries import ErrorEntry
from abandoned_checkouts.shopify.language.validation.arguments import check_arguments, check_required
from abandoned_checkouts.shopify.language.validation.context import Context, Definition, Spread
from abandoned_checkouts.shopify.language.validation.definitions import (
    check_fragments,
    check_operation_names,
    check_variables,
)
from abandoned_checkouts.shopify.language.validation.merging import check_merging
from abandoned_checkouts.shopify.language.validation.variable_usage import check_declarations

__all__ = ["validate"]

_PLACES = {
    "QUERY": "queries",
    "MUTATION": "mutations",
    "SUBSCRIPTION": "subscriptions",
    "FIELD": "fields",
    "FRAGMENT_DEFINITION": "fragment definitions",
    "FRAGMENT_SPREAD": "fragment spreads",
    "INLINE_FRAGMENT": "inline fragments",
    "VARIABLE_DEFINITION": "variable definitions",
}


def validate(schema: GraphQLSchema, document: DocumentNode) -> list[ErrorEntry]:
    """The validation errors of a parsed document, as entries of `errors`; empty if it is valid."""
    context = Context(schema, document)
    check_operation_names(context, document)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            _operation(context, node)
        elif isinstance(node, FragmentDefinitionNode):
            _fragment(context, node)
        elif not isinstance(node, ExecutableDefinitionNode):
            context.add(texts.SCHEMA_DEFINITIONS, node, path=())
    check_fragments(context, document)
    check_variables(context)
    if not context.entries:
        check_merging(context)
    return context.entries


def _operation(context: Context, node: OperationDefinitionNode) -> None:
    name = node.name.value if node.name else ""
    context.current = Definition(node)
    context.operations.append(context.current)
    root = context.schema.get_root_type(node.operation)
    with context.at(f"{node.operation.value} {name}".strip()):
        if root is None:
            mutation = node.operation is OperationType.MUTATION
            context.add(texts.NO_MUTATIONS if mutation else texts.NO_SUBSCRIPTIONS, node)
            return
        check_declarations(context, node)
        for variable in node.variable_definitions or ():
            _directives(context, variable.directives, "VARIABLE_DEFINITION")
        _directives(context, node.directives, node.operation.name)
        _selections(context, root, node.selection_set)


def _fragment(context: Context, node: FragmentDefinitionNode) -> None:
    name = node.name.value
    context.current = Definition(node)
    context.fragments.setdefault(name, context.current)
    with context.at(f"fragment {name}"):
        type_ = _condition(context, node, node.type_condition.name.value)
        if type_ is not None:
            _directives(context, node.directives, "FRAGMENT_DEFINITION")
            _selections(context, type_, node.selection_set)


def _condition(context: Context, node: Node, name: str) -> GraphQLCompositeType | None:
    type_ = context.schema.get_type(name)
    if type_ is None:
        context.add(texts.UNDEFINED_TYPE, node, typeName=name)
    elif not is_composite_type(type_):
        context.add(texts.FRAGMENT_ON_LEAF, node, typeName=name)
    else:
        return type_
    return None


def _selections(context: Context, parent: GraphQLCompositeType, selections: SelectionSetNode) -> None:
    for node in selections.selections:
        match node:
            case FieldNode():
                with context.at(node.alias.value if node.alias else node.name.value):
                    _field(context, parent, node)
            case InlineFragmentNode():
                named = node.type_condition.name.value if node.type_condition else ""
                with context.at(f"... on {named}" if named else "..."):
                    _inline(context, parent, node, named)
            case FragmentSpreadNode():
                with context.at(f"... {node.name.value}"):
                    _spread(context, parent, node)


def _field(context: Context, parent: GraphQLCompositeType, node: FieldNode) -> None:
    name = node.name.value
    definition = context.schema.get_field(parent, name)
    if definition is None:
        if is_union_type(parent):
            context.add(texts.SELECTIONS_ON_UNION, node, typeName=parent.name, nodeName=f"field '{name}'")
        else:
            context.add(texts.UNDEFINED_FIELD, node, fieldName=name, typeName=parent.name)
        return
    arguments = node.arguments or ()
    check_required(context, node, "Field", name, definition.args, arguments)
    type_ = get_named_type(definition.type)
    shown: dict[str, Any] = {"nodeName": f"field '{name}'", "typeName": type_.name, "name": name}
    selections = node.selection_set.selections if node.selection_set else ()
    if is_composite_type(type_) and not selections:
        context.add(texts.SELECTIONS_MISSING, node, **shown)
        return
    if selections and not is_composite_type(type_):
        kind = "enums" if is_enum_type(type_) else "scalars"
        names = ", ".join(f'"{item.name.value}"' for item in selections if isinstance(item, FieldNode))
        context.add(texts.SELECTIONS_ON_LEAF, node, kind=kind, selections=names, **shown)
        return
    check_arguments(context, node, "Field", name, definition.args, arguments)
    _directives(context, node.directives, "FIELD")
    if node.selection_set and is_composite_type(type_):
        _selections(context, type_, node.selection_set)


def _inline(context: Context, parent: GraphQLCompositeType, node: InlineFragmentNode, named: str) -> None:
    type_: GraphQLCompositeType | None = parent
    if named:
        type_ = _condition(context, node, named)
        if type_ is not None and not do_types_overlap(context.schema, parent, type_):
            context.add(texts.FRAGMENT_IMPOSSIBLE, node, named="", typeName=type_.name, parentName=parent.name)
            return
    if type_ is not None:
        _directives(context, node.directives, "INLINE_FRAGMENT")
        _selections(context, type_, node.selection_set)


def _spread(context: Context, parent: GraphQLCompositeType, node: FragmentSpreadNode) -> None:
    name = node.name.value
    if context.current is not None:
        context.current.spreads.append(Spread(node, tuple(context.path)))
    fragment = context.fragment_nodes.get(name)
    type_ = context.schema.get_type(fragment.type_condition.name.value) if fragment else None
    if is_composite_type(type_) and not do_types_overlap(context.schema, parent, type_):
        context.add(
            texts.FRAGMENT_IMPOSSIBLE,
            node,
            named=f" {name}",
            typeName=type_.name,
            fragmentName=name,
            parentName=parent.name,
        )
        return
    _directives(context, node.directives, "FRAGMENT_SPREAD")


def _directives(context: Context, nodes: Sequence[DirectiveNode] | None, place: str) -> None:
    seen: dict[str, list[Node]] = {}
    for node in nodes or ():
        seen.setdefault(node.name.value, []).append(node)
    for name, repeated in seen.items():
        definition = context.schema.get_directive(name)
        if len(repeated) > 1 and definition is not None and not definition.is_repeatable:
            context.add(texts.DIRECTIVE_TWICE, *repeated, directiveName=name)
    for node in nodes or ():
        name = node.name.value
        definition = context.schema.get_directive(name)
        if definition is None:
            context.add(texts.UNDEFINED_DIRECTIVE, node, directiveName=name)
            continue
        if place not in (location.name for location in definition.locations):
            allowed = ", ".join(_PLACES[item.name] for item in definition.locations if item.name in _PLACES)
            context.add(texts.DIRECTIVE_MISPLACED, node, name=name, targetName=_PLACES[place], allowed=allowed)
            continue
        arguments = node.arguments or ()
        check_required(context, node, "Directive", name, definition.args, arguments)
        check_arguments(context, node, "Directive", name, definition.args, arguments)
