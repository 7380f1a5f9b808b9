"""Comparisons of a number with a limit, as flows write them in conditions: 2, ">=2", "<100", or a list of them."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

from abandoned_checkouts.checkouts.money import AmountError, format_price, parse_amount

_COMPARISON = re.compile(r"(>=|<=|>|<|=)?\s*(\d{1,12}(?:\.\d{1,4})?)")
_OPERATORS: dict[str, Callable[[int, int], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
}
# Numbers that are amounts of money, in ten-thousandths.
AMOUNTS = frozenset(("abandoned_value", "cart_value"))


class ConditionError(ValueError):
    """A condition that cannot be checked: the `name` of its key, and the problem with an example."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}{problem}")
        self.name, self.problem = name, problem


@dataclass(frozen=True, slots=True)
class Comparison:
    """The name of a fact, an operator and a number; those of AMOUNTS are in ten-thousandths."""

    name: str
    operator: str
    number: int

    def __str__(self) -> str:
        return f"{self.operator} {format_price(self.number) if self.name in AMOUNTS else self.number}"

    def holds(self, value: int) -> bool:
        return _OPERATORS[self.operator](value, self.number)

    @property
    def interval(self) -> tuple[int, int | None]:
        """The smallest and the largest value, from 0, for which it holds; None: there is no largest."""
        smallest = {">=": self.number, ">": self.number + 1, "=": self.number}.get(self.operator, 0)
        largest = {"<=": self.number, "<": self.number - 1, "=": self.number}.get(self.operator)
        return smallest, largest


def parse_comparisons(key: str, name: str, value: object) -> tuple[Comparison, ...]:
    """The comparisons of a value at `key`: one, or a list of which all must hold. Raises ConditionError."""
    values = value if isinstance(value, list) and value else [value]
    return tuple(_comparison(key, name, each) for each in values)


def _comparison(key: str, name: str, value: object) -> Comparison:
    match = None if isinstance(value, bool | list | dict) else _COMPARISON.fullmatch(str(value).strip())
    problem = ConditionError(key, f" is {value!r}; write a number or a comparison, such as '>=2'")
    if match is None:
        raise problem
    try:
        number = parse_amount(match[2]) if name in AMOUNTS else int(match[2])
    except (AmountError, ValueError):
        raise problem from None
    return Comparison(name, match[1] or "=", number)
