"""Wix's query language: converts a JSON filter to an expression of search_syntax.meaning, which the store runs.

    {"status": "ABANDONED", "createdDate": {"$gte": "2026-01-01T00:00:00.000Z"}}

All keys of an object must match. A plain value means `$eq`. `$not` takes an expression; it also accepts a list, and
then matches unless the whole list does. A row without a value matches `$ne` and `$nin`. Source: the guide to the API
query language (Wix).
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeGuard

from abandoned_checkouts.checkouts.activity import ACTIVITY_TYPES
from abandoned_checkouts.wix.errors import InvalidArgumentError, Violation
from abandoned_checkouts.wix.filter_fields import ALIASES, FilterField, FilterKind, wire_path
from abandoned_checkouts.wix.to_wix.checkout import STATUSES
from search_syntax import fold
from search_syntax import meaning as m

Fields = Mapping[str, FilterField]

MOST_CONDITIONS = 500
MOST_VALUES = 500
DEEPEST = 32
LONGEST_TEXT = 2000

_MILLISECOND = timedelta(milliseconds=1)
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
# JavaScript's form of years outside 0001 to 9999: +010000-01-01T00:00:00Z.
_FAR_OFF = re.compile(r"(?:([+-])\d{6}|0000)-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z", re.ASCII)
_LOGIC = ("$and", "$or", "$not")
_COMPARISONS = {"$gt": "gt", "$gte": "gte", "$lt": "lt", "$lte": "lte"}
_STATUSES = {status: stored for stored, status in STATUSES.items()}


def parse_filter(source: object, fields: Fields, path: str) -> m.Expression:
    """The expression of a filter. `path` is the path of the filter in the request body, for errors.

    Raises InvalidArgumentError.
    """
    if source is None:
        return m.EVERYTHING
    return _Reader(fields, path).expression(source, 0)


class _Reader:
    def __init__(self, fields: Fields, path: str) -> None:
        self._fields = fields
        self._path = path
        self._conditions = 0

    def expression(self, source: object, depth: int) -> m.Expression:
        if not isinstance(source, dict):
            raise self.refused("Expected an object")
        self.check_depth(depth)
        parts = []
        for name, value in source.items():
            if name in _LOGIC:
                parts.append(self.logic(name, value, depth))
            elif name.startswith("$"):
                raise self.refused(f"Unknown operator '{name}'")
            else:
                parts.append(self.on_field(name, value, depth))
        return m.all_of(parts)

    def logic(self, name: str, value: object, depth: int) -> m.Expression:
        if name == "$not" and isinstance(value, dict):
            value = [value]
        if not isinstance(value, list) or not value:
            raise self.refused(f"'{name}' expects a list of filters")
        parts = [self.expression(part, depth + 1) for part in value]
        if name == "$or":
            return m.any_of(parts)
        return m.all_of(parts) if name == "$and" else m.none_of(m.all_of(parts))

    def on_field(self, name: str, value: object, depth: int) -> m.Expression:
        field = self._fields.get(wire_path(name))
        if field is None:
            raise self.refused(f"Field '{name}' is not declared as filterable")
        self.check_depth(depth)
        operators = value if _is_operators(value) else {"$eq": value}
        parts = []
        for sent_operator, operand in operators.items():
            if sent_operator == "$not":
                parts.append(m.none_of(self.on_field(name, operand, depth + 1)))
                continue
            operator = ALIASES.get(sent_operator, sent_operator)
            if operator not in field.operators:
                raise self.refused(f"Field '{field.path}' does not support the operator '{sent_operator}'")
            self.count(1)
            parts.append(self.condition(field, operator, operand))
        return m.all_of(parts)

    def condition(self, field: FilterField, operator: str, operand: object) -> m.Expression:
        if operator in ("$exists", "$isEmpty"):
            if not isinstance(operand, bool):
                raise self.refused(f"'{operator}' of field '{field.path}' expects true or false")
            exists = m.HasValue(field.key)
            return exists if operand == (operator == "$exists") else m.none_of(exists)
        if operator in ("$in", "$nin", "$hasSome", "$hasAll"):
            values = self.values(field, operator, operand)
            parts = [self.equal(field, value) for value in values]
            if operator == "$hasAll":
                return m.all_of(parts)
            either = self.any_equal(field, values)
            return m.none_of(either) if operator == "$nin" else either
        if operator in ("$eq", "$ne"):
            equal = self.equal(field, operand)
            return m.none_of(equal) if operator == "$ne" else equal
        if operator in _COMPARISONS:
            return self.compared(field, _COMPARISONS[operator], operand)
        value = fold(self.text(field, operand))
        return m.Exact(field.key, value, prefix=operator != "$endsWith", suffix=operator != "$startsWith")

    def values(self, field: FilterField, operator: str, operand: object) -> list[object]:
        if not isinstance(operand, list):
            raise self.refused(f"'{operator}' of field '{field.path}' expects a list")
        if len(operand) > MOST_VALUES:
            raise self.refused(f"'{operator}' of field '{field.path}' has more than {MOST_VALUES} values")
        # on_field has counted one condition. A list of GUIDs is a single condition.
        self.count(len(operand) - 1 if operand and field.kind is not FilterKind.GUID else 0)
        return operand

    def any_equal(self, field: FilterField, values: list[object]) -> m.Expression:
        if field.kind is not FilterKind.GUID:
            return m.any_of([self.equal(field, value) for value in values])
        known = tuple(self.text(field, value) for value in values if value is not None)
        missing = m.none_of(m.HasValue(field.key)) if None in values else m.NOTHING
        return m.any_of([m.OneOf(field.key, known) if known else m.NOTHING, missing])

    def equal(self, field: FilterField, operand: object) -> m.Expression:
        if operand is None:
            return m.none_of(m.HasValue(field.key))
        if field.kind is FilterKind.STATUS:
            return m.OneOf(field.key, (_STATUSES[self.choice(field, operand, tuple(_STATUSES))],))
        if field.kind is FilterKind.ACTIVITIES:
            return m.OneOf(field.key, (self.choice(field, operand, ACTIVITY_TYPES).lower(),))
        if field.kind is FilterKind.DATE:
            start, end = self.moment(field, operand)
            return m.Within(field.key, start, end)
        if field.kind is FilterKind.GUID:
            return m.OneOf(field.key, (self.text(field, operand),))
        return m.Range(field.key, "eq", self.text(field, operand))

    def compared(self, field: FilterField, operator: str, operand: object) -> m.Expression:
        """Responses show dates to the millisecond, so a date matches every moment of its millisecond."""
        if field.kind is not FilterKind.DATE:
            return m.Range(field.key, operator, self.text(field, operand))
        start, end = self.moment(field, operand)
        if operator in ("gt", "lte"):
            return m.Range(field.key, "gte" if operator == "gt" else "lt", end)
        return m.Range(field.key, operator, start)

    def text(self, field: FilterField, operand: object) -> str:
        if not isinstance(operand, str):
            raise self.refused(f"Field '{field.path}' expects a string")
        if len(operand) > LONGEST_TEXT:
            raise self.refused(f"a value of field '{field.path}' has more than {LONGEST_TEXT} characters")
        if "\0" in operand:
            raise self.refused(f"a value of field '{field.path}' contains a NUL character, which is not allowed")
        return operand.lower() if field.kind is FilterKind.GUID else operand

    def choice(self, field: FilterField, operand: object, choices: tuple[str, ...]) -> str:
        if not isinstance(operand, str) or operand not in choices:
            raise self.refused(f"Field '{field.path}' expects one of {', '.join(choices)}")
        return operand

    def moment(self, field: FilterField, operand: object) -> tuple[datetime, datetime]:
        """Start and end of the date's millisecond, or of its microsecond if it is more precise. Velo sends
        {"$date": …}."""
        if isinstance(operand, dict) and list(operand) == ["$date"]:
            operand = operand["$date"]
        try:
            if not isinstance(operand, str):
                raise ValueError(operand)
            start = _utc(operand)
            precision = _MILLISECOND if start.microsecond % 1000 == 0 else timedelta(microseconds=1)
            return start, min(start, _LAST - precision) + precision
        except ValueError:
            raise self.refused(f"Field '{field.path}' expects a date such as 2026-01-31T08:30:00.000Z") from None

    def check_depth(self, depth: int) -> None:
        if depth > DEEPEST:
            raise self.refused(f"is nested more than {DEEPEST} levels deep")

    def count(self, conditions: int) -> None:
        self._conditions += conditions
        if self._conditions > MOST_CONDITIONS:
            raise self.refused(f"has more than {MOST_CONDITIONS} conditions")

    def refused(self, description: str) -> InvalidArgumentError:
        return InvalidArgumentError(Violation(self._path, description))


def _utc(text: str) -> datetime:
    """The moment in UTC. Moments that Python cannot represent become the first or the last one. Raises ValueError."""
    if (far_off := _FAR_OFF.fullmatch(text)) is not None:
        return _LAST if far_off[1] == "+" else _FIRST
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return _FIRST if moment.year == datetime.min.year else _LAST


def _is_operators(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict) and bool(value) and list(value) != ["$date"]
