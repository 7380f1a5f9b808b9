"""What a tree means for one set of fields: a small algebra without names to look up or values to read.

`predicate` runs it over Python records; whoever keeps the records in a database writes the same questions in
its own language. Fields here are keys (`Field.key`), values are ready to compare, and every question about a field
that has no value is answered with no. `NoneOf` is the complement: a record without the field matches `NoneOf`.

A record may hold several values under one key. `Words` then looks for each word in any of them (a phrase in one
and the same), all other questions are answered with yes if one of the values does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from search_syntax.tree import Node

Comparable = int | Decimal | datetime | str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MatchAll(Node):
    """Every record."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Nothing(Node):
    """No record."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Words(Node):
    """The field's text has these words (from `tokenize`): all of them anywhere, or as a phrase one after another.

    With `prefix` the last one need only begin a word.
    """

    field: str
    tokens: tuple[str, ...]
    prefix: bool = False
    phrase: bool = False
    identity: ClassVar[tuple[str, ...]] = ("field", "tokens", "prefix", "phrase")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Exact(Node):
    """The field's text, folded by `fold`, is this value; or begins with it, ends with it, with both has it anywhere."""

    field: str
    value: str
    prefix: bool = False
    suffix: bool = False
    identity: ClassVar[tuple[str, ...]] = ("field", "value", "prefix", "suffix")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Near(Node):
    """The field's text has a word that is this one or one slip away: a letter more, less, other or swapped."""

    field: str
    token: str
    identity: ClassVar[tuple[str, ...]] = ("field", "token")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OneOf(Node):
    """The field is one of these values: an enum's, in lower case, or a boolean."""

    field: str
    values: tuple[str | bool, ...]
    identity: ClassVar[tuple[str, ...]] = ("field", "values")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Range(Node):
    """The field compared with a value. `operator` is `lt`, `lte`, `gt`, `gte`, or `eq` (never for times).

    Texts are compared as they are, sign by sign in the order of Unicode.
    """

    field: str
    operator: str
    value: Comparable
    identity: ClassVar[tuple[str, ...]] = ("field", "operator", "value")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Within(Node):
    """The time is at or after `start` and before `end`, both in UTC."""

    field: str
    start: datetime
    end: datetime
    identity: ClassVar[tuple[str, ...]] = ("field", "start", "end")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class HasValue(Node):
    """The field has a value. An empty text is none."""

    field: str
    identity: ClassVar[tuple[str, ...]] = ("field",)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class NoneOf(Node):
    part: Expression

    @property
    def operands(self) -> Sequence[Expression]:
        return (self.part,)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AllOf(Node):
    parts: tuple[Expression, ...]

    @property
    def operands(self) -> Sequence[Expression]:
        return self.parts


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AnyOf(Node):
    parts: tuple[Expression, ...]

    @property
    def operands(self) -> Sequence[Expression]:
        return self.parts


Question = Words | Near | Exact | OneOf | Range | Within | HasValue
Expression = MatchAll | Nothing | Question | NoneOf | AllOf | AnyOf

EVERYTHING = MatchAll()
NOTHING = Nothing()


@dataclass(frozen=True, slots=True)
class SearchWarning:
    """What Shopify would say about a term. `start` and `end` are the place in the text it is about.

    `code` is None for the one kind that was recorded without a code.
    """

    field: str
    message: str
    code: str | None
    start: int
    end: int
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Meaning:
    root: Expression
    warnings: tuple[SearchWarning, ...] = ()


def all_of(parts: Sequence[Expression]) -> Expression:
    """And, said as simply as it can be."""
    kept = [part for part in parts if not isinstance(part, MatchAll)]
    if any(isinstance(part, Nothing) for part in kept):
        return NOTHING
    if len(kept) < 2:
        return kept[0] if kept else EVERYTHING
    return AllOf(tuple(kept))


def any_of(parts: Sequence[Expression]) -> Expression:
    """Or, said as simply as it can be."""
    kept = [part for part in parts if not isinstance(part, Nothing)]
    if any(isinstance(part, MatchAll) for part in kept):
        return EVERYTHING
    if len(kept) < 2:
        return kept[0] if kept else NOTHING
    return AnyOf(tuple(kept))


def none_of(part: Expression) -> Expression:
    """Not, said as simply as it can be."""
    if isinstance(part, MatchAll):
        return NOTHING
    if isinstance(part, Nothing):
        return EVERYTHING
    return part.part if isinstance(part, NoneOf) else NoneOf(part)
