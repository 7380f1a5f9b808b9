"""Tree and fields → meaning and warnings.

How an invalid term changes the result:
- An unknown field, or words without a field name where only named fields are searched: the term is dropped (recorded:
  Shopify returns the whole catalogue). So `x:1 OR status:open` and `-x:1 status:open` both mean `status:open`, and
  `x:1` alone finds everything.
- A value that the field cannot have: the term matches nothing (recorded). So `status:odd OR status:open` means
  `status:open`, and `-status:odd` finds everything.
- Words without letters and digits, like `&`: the term is dropped without a warning.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from decimal import Decimal

from search_syntax import meaning as m
from search_syntax.fields import Field, FieldSet, Kind, nearest
from search_syntax.meaning import EVERYTHING, NOTHING, Expression, Meaning, SearchWarning
from search_syntax.parse import Query
from search_syntax.tokens import fold as folded
from search_syntax.tokens import tokenize
from search_syntax.tree import (
    DEFAULT,
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
    flat,
    fold,
)
from search_syntax.values import (
    MICROSECOND,
    Period,
    hours_before,
    is_uuid,
    later,
    parse_boolean,
    parse_id,
    parse_number,
    parse_time,
    parse_whole,
)

# A greater age is an earlier time, so comparisons of ages are reversed.
AGES = {"<": "gt", "<=": "gte", ">": "lt", ">=": "lte"}
OPERATORS = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}


def check(query: Query | Tree, fields: FieldSet, *, zone: tzinfo = UTC, now: datetime | None = None) -> Meaning:
    """The meaning of `query` (or of a tree) for these search fields.

    `zone` is the shop's time zone. `now` is an aware datetime; by default the current time.
    """
    text = query.text if isinstance(query, Query) else ""
    reading = Checker(fields, zone, now or datetime.now(UTC), text)
    root = fold(query.tree if isinstance(query, Query) else query, reading.leaf, reading.branch, flat)
    return Meaning(EVERYTHING if root is None else root, tuple(reading.warnings), reading.uses_time)


def _operator(node: Leaf) -> str:
    return node.operator if isinstance(node, Comparison) else ""


class Checker:
    """Checks a tree in one walk. A method returns None for a dropped term. `text` is that of the search; warnings have
    less help without it."""

    def __init__(self, fields: FieldSet, zone: tzinfo, now: datetime, text: str = "") -> None:
        self.fields = fields
        self._text = text
        # The last term with a time.
        self._time: Leaf | None = None
        self.zone = zone
        self._now = now
        self.uses_time = False
        self.warnings: list[SearchWarning] = []

    @property
    def now(self) -> datetime:
        """The current time. `uses_time` notes that the search depends on it."""
        self.uses_time = True
        return self._now

    def period(self, text: str, zone: tzinfo) -> Period | None:
        """See parse_time. Only `now` depends on the current time."""
        return parse_time(text, zone, self.now if text.lower() == "now" else self._now)

    def branch(self, node: Tree, parts: list[Expression | None]) -> Expression | None:
        kept = [part for part in parts if part is not None]
        if not kept:
            return None
        if isinstance(node, Not):
            return m.none_of(kept[0])
        return m.any_of(kept) if isinstance(node, Or) else m.all_of(kept)

    def leaf(self, node: Everything | Leaf) -> Expression | None:
        if isinstance(node, Everything):
            return None
        field = self.fields.get(node.field)
        if field is not None and field.kind is Kind.TIME:
            self._time = node
        if field is None:
            self.unknown(node)
            return None
        if isinstance(node, ValueList):
            kept = [part for part in (self.value(field, value) for value in node.values) if part is not None]
            return m.any_of(kept) if kept else None
        if isinstance(node, Comparison):
            return self.comparison(field, node)
        return self.value(field, node)

    def unknown(self, node: Leaf) -> None:
        if node.field == DEFAULT:
            message, code = "Input must use named search fields in this query.", "missing_named_field"
            self.warnings.append(SearchWarning(DEFAULT, message, code, node.start, node.end))
            return
        message, code = "Invalid search field for this query.", "invalid_field"
        end = max(node.start + 1, min(node.value_start, node.start + len(node.field)))
        self.warnings.append(
            SearchWarning(node.field, message, code, node.start, end, self.fields.nearest(node.field), self.help(node))
        )

    def help(self, node: Leaf) -> str | None:
        """What to do about an unknown field, if it is not just misspelled."""
        if self.fields.is_off(node.field):
            return f"It is an extended field, which is off here. {self.fields.switch}".strip()
        return self.quotes(node)

    def quotes(self, node: Leaf) -> str | None:
        """A sentence for a term that is the rest of a time: without quotes, a time ends at its first colon."""
        time = self._time
        if time is None or node.start != time.end + 1 or self._text[time.end : node.start] != ":":
            return None
        rest = self._text.find(" ", node.start)
        end = min(len(self._text) if rest < 0 else rest, time.value_start + 40)
        whole = self._text[time.value_start : end].rstrip("()")
        return f"Put the time in quotes: {time.field}:{_operator(time)}'{whole}'."

    def value(self, field: Field, node: SingleValue) -> Expression | None:
        if isinstance(node, Exists):
            return EVERYTHING if field.name == DEFAULT else m.HasValue(field.key)
        prefix = isinstance(node, Prefix)
        if field.kind is Kind.TEXT:
            tokens = tokenize(node.value)
            phrase = isinstance(node, Phrase) or len(tokens) > 1  # bob@example.com means its parts in this order
            if prefix:  # in TS-* the word TS is complete, so it is not a prefix
                prefix = len(tokenize(node.value.rstrip("*") + "x")) == len(tokens)
            return m.Words(field.key, tokens, prefix, phrase) if tokens else None
        if field.kind is Kind.KEYWORD:
            return m.Exact(field.key, folded(node.value), prefix)
        if field.kind is Kind.ENUM:
            return self.one_of(field, node, prefix)
        if prefix:  # 2024* is not a date and 12* is not a number
            return self.invalid(field, node)
        return self.equal(field, node)

    def one_of(self, field: Field, node: SingleValue, prefix: bool) -> Expression:
        assert not isinstance(node, Exists)
        word = node.value.lower()
        if prefix:
            found = tuple(value for value in field.values if value.startswith(word))
        else:
            found = (word,) if word in field.values else ()
        return m.OneOf(field.key, found) if found else self.invalid(field, node, nearest(word, field.values))

    def equal(self, field: Field, node: SingleValue) -> Expression:
        assert not isinstance(node, Exists)
        if field.kind is Kind.TIME:
            period = self.period(node.value, self.zone_of(field))
            return self.invalid(field, node) if period is None else m.Within(field.key, period.start, period.end)
        if field.kind is Kind.BOOLEAN:
            choice = parse_boolean(node.value)
            suggestion = nearest(node.value, ("true", "false"))
            return self.invalid(field, node, suggestion) if choice is None else m.OneOf(field.key, (choice,))
        if field.positive and is_uuid(node.value):
            return m.Exact(field.key, folded(node.value))
        number = parse_comparable(field, node.value)
        if number is None:
            return self.invalid(field, node)
        if field.kind is Kind.AGE:  # 24 means at least 24 and less than 25 hours
            hours = Decimal(number)
            start, end = hours_before(self.now, hours + 1), hours_before(self.now, hours)
            return m.Within(field.key, later(start, MICROSECOND), later(end, MICROSECOND))
        return m.Range(field.key, "eq", number)

    def comparison(self, field: Field, node: Comparison) -> Expression:
        operator = OPERATORS[node.operator]
        if field.kind is Kind.TIME:
            # In a comparison a date means its first moment (recorded: 2000-01-01T00 became 00:00:00).
            period = self.period(node.value, self.zone_of(field))
            return self.invalid(field, node) if period is None else m.Range(field.key, operator, period.start)
        number = parse_comparable(field, node.value) if field.ordered else None
        if number is None:
            return self.invalid(field, node)
        if field.kind is Kind.AGE:
            return m.Range(field.key, AGES[node.operator], hours_before(self.now, Decimal(number)))
        return m.Range(field.key, operator, number)

    def zone_of(self, field: Field) -> tzinfo:
        return zone_of(field, self.zone)

    def invalid(self, field: Field, node: SingleValue | Comparison, suggestion: str | None = None) -> Expression:
        """Warn that the field cannot have the value; the term matches nothing."""
        value = written_value(node)
        if field.positive:
            message, code = f"Expected field to be a positive integer or UUID, received `{value}`.", None
        else:
            message, code = f"Input `{value}` is not an accepted value.", "invalid_value"
        end = max(node.end, node.value_start + 1)
        self.warnings.append(SearchWarning(node.field, message, code, node.value_start, end, suggestion))
        return NOTHING


def written_value(node: SingleValue | Comparison) -> str:
    """The value as the user wrote it: with the star of a prefix, without quotes and escapes."""
    if isinstance(node, Exists):
        return "*"
    return f"{node.value}*" if isinstance(node, Prefix) else node.value


def zone_of(field: Field, zone: tzinfo) -> tzinfo:
    """The time zone for times without one. `zone` is the shop's time zone."""
    return zone if field.indexed else UTC


def parse_comparable(field: Field, text: str) -> int | Decimal | None:
    """The number or id in `text`; None if the field cannot have it."""
    if field.kind is not Kind.ID:
        return parse_number(text)
    number = parse_whole(text) if field.positive else parse_id(text, field.global_id)
    return None if number is not None and field.positive and number < 1 else number
