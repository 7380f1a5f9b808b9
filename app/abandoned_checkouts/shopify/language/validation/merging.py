"""Fields with the same response name must be mergeable.

The messages are Shopify's, but the algorithm is not: comparing all pairs takes quadratic time, which hostile documents
could exploit. Mergeability is transitive among fields whose parents can be one object. So each field is compared with
one representative per lineage of object types, in linear time of the expanded fields, whose number is limited.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLOutputType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)

from abandoned_checkouts.shopify.language.coercion import shown
from abandoned_checkouts.shopify.language.errors import texts
from abandoned_checkouts.shopify.language.errors.texts import Text
from abandoned_checkouts.shopify.language.validation.context import Context
from abandoned_checkouts.shopify.language.validation.literal_values import printed

__all__ = ["check_merging"]


_Lineage: TypeAlias = tuple[str | None, ...]
_Set: TypeAlias = tuple[GraphQLCompositeType, SelectionSetNode, _Lineage]


@dataclass(frozen=True, slots=True)
class _Selected:
    """A field, and the object type at each level above it (None for an abstract type)."""

    lineage: _Lineage
    node: FieldNode
    definition: GraphQLField

    @property
    def arguments(self) -> tuple[tuple[str, str], ...]:
        arguments = self.node.arguments or ()
        return tuple(sorted((item.name.value, printed(item.value)) for item in arguments))


def check_merging(context: Context) -> None:
    """Report the conflicts of every operation. The document must not have other errors, such as loops."""
    reported: set[tuple[int, ...]] = set()
    for operation in context.operations:
        node = operation.node
        if isinstance(node, OperationDefinitionNode):
            root = context.schema.get_root_type(node.operation)
            if root is not None:
                _check(context, [(root, node.selection_set, ())], reported)


def _check(context: Context, sets: list[_Set], reported: set[tuple[int, ...]]) -> None:
    groups: dict[str, list[_Selected]] = {}
    spread: set[tuple[str, str, _Lineage]] = set()
    for parent, selections, lineage in sets:
        for found in _fields(context, parent, selections, lineage, spread):
            name = found.node.alias.value if found.node.alias else found.node.name.value
            groups.setdefault(name, []).append(found)
    for name, group in groups.items():
        if not _compatible(context, name, group, reported):
            continue
        deeper = []
        for found in group:
            named = get_named_type(found.definition.type)
            if found.node.selection_set and is_composite_type(named):
                deeper.append((named, found.node.selection_set, found.lineage))
        if deeper:
            _check(context, deeper, reported)


def _fields(
    context: Context,
    parent: GraphQLCompositeType,
    selections: SelectionSetNode,
    lineage: _Lineage,
    spread: set[tuple[str, str, _Lineage]],
) -> Iterator[_Selected]:
    here = (*lineage, parent.name if is_object_type(parent) else None)
    for node in selections.selections:
        if isinstance(node, FieldNode):
            definition = context.schema.get_field(parent, node.name.value)
            if definition is not None:
                yield _Selected(here, node, definition)
        elif isinstance(node, InlineFragmentNode):
            narrowed = _narrowed(context, parent, node)
            yield from _fields(context, narrowed, node.selection_set, lineage, spread)
        elif isinstance(node, FragmentSpreadNode):
            name = node.name.value
            if (name, parent.name, lineage) not in spread:
                spread.add((name, parent.name, lineage))
                fragment = context.fragment_nodes[name]
                narrowed = _narrowed(context, parent, fragment)
                yield from _fields(context, narrowed, fragment.selection_set, lineage, spread)


def _narrowed(
    context: Context, parent: GraphQLCompositeType, node: InlineFragmentNode | FragmentDefinitionNode
) -> GraphQLCompositeType:
    if node.type_condition is None:
        return parent
    type_ = context.schema.get_type(node.type_condition.name.value)
    return type_ if is_composite_type(type_) else parent


def _compatible(context: Context, name: str, group: list[_Selected], reported: set[tuple[int, ...]]) -> bool:
    first = group[0]
    representatives = {first.lineage: first}
    for other in group[1:]:
        for lineage, one in representatives.items():
            # An object cannot have two types, so fields of different types only need the same shape.
            if any(a and b and a != b for a, b in zip(lineage, other.lineage, strict=True)):
                continue
            if one.node.name.value != other.node.name.value:
                names = (one.node.name.value, other.node.name.value)
                return _conflict(context, texts.FIELD_CONFLICT, name, one, other, names, reported)
            if one.arguments != other.arguments:
                both = (_shown_arguments(one), _shown_arguments(other))
                return _conflict(context, texts.ARGUMENT_CONFLICT, name, one, other, both, reported)
        if not _same_shape(first.definition.type, other.definition.type):
            types = (str(first.definition.type), str(other.definition.type))
            return _conflict(context, texts.RETURN_TYPE_CONFLICT, name, first, other, types, reported)
        representatives.setdefault(other.lineage, other)
    return True


def _conflict(
    context: Context,
    text: Text,
    name: str,
    first: _Selected,
    other: _Selected,
    conflicts: Iterable[str],
    reported: set[tuple[int, ...]],
) -> bool:
    place = (id(first.node), id(other.node))
    if place not in reported:
        reported.add(place)
        listed = " or ".join(dict.fromkeys(conflicts))
        context.add(text, first.node, other.node, path=(), fieldName=name, conflicts=listed)
    return False


def _shown_arguments(selected: _Selected) -> str:
    return "{" + ",".join(f"{name}:{shown(value)}" for name, value in selected.arguments) + "}"


def _same_shape(one: GraphQLOutputType, other: GraphQLOutputType) -> bool:
    if is_non_null_type(one) or is_non_null_type(other):
        return is_non_null_type(one) and is_non_null_type(other) and _same_shape(one.of_type, other.of_type)
    if is_list_type(one) or is_list_type(other):
        return is_list_type(one) and is_list_type(other) and _same_shape(one.of_type, other.of_type)
    return one is other or not (is_leaf_type(one) or is_leaf_type(other))
