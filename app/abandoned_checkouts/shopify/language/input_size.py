"""How many items an array in an argument may hold: 250, wherever it stands. (Shopify: limits; recorded error.)

What a document's literals hold, and where its variables go, is found out once; a request then only looks at the
values of its own variables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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

__all__ = ["MAX_INPUT_SIZE", "oversized"]

MAX_INPUT_SIZE = 250

# A field, the path of a place inside its arguments, and what stands there: an array's length or a variable's name.
_Place = tuple[FieldNode, ErrorPath, int | str]


def oversized(operation: Operation, variables: Mapping[str, object]) -> list[ErrorEntry]:
    """An entry for each array that is too long, in the order of the document; empty when all is well."""
    places: tuple[_Place, ...] | None = operation.kept.get("input_places")
    if places is None:
        places = operation.kept["input_places"] = tuple(_places(operation))
    entries = []
    for field, path, held in places:
        found = [(path, held)] if isinstance(held, int) else _arrays(variables.get(held), path)
        for place, size in found:
            if size > MAX_INPUT_SIZE:
                entries.append(entry(texts.INPUT_TOO_LONG, field, path=place, size=size, limit=MAX_INPUT_SIZE))
    return oversized(operation.as_written, variables) if entries and operation.written is not None else entries


def _places(operation: Operation) -> Iterator[_Place]:
    fragments = {
        node.name.value: node for node in operation.document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    # A fragment that is spread often is looked into once: what is wrong in it is wrong at its first place.
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
                inner = (*path, node.alias.value if node.alias else node.name.value)
                for argument in node.arguments or ():
                    for place, held in _held(argument.value, (*inner, argument.name.value)):
                        yield node, place, held
            if node.selection_set is not None:  # type: ignore[attr-defined]
                yield from within(node.selection_set, inner)  # type: ignore[attr-defined]

    yield from within(operation.node.selection_set, ())


def _held(value: ValueNode, path: ErrorPath) -> Iterator[tuple[ErrorPath, int | str]]:
    if isinstance(value, VariableNode):
        yield path, value.name.value
    elif isinstance(value, ListValueNode):
        if len(value.values) > MAX_INPUT_SIZE:
            yield path, len(value.values)
        for index, item in enumerate(value.values):
            yield from _held(item, (*path, index))
    elif isinstance(value, ObjectValueNode):
        for field in value.fields:
            yield from _held(field.value, (*path, field.name.value))


def _arrays(value: object, path: ErrorPath) -> Iterator[tuple[ErrorPath, int]]:
    if isinstance(value, list):
        if len(value) > MAX_INPUT_SIZE:
            yield path, len(value)
            return
        for index, item in enumerate(value):
            if isinstance(item, list | dict):
                yield from _arrays(item, (*path, index))
    elif isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, list | dict):
                yield from _arrays(item, (*path, name))
