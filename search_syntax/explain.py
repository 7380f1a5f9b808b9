"""Tree to an English sentence that also says what was ignored and what was probably meant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from search_syntax.check import Checker, zone_of
from search_syntax.fields import Field, FieldSet, Kind
from search_syntax.meaning import SearchWarning
from search_syntax.parse import Query
from search_syntax.text import grouped, joined
from search_syntax.tree import (
    DEFAULT,
    And,
    Comparison,
    Everything,
    Exists,
    Leaf,
    Not,
    Or,
    Phrase,
    Prefix,
    SingleValue,
    Tree,
    ValueList,
    emit,
    flat,
    fold,
)
from search_syntax.values import read_time, write_time

TIMES = {"<": "before", "<=": "at or before", ">": "after", ">=": "at or after"}
NO_TEXT = "“”"
NUMBERS = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least"}


def explain(query: Query, fields: FieldSet, *, zone: tzinfo, now: datetime, things: str = "records") -> str:
    """What `query` finds, for people: `Finds checkouts where status is open. Ignored: “emial” is not a field here; did
    you mean “email”?`
    """
    telling = Telling(fields, zone, now)
    kept = fold(query.tree, telling.leaf, telling.branch, flat)
    sentences = [f"Finds {things} where {emit(query.tree, telling.pieces)}." if kept else f"Finds all {things}."]
    sentences += [f"Ignored: {remark}." if remark[-1] != "?" else f"Ignored: {remark}" for remark in telling.ignored]
    return " ".join(sentences)


class Telling:
    """Tells leaf by leaf what the check made of it, then writes the clauses of those that count."""

    def __init__(self, fields: FieldSet, zone: tzinfo, now: datetime) -> None:
        self.reading = Checker(fields, zone, now)
        self.ignored: list[str] = []
        self.clauses: dict[int, tuple[str, str]] = {}  # a leaf's clause, plain and negated
        self.kept: set[int] = set()

    def leaf(self, node: Everything | Leaf) -> bool:
        before = len(self.reading.warnings)
        found = self.reading.leaf(node)
        warnings = self.reading.warnings[before:]
        if isinstance(node, Everything):
            return False
        if found is None:
            self.ignored.append(ignored(node, warnings))
            return False
        self.clauses[id(node)] = self.clause(node, warnings)
        self.kept.add(id(node))
        return True

    def branch(self, node: Tree, parts: list[bool]) -> bool:
        if any(parts):
            self.kept.add(id(node))
        return any(parts)

    def pieces(self, node: Tree) -> Sequence[str | Tree]:
        if isinstance(node, Not):
            if id(node.part) in self.clauses:
                return (self.clauses[id(node.part)][1],)
            return ("not ", *grouped(node.part, And, Or))
        if isinstance(node, And | Or):
            parts = [part for part in flat(node) if id(part) in self.kept]
            if len(parts) == 1:
                return parts
            between = " and " if isinstance(node, And) else " or "
            return joined([grouped(part, And, Or) for part in parts], between)
        return (self.clauses[id(node)][0],)

    def clause(self, node: Leaf, warnings: Sequence[SearchWarning]) -> tuple[str, str]:
        field = self.reading.fields.get(node.field)
        assert field is not None  # else it was ignored
        subject = "any field" if node.field == DEFAULT else node.field
        never = [remark(warning) for warning in warnings]
        aside = f" ({'; '.join(never)})" if never else ""
        if isinstance(node, ValueList):
            told = [self.told(field, value)[0] for value in node.values]
            return f"{subject} {' or '.join(told)}{aside}", f"{subject} neither {' nor '.join(told)}{aside}"
        if isinstance(node, Comparison):
            told_limit = self.limit(field, node)
            return f"{subject} is {told_limit}{aside}", f"{subject} is not {told_limit}{aside}"
        plain, negated = self.told(field, node)
        if isinstance(node, Exists) and node.field == DEFAULT:
            return "anything is there", "nothing is there"
        return f"{subject} {plain}{aside}", f"{'no field' if node.field == DEFAULT else subject} {negated}{aside}"

    def told(self, field: Field, node: SingleValue) -> tuple[str, str]:
        """What is asked of the field, plain and negated."""
        if isinstance(node, Exists):
            return "has a value", "has no value"
        if field.kind is Kind.TEXT:
            what = told_words(node)
            return f"has {what}", f"has {what}" if field.name == DEFAULT else f"does not have {what}"
        if isinstance(node, Prefix):
            return f"begins with “{node.value}”", f"does not begin with “{node.value}”"
        if field.kind is Kind.TIME:
            return f"is in {self.shown(field, node.value)}", f"is not in {self.shown(field, node.value)}"
        if field.kind is Kind.AGE:
            return f"is {node.value or NO_TEXT} hours", f"is not {node.value or NO_TEXT} hours"
        value = f"“{node.value}”" if field.kind is Kind.KEYWORD else node.value or NO_TEXT
        return f"is {value}", f"is not {value}"

    def limit(self, field: Field, node: Comparison) -> str:
        if field.kind is not Kind.TIME:
            unit = " hours" if field.kind is Kind.AGE else ""
            return f"{NUMBERS[node.operator]} {node.value or NO_TEXT}{unit}"
        zone = zone_of(field, self.reading.zone)
        period = read_time(node.value, zone, self.reading.now)
        return f"{TIMES[node.operator]} {write_time(period.start, zone) if period else node.value or NO_TEXT}"

    def shown(self, field: Field, value: str) -> str:
        """A date as written; `now` as the moment it is."""
        if value.lower() != "now":
            return value or NO_TEXT
        return write_time(self.reading.now, zone_of(field, self.reading.zone))


def told_words(node: SingleValue) -> str:
    assert not isinstance(node, Exists)
    if isinstance(node, Phrase):
        return f"the phrase “{node.value}”"
    if isinstance(node, Prefix):
        return f"a word beginning with “{node.value}”"
    return f"the word “{node.value}”"


def ignored(node: Leaf, warnings: Sequence[SearchWarning]) -> str:
    if not warnings:
        return "a value without letters or digits"
    warning = warnings[0]
    if warning.code == "missing_named_field":
        return "words without a field's name, which are not searched here"
    meant = f"; did you mean “{warning.suggestion}”?" if warning.suggestion else ""
    return f"“{node.field}” is not a field here{meant}"


def remark(warning: SearchWarning) -> str:
    meant = f"; did you mean “{warning.suggestion}”?" if warning.suggestion else ""
    return f"which {warning.field} never is{meant}"
