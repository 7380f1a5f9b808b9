"""Finds terms of a search that exclude each other, such as `total_price:>100 total_price:<50`.

Only terms that must all hold are compared: numbers, times, and the values of enums and booleans. A search without such
terms can still match nothing, which only the data show.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from search_syntax import meaning as m
from search_syntax.fields import FieldSet
from search_syntax.meaning import Expression, Meaning

Value = int | Decimal | datetime


@dataclass(frozen=True, slots=True)
class _Possible:
    """What a field can be: at least or more than `low`, at most or less than `high`, and one of `choices`."""

    low: Value | None = None
    low_is_in: bool = True
    high: Value | None = None
    high_is_in: bool = True
    choices: frozenset[str | bool] | None = None

    @property
    def nothing(self) -> bool:
        if self.choices is not None and not self.choices:
            return True
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and not (self.low_is_in and self.high_is_in))  # type: ignore[operator]

    def above(self, value: Value, *, is_in: bool) -> _Possible:
        if self.low is None or value > self.low or (value == self.low and not is_in):  # type: ignore[operator]
            return replace(self, low=value, low_is_in=is_in)
        return self

    def below(self, value: Value, *, is_in: bool) -> _Possible:
        if self.high is None or value < self.high or (value == self.high and not is_in):  # type: ignore[operator]
            return replace(self, high=value, high_is_in=is_in)
        return self

    def among(self, values: frozenset[str | bool]) -> _Possible:
        return replace(self, choices=values if self.choices is None else self.choices & values)


def contradiction(meaning: Meaning, fields: FieldSet) -> str | None:
    """The name of a field about which the search says two things that cannot both hold; None if there is none.

    A field with several values in a record (`Field.several`) never contradicts itself, nor does a search whose meaning
    depends on the time.
    """
    if meaning.depends_on_time:
        return None
    # Two fields can have one key. The first one is named.
    names = {field.key: field.name for field in reversed(fields.declared) if not field.several}
    possible: dict[str, _Possible] = {}
    for part in _parts(meaning.root):
        if isinstance(part, m.Range | m.Within | m.OneOf) and part.field in names:
            left = _narrowed(possible.get(part.field, _Possible()), part)
            if left.nothing:
                return names[part.field]
            possible[part.field] = left
    return None


def _parts(root: Expression) -> Iterator[Expression]:
    """The expressions that must all hold."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, m.AllOf):
            waiting += reversed(node.parts)
        else:
            yield node


def _narrowed(possible: _Possible, part: m.Range | m.Within | m.OneOf) -> _Possible:
    if isinstance(part, m.OneOf):
        return possible.among(frozenset(part.values))
    if isinstance(part, m.Within):
        return possible.above(part.start, is_in=True).below(part.end, is_in=False)
    if isinstance(part.value, str):
        # A UUID: texts are not compared here.
        return possible
    if part.operator in ("gt", "gte", "eq"):
        possible = possible.above(part.value, is_in=part.operator != "gt")
    if part.operator in ("lt", "lte", "eq"):
        possible = possible.below(part.value, is_in=part.operator != "lt")
    return possible
