"""The limit of arrays in arguments: 250 items, at every level. (Shopify: limits; recorded error.)

The arrays in a document's literals and the places of its variables are found once per document. A request checks only
the values of its variables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    ListValueNode,
    ObjectValueNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)

from abandoned_checkouts.shopify.language.document import Operation
from abandoned_checkouts.shopify.language.errors import ErrorEntry, entry, texts
from abandoned_checkouts.shopify.language.errors.entries import ErrorPath

__all__ = ["MAX_INPUT_SIZE", "has_long_list", "oversized"]

MAX_INPUT_SIZE = 250
_NESTED = (list, dict)

# A field, a path in its arguments, and the length of the array or the name of the variable at that path.
_Place = tuple[FieldNode, ErrorPath, int | str]


def has_long_list(variables: Mapping[str, object]) -> bool:
    """Whether one of the values is an array that is too long. For values without other arrays inside."""
    return any(isinstance(value, list) and len(value) > MAX_INPUT_SIZE for value in variables.values())


def oversized(operation: Operation, variables: Mapping[str, object]) -> list[ErrorEntry]:
    """An error for each array that is too long, in the order of the document."""
    places: tuple[_Place, ...] | None = operation.kept.get("input_places")
    if places is None:
        if not _may_have_arrays(operation, variables):
            return []
        places = operation.kept["input_places"] = tuple(_places(operation))
    entries = []
    for field, path, content in places:
        found: Iterable[tuple[ErrorPath, int]]
        if isinstance(content, int):
            found = [(path, content)]
        else:
            value = variables.get(content)
            found = _arrays(value, path) if isinstance(value, _NESTED) else ()
        for place, size in found:
            if size > MAX_INPUT_SIZE:
                entries.append(entry(texts.INPUT_TOO_LONG, field, path=place, size=size, limit=MAX_INPUT_SIZE))
    return oversized(operation.as_written, variables) if entries and operation.written is not None else entries


def _may_have_arrays(operation: Operation, variables: Mapping[str, object]) -> bool:
    """Whether there may be an array in the literals of a document, or in the values of its variables."""
    loc = operation.document.loc
    return loc is None or "[" in loc.source.body or any(isinstance(value, _NESTED) for value in variables.values())


def _places(operation: Operation) -> Iterator[_Place]:
    fragments = {
        node.name.value: node for node in operation.document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    # A fragment is searched once. Its errors are reported at the first place where it is spread.
    seen: set[str] = set()

    def within(selections: SelectionSetNode, path: ErrorPath) -> Iterator[_Place]:
        for node in selections.selections:
            if isinstance(node, FragmentSpreadNode):
                if node.name.value not in seen:
                    seen.add(node.name.value)
                    yield from within(fragments[node.name.value].selection_set, path)
                continue
            inner = path
            if isinstance(node, FieldNode):
                if node.arguments is None and node.selection_set is None:
                    continue
                inner = (*path, node.alias.value if node.alias else node.name.value)
                for argument in node.arguments or ():
                    for place, content in _contents(argument.value, (*inner, argument.name.value)):
                        yield node, place, content
            if node.selection_set is not None:  # type: ignore[attr-defined]
                yield from within(node.selection_set, inner)  # type: ignore[attr-defined]

    yield from within(operation.node.selection_set, ())


def _contents(value: ValueNode, path: ErrorPath) -> Iterator[tuple[ErrorPath, int | str]]:
    if isinstance(value, VariableNode):
        yield path, value.name.value
    elif isinstance(value, ListValueNode):
        if len(value.values) > MAX_INPUT_SIZE:
            yield path, len(value.values)
        for index, item in enumerate(value.values):
            yield from _contents(item, (*path, index))
    elif isinstance(value, ObjectValueNode):
        for field in value.fields:
            yield from _contents(field.value, (*path, field.name.value))


def _arrays(value: object, path: ErrorPath) -> Iterator[tuple[ErrorPath, int]]:
    if isinstance(value, list):
        if len(value) > MAX_INPUT_SIZE:
            yield path, len(value)
            return
        for index, item in enumerate(value):
            if isinstance(item, _NESTED):
                yield from _arrays(item, (*path, index))
    elif isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, _NESTED):
                yield from _arrays(item, (*path, name))
