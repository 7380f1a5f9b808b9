"""Documents that differ only in literals, for example in a pasted cursor, share one parsed document.

A regular expression splits a text into a skeleton and its literals. Texts with the same skeleton are one document with
different values, which is parsed, validated, priced and planned once: literals become variables with names that no
document can use. This applies to arguments of type String, ID or Int of a query's fields; all other literals must be
equal. Literals that are equal in one text must be equal in the other, because fields are merged by their arguments.

The locations of errors are those of the client's text: code that reports an error parses the text as it was written.
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

__all__ = ["Skeleton", "SkeletonDocument", "SplitText", "VariablesWithLiterals", "split_literals"]

# Group 1 is a string without escapes, group 2 an integer. Comments and other strings match without a group, and so does
# a run of text that cannot contain a literal: the pattern is then tried at few places of a text.
_LITERAL = re.compile(
    r"""
      (?:[^\#"\-0-9_A-Za-z]++|[_A-Za-z][_0-9A-Za-z]*+)++
    | \#[^\n\r]*+
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

# The text with a mark for each literal, and a number for each literal: equal ones have equal numbers.
Skeleton: TypeAlias = tuple[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class SplitText:
    skeleton: Skeleton
    literals: tuple[str, ...]
    starts: tuple[int, ...]


def split_literals(text: str) -> SplitText | None:
    """None for a text without literals, or with NUL, which marks literals in skeletons."""
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
    return SplitText((marked, equal), tuple(found), tuple(starts))


class VariablesWithLiterals(Variables):
    """The declared variables of a document, and those that replace its literals."""

    __slots__ = ("_as_written", "_literals")

    def __init__(
        self, declared: Variables, literals: Mapping[str, object], as_written: Callable[[], Variables]
    ) -> None:
        self._declared = declared._declared
        self._literals = literals
        self._as_written = as_written

    def check(self, variables: Mapping[str, object]) -> list[ErrorEntry]:
        return self._as_written().check(variables) if super().check(variables) else []

    def simple_values(self, variables: Mapping[str, object]) -> dict[str, object] | None:
        values = super().simple_values(variables)
        return None if values is None else {**values, **self._literals}

    def values(self, variables: Mapping[str, object]) -> dict[str, object]:
        return {**super().values(variables), **self._literals}


class SkeletonDocument:
    """The document of a skeleton, with variables in place of literals."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, first: SplitText) -> None:
        self._first = first
        # The index of each replaced literal → its type in the schema.
        self._kinds: dict[int, str] = {}
        self.document = self._with_variables(schema, document) if _only_queries(document) else document

    @property
    def is_shared(self) -> bool:
        return bool(self._kinds)

    def literals(self, text: SplitText) -> dict[str, object] | None:
        """The values of the variables for a text of this skeleton. None if another literal differs, or a value is
        invalid."""
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

    def _with_variables(self, schema: GraphQLSchema, document: DocumentNode) -> DocumentNode:
        places = {start: place for place, start in enumerate(self._first.starts)}
        kinds, types = self._kinds, TypeInfo(schema)
        declared: list[VariableDefinitionNode] = []

        class ReplaceLiterals(Visitor):
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

        replaced: DocumentNode = visit(document, TypeInfoVisitor(types, ReplaceLiterals()))
        return DocumentNode(
            definitions=tuple(
                _with_declarations(node, declared) if isinstance(node, OperationDefinitionNode) else node
                for node in replaced.definitions
            )
        )


def _with_declarations(
    node: OperationDefinitionNode, declared: list[VariableDefinitionNode]
) -> OperationDefinitionNode:
    return OperationDefinitionNode(
        operation=node.operation,
        name=node.name,
        variable_definitions=(*(node.variable_definitions or ()), *declared),
        directives=node.directives,
        selection_set=node.selection_set,
        loc=node.loc,
    )


def _variable(place: int) -> str:
    """A name with a space, which no variable of a document has."""
    return f"literal {place}"


def _only_queries(document: DocumentNode) -> bool:
    """Whether a document can run a second time, to report an error, without changing anything."""
    return all(
        node.operation is OperationType.QUERY
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    )
