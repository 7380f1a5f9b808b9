"""Text and caret → suggestions. The parser reports which tokens can follow; the fields supply names and values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from search_syntax.escapes import unescaped
from search_syntax.fields import Field, FieldSet, Kind
from search_syntax.parse import parser
from search_syntax.tree import DEFAULT

if TYPE_CHECKING:
    from lark import Token

UNFINISHED = frozenset({"WORD", "VALUE", "LIMIT", "PHRASE", "AND", "OR", "NOT"})  # the user may still type them
ENDS_OPERAND = frozenset({"WORD", "VALUE", "LIMIT", "PHRASE", "CLOSE"})
OPERANDS_END = frozenset({"AND", "OR", "CLOSE"})
REST_OF_WORD = re.compile(r"(?:[^\s\ufeff():\\,]|\\[\s\S])*")
REST_OF_NAME = re.compile(r"(?:[^\s\ufeff():\\]|\\[\s\S])*:?")
LONGEST = 8 * 1024  # longer texts get no suggestions

OPERATORS = (
    ("<", "less than; before"),
    ("<=", "at most; at or before"),
    (">", "more than; after"),
    (">=", "at least; at or after"),
)
CONNECTIVES = (
    ("OR", "matches either side; binds tighter than AND"),
    ("AND", "matches both sides; same as a space"),
)
NEGATION = ("NOT", "excludes the next term; same as a minus sign")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Replace `text[start:end]` of the search by `text`. `kind` is field, operator, value, date or connective."""

    text: str
    start: int
    end: int
    kind: str
    description: str
    extended: bool = False


@dataclass(frozen=True, slots=True)
class CaretContext:
    """The search before the caret. `typed` is the unfinished word, which starts at `start`. `before` are the tokens
    before that word. `expected` are the types of tokens that the parser accepts in its place."""

    typed: str
    start: int
    expected: frozenset[str]
    before: tuple[Token, ...]

    @property
    def field(self) -> str:
        """The field name of the term at the caret."""
        return next((unescaped(token[:-1]) for token in reversed(self.before) if token.type == "FIELD"), DEFAULT)

    @property
    def after_operand(self) -> bool:
        return bool(self.before) and self.before[-1].type in ENDS_OPERAND


def complete(
    text: str, caret: int, fields: FieldSet, *, zone: tzinfo, now: datetime, limit: int = 20
) -> list[Suggestion]:
    """The best suggestions for the word at `caret`, best first."""
    caret = max(0, min(caret, len(text)))
    if caret > LONGEST:
        return []
    context = context_of(text[:caret])
    rest = text[caret:]
    if "VALUE" in context.expected or "LIMIT" in context.expected:
        end = caret + _length(REST_OF_WORD, rest)
        field = fields.get(context.field)
        candidates = value_candidates(field, context, zone, now) if field else ()
    else:
        end = caret + _length(REST_OF_NAME, rest)
        candidates = term_candidates(fields, context)
    ranked = sorted(_ranked(candidates, context.typed), key=lambda pair: pair[0])
    return [
        Suggestion(each.text, context.start, end, each.kind, each.description, each.extended)
        for _, each in ranked[:limit]
    ]


def context_of(before: str) -> CaretContext:
    tokens, expected = tokens_of(before)
    typed = tokens[-1] if tokens and tokens[-1].end_pos == len(before) and tokens[-1].type in UNFINISHED else None
    if typed == "-" and typed.type == "WORD":  # a minus sign whose term is not typed yet
        return CaretContext("", len(before), expected - OPERANDS_END, tokens[:-1])
    if typed is None or typed.start_pos is None:
        return CaretContext("", len(before), expected, tokens)
    tokens, expected = tokens_of(before[: typed.start_pos])
    return CaretContext(typed.lstrip("'\""), typed.start_pos, expected, tokens)


