"""Tree → an English explanation, with the ignored terms, the invalid values, and suggestions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from search_syntax.check import Checker, written_value, zone_of
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
from search_syntax.values import parse_time, write_time

TIME_COMPARISONS = {"<": "before", "<=": "at or before", ">": "after", ">=": "at or after"}
NUMBER_COMPARISONS = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least"}
NO_TEXT = '""'

# The names of values by kind. The values of an enum are called by the name of the field.
VALUE_NAMES = {
    Kind.ID: "an id",
    Kind.NUMBER: "a number",
    Kind.MONEY: "an amount of money",
    Kind.TIME: "a date or time",
    Kind.BOOLEAN: "true or false",
    Kind.AGE: "a number of hours",
}


def explain(query: Query, fields: FieldSet, *, zone: tzinfo, now: datetime, noun: str = "records") -> str:
    """Explain in English which records `query` finds. `noun` is the plural of the records' name.

    Example: `Finds checkouts where status is opne. "opne" is not a status. Did you mean "open"?`
    """
    explainer = Explainer(fields, zone, now, query.text)
    kept = fold(query.tree, explainer.leaf, explainer.branch, flat)
    first = f"Finds {noun} where {emit(query.tree, explainer.clause_parts)}." if kept else f"Finds all {noun}."
    return " ".join([first, *explainer.remarks])


class Explainer:
    """Checks each leaf, keeps the clauses of the leaves that are not dropped, and collects the remarks in order."""

    def __init__(self, fields: FieldSet, zone: tzinfo, now: datetime, text: str) -> None:
        self.checker = Checker(fields, zone, now, text)
        self.remarks: list[str] = []
        self.clauses: dict[int, tuple[str, str]] = {}  # by the leaf's id: its clause, and the negated clause
        self.kept: set[int] = set()

    def leaf(self, node: Everything | Leaf) -> bool:
        before = len(self.checker.warnings)
        found = self.checker.leaf(node)
        warnings = self.checker.warnings[before:]
        if isinstance(node, Everything):
            return False
        if found is None:
            self.remarks.append(f"Ignored: {ignored_reason(node, warnings)}")
            return False
        field = self.checker.fields.get(node.field)
        assert field is not None  # otherwise the leaf was dropped
        self.remarks += invalid_values(field, node, warnings)
        if node.field == DEFAULT and (quotes := self.checker.quotes(node)):
            # `created_at:2026-10-01T08:30` also searches for the word 30.
            self.remarks.append(quotes)
        self.clauses[id(node)] = self.clause(field, node)
        self.kept.add(id(node))
        return True

    def branch(self, node: Tree, parts: list[bool]) -> bool:
        if any(parts):
            self.kept.add(id(node))
        return any(parts)

    def clause_parts(self, node: Tree) -> Sequence[str | Tree]:
        """A node's own strings and, between them, its operands; see `emit`."""
        if isinstance(node, Not):
            if id(node.part) in self.clauses:
                return (self.clauses[id(node.part)][1],)
            return ("not ", *grouped(node.part, And, Or))
        if isinstance(node, And | Or):
            parts = [part for part in flat(node) if id(part) in self.kept]
            if len(parts) == 1:
                return parts
            separator = " and " if isinstance(node, And) else " or "
            return joined([grouped(part, And, Or) for part in parts], separator)
        return (self.clauses[id(node)][0],)

    def clause(self, field: Field, node: Leaf) -> tuple[str, str]:
        """The clause of a leaf, and the negated clause."""
        subject = "any field" if node.field == DEFAULT else node.field
        if isinstance(node, ValueList):
            values = [self.value_clause(field, value)[0] for value in node.values]
            return f"{subject} {' or '.join(values)}", f"{subject} neither {' nor '.join(values)}"
        if isinstance(node, Comparison):
            limit = self.limit(field, node)
            return f"{subject} is {limit}", f"{subject} is not {limit}"
        plain, negated = self.value_clause(field, node)
        if isinstance(node, Exists) and node.field == DEFAULT:
            return "any field has a value", "no field has a value"
        return f"{subject} {plain}", f"{'no field' if node.field == DEFAULT else subject} {negated}"

    def value_clause(self, field: Field, node: SingleValue) -> tuple[str, str]:
        """The clause of a single value without its subject, and the negated clause."""
        if isinstance(node, Exists):
            return "has a value", "has no value"
        if field.kind is Kind.TEXT:
            words = words_text(node)
            return f"has {words}", f"has {words}" if field.name == DEFAULT else f"does not have {words}"
        if isinstance(node, Prefix):
            return f'begins with "{node.value}"', f'does not begin with "{node.value}"'
        if field.kind is Kind.TIME:
            return f"is in {self.time_text(field, node.value)}", f"is not in {self.time_text(field, node.value)}"
        if field.kind is Kind.AGE:
            return f"is {node.value or NO_TEXT} hours", f"is not {node.value or NO_TEXT} hours"
        value = f'"{node.value}"' if field.kind is Kind.KEYWORD else node.value or NO_TEXT
        return f"is {value}", f"is not {value}"

    def limit(self, field: Field, node: Comparison) -> str:
        if field.kind is not Kind.TIME:
            unit = " hours" if field.kind is Kind.AGE else ""
            return f"{NUMBER_COMPARISONS[node.operator]} {node.value or NO_TEXT}{unit}"
        zone = zone_of(field, self.checker.zone)
        period = parse_time(node.value, zone, self.checker.now)
        time = write_time(period.start, zone) if period else node.value or NO_TEXT
        return f"{TIME_COMPARISONS[node.operator]} {time}"

    def time_text(self, field: Field, value: str) -> str:
        """A date as in the search; `now` as the current time."""
        if value.lower() != "now":
            return value or NO_TEXT
        return write_time(self.checker.now, zone_of(field, self.checker.zone))


def words_text(node: SingleValue) -> str:
    assert not isinstance(node, Exists)
    if isinstance(node, Phrase):
        return f'the phrase "{node.value}"'
    if isinstance(node, Prefix):
        return f'a word beginning with "{node.value}"'
    return f'the word "{node.value}"'


def ignored_reason(node: Leaf, warnings: Sequence[SearchWarning]) -> str:
    if not warnings:
        return "a value without letters or digits."
    if warnings[0].code == "missing_named_field":
        return "words without a field name, because this search needs named fields."
    return f'"{node.field}" is not a search field.{warnings[0].hint}'


def invalid_values(field: Field, node: Leaf, warnings: Sequence[SearchWarning]) -> list[str]:
    """A remark for each value that the field cannot have."""
    values = {value.value_start: value for value in (node.values if isinstance(node, ValueList) else (node,))}
    return [
        f"{invalid_value(field, values[warning.start])}{warning.hint}"
        for warning in warnings
        if warning.start in values
    ]


def invalid_value(field: Field, node: SingleValue | Comparison) -> str:
    if isinstance(node, Comparison) and not field.ordered:
        return f"{field.name} cannot be compared with < or >."
    if field.positive:
        return f'"{written_value(node)}" is not a positive integer or UUID.'
    article = "an" if field.name[:1] in "aeiou" else "a"
    return f'"{written_value(node)}" is not {VALUE_NAMES.get(field.kind, f"{article} {field.name}")}.'
