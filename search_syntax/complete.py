"""Text and caret to suggestions. The parser says what may come next, the fields say what that can be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from lark import Token

from search_syntax.fields import Field, FieldSet, Kind
from search_syntax.parse import PARSER, plain
from search_syntax.tree import DEFAULT

UNFINISHED = frozenset({"WORD", "VALUE", "LIMIT", "PHRASE", "AND", "OR", "NOT"})  # may still be being typed
ENDS_OPERAND = frozenset({"WORD", "VALUE", "LIMIT", "PHRASE", "CLOSE"})
OPERANDS_END = frozenset({"AND", "OR", "CLOSE"})
REST_OF_WORD = re.compile(r"(?:[^\s\ufeff():\\,]|\\[\s\S])*")
REST_OF_NAME = re.compile(r"(?:[^\s\ufeff():\\]|\\[\s\S])*:?")
LONGEST = 8 * 1024  # nothing is suggested for longer texts

OPERATORS = (
    ("<", "less than, or before"),
    ("<=", "at most, or at and before"),
    (">", "more than, or after"),
    (">=", "at least, or at and after"),
)
CONNECTIVES = (
    ("OR", "either of its two neighbours; binds tighter than AND"),
    ("AND", "both sides; the same as a space"),
)
NEGATION = ("NOT", "what does not match; the same as a minus sign")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Put `text` in place of `text[start:end]`. `kind` is field, operator, value, date or connective."""

    text: str
    start: int
    end: int
    kind: str
    description: str
    extended: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where the caret is: what was typed of the word, what the parser takes next, and what came before."""

    typed: str
    start: int
    takes: frozenset[str]
    before: tuple[Token, ...]

    @property
    def field(self) -> str:
        """The name of the filter that the caret is in."""
        return next((plain(token[:-1]) for token in reversed(self.before) if token.type == "FIELD"), DEFAULT)

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
    place = place_at(text[:caret])
    rest = text[caret:]
    if "VALUE" in place.takes or "LIMIT" in place.takes:
        end = caret + _length(REST_OF_WORD, rest)
        field = fields.get(place.field)
        offers = value_offers(field, place, zone, now) if field else ()
    else:
        end = caret + _length(REST_OF_NAME, rest)
        offers = term_offers(fields, place)
    ranked = sorted(_ranked(offers, place.typed), key=lambda pair: pair[0])
    return [
        Suggestion(offer.text, place.start, end, offer.kind, offer.description, offer.extended)
        for _, offer in ranked[:limit]
    ]


def place_at(before: str) -> Place:
    tokens, takes = read(before)
    typed = tokens[-1] if tokens and tokens[-1].end_pos == len(before) and tokens[-1].type in UNFINISHED else None
    if typed == "-" and typed.type == "WORD":  # a minus sign that still waits for its term
        return Place("", len(before), takes - OPERANDS_END, tokens[:-1])
    if typed is None or typed.start_pos is None:
        return Place("", len(before), takes, tokens)
    tokens, takes = read(before[: typed.start_pos])
    return Place(typed.lstrip("'\""), typed.start_pos, takes, tokens)


def read(before: str) -> tuple[tuple[Token, ...], frozenset[str]]:
    """The tokens of a text and the tokens that the parser would take after them."""
    parser = PARSER.parse_interactive(before)
    tokens = []
    for token in parser.lexer_thread.lex(parser.parser_state):  # type: ignore[no-untyped-call]
        if token.start_pos is None:  # a parenthesis that was closed for the writer
            break
        tokens.append(token)
        parser.feed_token(token)
    return tuple(tokens), frozenset(parser.choices())  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Offer:
    text: str
    kind: str
    description: str
    extended: bool = False


def term_offers(fields: FieldSet, place: Place) -> Iterator[Offer]:
    named = [
        Offer(f"{field.name}:", "field", field.description or f"a {field.kind.value}", field.extended)
        for field in fields
        if field.name != DEFAULT
    ]
    yield from (offer for offer in named if not offer.extended)
    if place.after_operand:
        for word, description in CONNECTIVES:
            if word in place.takes:
                yield Offer(word, "connective", description)
        if sum((token.type == "OPEN") - (token.type == "CLOSE") for token in place.before) > 0:
            yield Offer(")", "connective", "close the parenthesis")
    yield Offer(NEGATION[0], "connective", NEGATION[1])
    yield from (offer for offer in named if offer.extended)


def value_offers(field: Field, place: Place, zone: tzinfo, now: datetime) -> Iterator[Offer]:
    if "VALUE" not in place.takes and not field.ordered:  # status:>open is never anything
        return
    if field.kind is Kind.ENUM:
        listed = {token.lower() for token in _list_so_far(place.before)}
        for value in field.values:
            if value not in listed:
                yield Offer(value, "value", f"{field.name} is {value}", field.extended)
    elif field.kind is Kind.BOOLEAN:
        for value in ("true", "false"):
            yield Offer(value, "value", f"{field.name} is {value}", field.extended)
    elif field.kind is Kind.TIME:
        yield from date_offers(zone, now)
    if "VALUE" not in place.takes:
        return
    if "OPERATOR" in place.takes and field.ordered and not place.typed:
        for sign, description in OPERATORS:
            yield Offer(sign, "operator", description)
    if not _list_so_far(place.before):
        yield Offer("*", "value", f"{field.name} has a value", field.extended)
    for example in field.examples:
        name, colon, value = example.partition(":")
        if colon and name == field.name and value[:1] not in "<>" and field.kind not in (Kind.ENUM, Kind.BOOLEAN):
            yield Offer(value, "value", "an example", field.extended)


def date_offers(zone: tzinfo, now: datetime) -> Iterator[Offer]:
    today = now.astimezone(zone).date()
    yield Offer("now", "date", "this moment")
    for days, description in ((0, "today"), (1, "yesterday"), (7, "seven days ago"), (30, "thirty days ago")):
        yield Offer((today - timedelta(days=days)).isoformat(), "date", description)
    yield Offer(today.isoformat()[:7], "date", "this month")
    yield Offer(today.isoformat()[:4], "date", "this year")


def _list_so_far(before: tuple[Token, ...]) -> list[Token]:
    """The values between the latest field and the caret."""
    values: list[Token] = []
    for token in reversed(before):
        if token.type == "FIELD":
            break
        if token.type in ("VALUE", "PHRASE"):
            values.append(token)
    return values


def _ranked(offers: Iterable[Offer], typed: str) -> Iterator[tuple[tuple[int, int], Offer]]:
    """What begins with the typed word, then what has it inside a word, then what has its letters in order."""
    wanted, capitals = typed.lower(), typed.isupper()
    for order, offer in enumerate(offers):
        text = offer.text.lower()
        if capitals and offer.text.startswith(typed):  # whoever writes capitals wants a connective
            yield (-1, order), offer
        elif text.startswith(wanted):
            yield (0, order), offer
        elif any(part.startswith(wanted) for part in re.split(r"[^a-z0-9]+", text)):
            yield (1, order), offer
        elif len(wanted) > 1 and wanted in text:
            yield (2, order), offer
        elif len(wanted) > 1 and _in_order(wanted, text):
            yield (3, order), offer


def _in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)


def _length(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.match(text)
    return found.end() if found else 0
