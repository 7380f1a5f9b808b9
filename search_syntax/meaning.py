"""The meaning of a search for one set of fields: an expression in which field names are resolved and values are parsed.

`predicate` runs it on Python records; a program with a database translates it into the database's language. `field`
is a key (`Field.key`), and values are ready to compare. A criterion does not match a record without a value for its
field. `NoneOf` is the complement, so it matches such a record.

A record can have several values under one key. `Words` then finds each word in any of the values, and a phrase within
one value; every other criterion matches if one of the values matches.
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
    """Matches every record."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Nothing(Node):
    """Matches no record."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Words(Node):
    """The field's text contains these words (from `tokenize`), anywhere or, with `phrase`, one after another.

    With `prefix`, the last one matches every word that begins with it.
    """

    field: str
    tokens: tuple[str, ...]
    prefix: bool = False
    phrase: bool = False
    identity: ClassVar[tuple[str, ...]] = ("field", "tokens", "prefix", "phrase")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Exact(Node):
    """The field's text, folded by `fold`, equals this value.

    With `prefix` the text begins with the value, with `suffix` it ends with it, with both it contains it.
    """

    field: str
    value: str
    prefix: bool = False
    suffix: bool = False
    identity: ClassVar[tuple[str, ...]] = ("field", "value", "prefix", "suffix")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Near(Node):
    """The field's text contains this word, or one with a single typo: a letter added, missing, changed or swapped."""

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

    Texts are compared without folding, by code point.
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
    """The field has a value. An empty text is not a value."""

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


Criterion = Words | Near | Exact | OneOf | Range | Within | HasValue
Expression = MatchAll | Nothing | Criterion | NoneOf | AllOf | AnyOf

EVERYTHING = MatchAll()
NOTHING = Nothing()


@dataclass(frozen=True, slots=True)
class SearchWarning:
    """Shopify's warning about a term, at `text[start:end]`.

    `code` is None for the one warning that was recorded without a code. `suggestion` and `help` are not Shopify's:
    `help` is a sentence about what to do.
    """

    field: str
    message: str
    code: str | None
    start: int
    end: int
    suggestion: str | None = None
    help: str | None = None

    @property
    def hint(self) -> str:
        """What to do, starting with a space; empty if that is unknown."""
        if self.help:
            return f" {self.help}"
        return f' Did you mean "{self.suggestion}"?' if self.suggestion else ""


@dataclass(frozen=True, slots=True)
class Meaning:
    root: Expression
    warnings: tuple[SearchWarning, ...] = ()
    # Whether the meaning is another one at another time: the search has `now` or an age.
    depends_on_time: bool = False


def all_of(parts: Sequence[Expression]) -> Expression:
    """The conjunction of the parts, simplified."""
    kept = [part for part in parts if not isinstance(part, MatchAll)]
    if any(isinstance(part, Nothing) for part in kept):
        return NOTHING
    if len(kept) < 2:
        return kept[0] if kept else EVERYTHING
    return AllOf(tuple(kept))


def any_of(parts: Sequence[Expression]) -> Expression:
    """The disjunction of the parts, simplified."""
    kept = [part for part in parts if not isinstance(part, Nothing)]
    if any(isinstance(part, MatchAll) for part in kept):
        return EVERYTHING
    if len(kept) < 2:
        return kept[0] if kept else NOTHING
    return AnyOf(tuple(kept))


def none_of(part: Expression) -> Expression:
    """The complement of the part, simplified."""
    if isinstance(part, MatchAll):
        return NOTHING
    if isinstance(part, Nothing):
        return EVERYTHING
    return part.part if isinstance(part, NoneOf) else NoneOf(part)