def tokens_of(before: str) -> tuple[tuple[Token, ...], frozenset[str]]:
    """The tokens of a text, and the types of tokens that the parser accepts after them."""
    interactive = parser().parse_interactive(before)
    tokens = []
    for token in interactive.lexer_thread.lex(interactive.parser_state):  # type: ignore[no-untyped-call]
        if token.start_pos is None:  # a closing parenthesis that MatchParentheses added
            break
        tokens.append(token)
        interactive.feed_token(token)
    return tuple(tokens), frozenset(interactive.choices())  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A suggestion without the range that it replaces."""

    text: str
    kind: str
    description: str
    extended: bool = False


def term_candidates(fields: FieldSet, context: CaretContext) -> Iterator[Candidate]:
    names = [
        Candidate(f"{field.name}:", "field", field.description or f"{field.kind.value} field", field.extended)
        for field in fields
        if field.name != DEFAULT
    ]
    yield from (each for each in names if not each.extended)
    if context.after_operand:
        for word, description in CONNECTIVES:
            if word in context.expected:
                yield Candidate(word, "connective", description)
        if sum((token.type == "OPEN") - (token.type == "CLOSE") for token in context.before) > 0:
            yield Candidate(")", "connective", "close the parenthesis")
    yield Candidate(NEGATION[0], "connective", NEGATION[1])
    yield from (each for each in names if each.extended)


def value_candidates(field: Field, context: CaretContext, zone: tzinfo, now: datetime) -> Iterator[Candidate]:
    if "VALUE" not in context.expected and not field.ordered:  # status:>open is invalid
        return
    if field.kind is Kind.ENUM:
        listed = {token.lower() for token in _values_before(context)}
        for value in field.values:
            if value not in listed:
                yield Candidate(value, "value", f"{field.name} is {value}", field.extended)
    elif field.kind is Kind.BOOLEAN:
        for value in ("true", "false"):
            yield Candidate(value, "value", f"{field.name} is {value}", field.extended)
    elif field.kind is Kind.TIME:
        yield from date_candidates(zone, now)
    if "VALUE" not in context.expected:
        return
    if "OPERATOR" in context.expected and field.ordered and not context.typed:
        for operator, description in OPERATORS:
            yield Candidate(operator, "operator", description)
    if not _values_before(context):
        yield Candidate("*", "value", f"{field.name} has a value", field.extended)
    for example in field.examples:
        name, colon, value = example.partition(":")
        if colon and name == field.name and value[:1] not in "<>" and field.kind not in (Kind.ENUM, Kind.BOOLEAN):
            yield Candidate(value, "value", "example", field.extended)


def date_candidates(zone: tzinfo, now: datetime) -> Iterator[Candidate]:
    today = now.astimezone(zone).date()
    yield Candidate("now", "date", "the current time")
    for days, description in ((0, "today"), (1, "yesterday"), (7, "7 days ago"), (30, "30 days ago")):
        yield Candidate((today - timedelta(days=days)).isoformat(), "date", description)
    yield Candidate(today.isoformat()[:7], "date", "this month")
    yield Candidate(today.isoformat()[:4], "date", "this year")


def _values_before(context: CaretContext) -> list[Token]:
    """The values between the last field name and the caret."""
    values: list[Token] = []
    for token in reversed(context.before):
        if token.type == "FIELD":
            break
        if token.type in ("VALUE", "PHRASE"):
            values.append(token)
    return values


def _ranked(candidates: Iterable[Candidate], typed: str) -> Iterator[tuple[tuple[int, int], Candidate]]:
    """The candidates that match the typed word, each with its rank.

    Best first: candidates that start with the word, that have a part that starts with it, that contain it, and that
    contain its letters in this order. If the word is in capitals, connectives come first.
    """
    word, capitals = typed.lower(), typed.isupper()
    for order, each in enumerate(candidates):
        text = each.text.lower()
        if capitals and each.text.startswith(typed):
            yield (-1, order), each
        elif text.startswith(word):
            yield (0, order), each
        elif any(part.startswith(word) for part in re.split(r"[^a-z0-9]+", text)):
            yield (1, order), each
        elif len(word) > 1 and word in text:
            yield (2, order), each
        elif len(word) > 1 and _in_order(word, text):
            yield (3, order), each


def _in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)


def _length(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.match(text)
    return found.end() if found else 0
