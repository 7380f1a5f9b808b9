"""Answers introspection in a thread, and keeps the answers.

The introspection part of an operation is executed apart from its other root fields. Its answer depends on the version,
the selections and the variables alone, so equal queries of all clients share it. Imports language/.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    execute_sync,
    print_ast,
    visit,
)

from abandoned_checkouts.shopify.language.cost.actual import ReturnedCounts
from abandoned_checkouts.shopify.language.document import Operation
from abandoned_checkouts.shopify.language.introspection import INTROSPECTION_FIELDS, introspections

__all__ = ["Introspected", "Introspections", "Parts", "Used", "parts_of", "used_in"]

MAX_BYTES = 16 * 2**20
# An entry's key and bookkeeping, beside its text.
_OVERHEAD = 2_000


@dataclass(frozen=True, slots=True)
class Introspected:
    """`fields` has the JSON of each root field, by its response key. `counts` is for the actual cost."""

    fields: Mapping[str, bytes]
    counts: ReturnedCounts

    @property
    def size(self) -> int:
        return _OVERHEAD + sum(map(len, self.fields.values())) + 200 * len(self.counts)


@dataclass(frozen=True, slots=True)
class Parts:
    """An operation in two: its introspection fields, and the others (None if there are no others).

    `text` is the introspection part as a document, `variables` the names of those that it uses.
    """

    introspection: Operation
    others: Operation | None
    text: str
    variables: tuple[str, ...]


@dataclass(slots=True)
class Introspections:
    """The answers that were used last, up to MAX_BYTES. One answer is computed at a time, in a thread."""

    max_bytes: int = MAX_BYTES
    size: int = 0
    _kept: OrderedDict[tuple[str, str, bytes], Introspected] = field(default_factory=OrderedDict)
    _computing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def answer(self, version: str, parts: Parts, variables: Mapping[str, object]) -> Introspected | None:
        """The answer to an operation's introspection part; None if graphql-core must report an error."""
        used = {name: variables[name] for name in parts.variables if name in variables}
        key = version, parts.text, orjson.dumps(used, option=orjson.OPT_SORT_KEYS)
        known = self._known(key)
        if known is not None:
            return known
        async with self._computing:
            known = self._known(key)
            if known is None:
                known = await asyncio.to_thread(_computed, parts.introspection, variables)
                if known is not None:
                    self._keep(key, known)
        return known

    def _known(self, key: tuple[str, str, bytes]) -> Introspected | None:
        known = self._kept.get(key)
        if known is not None:
            self._kept.move_to_end(key)
        return known

    def _keep(self, key: tuple[str, str, bytes], answer: Introspected) -> None:
        self._kept[key] = answer
        self.size += answer.size + len(key[1]) + len(key[2])
        while self.size > self.max_bytes:
            (_, text, used), oldest = self._kept.popitem(last=False)
            self.size -= oldest.size + len(text) + len(used)


def parts_of(operation: Operation) -> Parts | None:
    """The two parts of an operation; None if it has no introspection fields. Computed once per operation."""
    if "introspection_parts" not in operation.kept:
        operation.kept["introspection_parts"] = _parted(operation) if introspections(operation) else None
    parts: Parts | None = operation.kept["introspection_parts"]
    return parts


def _computed(operation: Operation, variables: Mapping[str, object]) -> Introspected | None:
    result = execute_sync(operation.schema, operation.document, variable_values=dict(variables))
    if result.errors or result.data is None:
        return None
    fields = {key: orjson.dumps(value) for key, value in result.data.items()}
    counts = operation.cost.returned_in(result.data)
    return Introspected(fields, {path: count for path, count in counts.items() if path[0] in fields})


def _parted(operation: Operation) -> Parts:
    fragments = {
        node.name.value: node for node in operation.document.definitions if isinstance(node, FragmentDefinitionNode)
    }

    def part(is_selected: Callable[[str], bool]) -> Operation | None:
        selections = _filtered(operation.node.selection_set, fragments, is_selected)
        if selections is None:
            return None
        node = OperationDefinitionNode(
            operation=operation.node.operation,
            name=operation.node.name,
            variable_definitions=operation.node.variable_definitions,
            directives=operation.node.directives,
            selection_set=selections,
            loc=operation.node.loc,
        )
        document = DocumentNode(definitions=(node, *fragments.values()))
        return replace(operation, node=node, document=document, kept={}, written=None)

    introspection = part(lambda name: name in INTROSPECTION_FIELDS)
    assert introspection is not None
    others = part(lambda name: name not in INTROSPECTION_FIELDS)
    if others is not None and operation.written is not None:
        written = operation.written

        def others_written() -> Operation:
            parts = parts_of(written())
            assert parts is not None and parts.others is not None
            return parts.others

        others = replace(others, written=others_written)
    used = used_in(introspection.node.selection_set, fragments)
    text = "\n".join((print_ast(introspection.node.selection_set), *(print_ast(each) for each in used.fragments)))
    return Parts(introspection, others, text, tuple(used.variables))


def _filtered(
    selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], is_selected: Callable[[str], bool]
) -> SelectionSetNode | None:
    """The selections at the root whose field is wanted; fragments become inline fragments."""
    kept: list[SelectionNode] = []
    for node in selections.selections:
        if isinstance(node, FieldNode):
            if is_selected(node.name.value):
                kept.append(node)
            continue
        body = fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
        assert isinstance(body, FragmentDefinitionNode | InlineFragmentNode)
        inner = _filtered(body.selection_set, fragments, is_selected)
        if inner is not None:
            kept.append(
                InlineFragmentNode(
                    type_condition=body.type_condition, directives=node.directives, selection_set=inner, loc=node.loc
                )
            )
    return SelectionSetNode(selections=tuple(kept), loc=selections.loc) if kept else None


@dataclass(slots=True)
class Used:
    """The fragments and the names of variables that selections use, in the order of their first use."""

    fragments: list[FragmentDefinitionNode] = field(default_factory=list)
    variables: dict[str, None] = field(default_factory=dict)


def used_in(selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Used:
    used = Used()
    names: set[str] = set()

    class Find(Visitor):
        def enter_variable(self, node: VariableNode, *_: object) -> None:
            used.variables.setdefault(node.name.value)

        def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
            if node.name.value not in names:
                names.add(node.name.value)
                used.fragments.append(fragments[node.name.value])
                visit(fragments[node.name.value], Find())

    visit(selections, Find())
    return used
