"""Documents that differ in nothing but literals, pasted cursors for instance, share what was learned from one.

A text is taken apart into a skeleton and its literals by one regular expression. Two texts of one skeleton are the
same document with other values in the same places, so they are parsed, validated, priced and planned once: what may
differ becomes variables, whose names no document can use. That holds for arguments of fields that are String, ID or
Int, in queries; every other literal has to be equal. Equal literals must stay equal, and different ones different,
because fields merge by that.

Places in errors are those of the text at hand: whoever has an error to tell reads it as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    IntValueNode,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_nullable_type,
    parse_type,
    visit,
)

from abandoned_checkouts.shopify.language.coercion import scalar_problem
from abandoned_checkouts.shopify.language.errors import ErrorEntry
from abandoned_checkouts.shopify.language.variables import Variables

__all__ = ["Apart", "Shape", "Skeleton", "WithLiterals", "taken_apart"]

# Comments and texts that are not plain are stepped over; group 1 is a plain text, group 2 a whole number.
_LITERAL = re.compile(
    r"""
      \#[^\n\r]*+
    | \"\"\"(?:[^"\\]++|\\\"\"\"|\\|\"{1,2}(?!\"))*+(?:\"\"\")?
    | (\"[^"\\\x00-\x1f\ud800-\udfff]*+\"(?!\"))
    | \"(?:[^"\\\n\r]++|\\[^\n\r])*+\"?
    | ((?<![\w.-])-?(?:0|[1-9][0-9]*+)(?![\w.]))
    """,
    re.VERBOSE,
)
_MARKS = ("", "\x00s", "\x00i")
_KINDS = frozenset({"String", "ID", "Int"})
_LONGEST_INT = 11

# The text with a mark for each literal, and which of the literals are equal.
Skeleton: TypeAlias = tuple[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Apart:
    skeleton: Skeleton
    literals: tuple[str, ...]
    starts: tuple[int, ...]


def taken_apart(text: str) -> Apart | None:
    """None for a text without literals, or one that cannot be told from a skeleton."""
    if "\x00" in text:
        return None
    found: list[str] = []
    starts: list[int] = []

    def mark(match: re.Match[str]) -> str:
        if match.lastindex is None:
            return match[0]
        found.append(match[0])
        starts.append(match.start())
        return _MARKS[match.lastindex]

    marked = _LITERAL.sub(mark, text)
    if not found:
        return None
    known: dict[str, int] = {}
    equal = tuple([known.setdefault(literal, len(known)) for literal in found])
    return Apart((marked, equal), tuple(found), tuple(starts))


class WithLiterals(Variables):
    """The variables of a document whose literals have become variables too."""

    __slots__ = ("_as_written", "_literals")

    def __init__(
        self, declared: Variables, literals: Mapping[str, object], as_written: Callable[[], Variables]
    ) -> None:
        self._declared = declared._declared
        self._literals = literals
        self._as_written = as_written

    def check(self, given: Mapping[str, object]) -> list[ErrorEntry]:
        return self._as_written().check(given) if super().check(given) else []

    def values(self, given: Mapping[str, object]) -> dict[str, object]:
        return {**super().values(given), **self._literals}


class Shape:
    """One skeleton: the document with variables in place of literals, and which literals those are."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, first: Apart) -> None:
        self._first = first
        # By the place of a literal among all: its type in the schema.
        self._kinds: dict[int, str] = {}
        self.document = self._opened(schema, document) if _only_queries(document) else document

    @property
    def is_shared(self) -> bool:
        return bool(self._kinds)

    def literals(self, text: Apart) -> dict[str, object] | None:
        """The values of the variables for a text of this skeleton; None where it differs in more than those."""
        values = {}
        for place, (literal, first) in enumerate(zip(text.literals, self._first.literals, strict=True)):
            kind = self._kinds.get(place)
            if kind is None:
                if literal != first:
                    return None
                continue
            if literal[0] != '"' and len(literal) > _LONGEST_INT:
                return None
            value: object = literal[1:-1] if literal[0] == '"' else int(literal)
            if scalar_problem(kind, value) is not None:
                return None
            values[_variable(place)] = value if kind == "Int" else literal.strip('"')
        return values

    def _opened(self, schema: GraphQLSchema, document: DocumentNode) -> DocumentNode:
        places = {start: place for place, start in enumerate(self._first.starts)}
        kinds, types = self._kinds, TypeInfo(schema)
        declared: list[VariableDefinitionNode] = []

        class Open(Visitor):
            def enter_argument(
                self, node: ArgumentNode, _key: object, _parent: object, _path: object, around: list[object]
            ) -> ArgumentNode | None:
                argument, value = types.get_argument(), node.value
                place = None if value.loc is None else places.get(value.loc.start)
                if argument is None or place is None or not isinstance(around[-1], FieldNode):
                    return None
                named = getattr(get_nullable_type(argument.type), "name", "")
                if named not in _KINDS or not isinstance(value, StringValueNode | IntValueNode):
                    return None
                kinds[place] = named
                variable = VariableNode(name=NameNode(value=_variable(place)))
                declared.append(VariableDefinitionNode(variable=variable, type=parse_type(str(argument.type))))
                return ArgumentNode(name=node.name, value=variable, loc=node.loc)

        opened: DocumentNode = visit(document, TypeInfoVisitor(types, Open()))
        return DocumentNode(
            definitions=tuple(
                _declaring(node, declared) if isinstance(node, OperationDefinitionNode) else node
                for node in opened.definitions
            )
        )


def _declaring(node: OperationDefinitionNode, declared: list[VariableDefinitionNode]) -> OperationDefinitionNode:
    return OperationDefinitionNode(
        operation=node.operation,
        name=node.name,
        variable_definitions=(*(node.variable_definitions or ()), *declared),
        directives=node.directives,
        selection_set=node.selection_set,
        loc=node.loc,
    )


def _variable(place: int) -> str:
    """No document has a variable of such a name."""
    return f"literal {place}"


def _only_queries(document: DocumentNode) -> bool:
    """Whatever may have to run a second time must change nothing."""
    return all(
        node.operation is OperationType.QUERY
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    )
