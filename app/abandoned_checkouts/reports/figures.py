"""The figures of a report: sums of a period, and values that are computed from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

# The currency of the totals: the shop's, or the buyers'.
Money = Literal["shop", "buyer"]
HOW: tuple[str, ...] = ("link", "mail", "itself")
# The measures of `Figures`, and those that are divided into parts.
MEASURES = ("begun", "contact", "abandoned", "reminded", "visited", "elsewhere")
DIVIDED = ("recovered", "sent", "visit", "bought")


@dataclass(frozen=True, slots=True)
class Sum:
    """`number` counts checkouts or actions; `total` is in ten-thousandths of the currency of the report."""

    number: int = 0
    total: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.number + other.number, self.total + other.total)


class DaySum(NamedTuple):
    """A sum of a measure in one currency; `day` and `part` are None if it is over all of them."""

    measure: str
    currency: str
    sum: Sum
    day: int | None = None
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """The sums of a period. `recovered` and `bought` are by how; the others over everything.

    `recovered` belongs to the days of abandonment, `bought` to the days of purchase.
    """

    begun: Sum = Sum()
    contact: Sum = Sum()
    abandoned: Sum = Sum()
    reminded: Sum = Sum()
    visited: Sum = Sum()
    elsewhere: Sum = Sum()
    recovered_by: Mapping[str, Sum] = field(default_factory=dict)
    bought_by: Mapping[str, Sum] = field(default_factory=dict)
    mails: int = 0
    visits: int = 0

    @property
    def recovered(self) -> Sum:
        return sum(self.recovered_by.values(), Sum())

    @property
    def bought(self) -> Sum:
        return sum(self.bought_by.values(), Sum())

    @property
    def rate(self) -> float | None:
        """Recovered of abandoned; None without abandoned checkouts."""
        return self.recovered.number / self.abandoned.number if self.abandoned.number else None

    @property
    def lost(self) -> Sum:
        """Abandoned and not recovered."""
        recovered = self.recovered
        return Sum(self.abandoned.number - recovered.number, self.abandoned.total - recovered.total)

    @property
    def average(self) -> int | None:
        """The mean total of an abandoned checkout, rounded to hundredths of the currency's unit."""
        return round(self.abandoned.total / self.abandoned.number / 100) * 100 if self.abandoned.number else None


def figures_of(sums: Iterable[DaySum], currency: str) -> Figures:
    """The figures of the sums in one currency. Actions, such as mails, are in the shop's currency."""
    plain: dict[str, Sum] = {}
    by_part: dict[str, dict[str, Sum]] = {"recovered": {}, "bought": {}}
    for each in sums:
        if each.currency != currency:
            continue
        if each.measure in by_part:
            parts = by_part[each.measure]
            parts[each.part or ""] = parts.get(each.part or "", Sum()) + each.sum
        else:
            plain[each.measure] = plain.get(each.measure, Sum()) + each.sum
    return Figures(
        **{measure: plain.get(measure, Sum()) for measure in MEASURES},
        recovered_by=by_part["recovered"],
        bought_by=by_part["bought"],
        mails=plain.get("sent", Sum()).number,
        visits=plain.get("visit", Sum()).number,
    )


def currencies_of(sums: Iterable[DaySum], first: str | None = None) -> list[str]:
    """The currencies that have abandoned checkouts, most of them first; `first`, if given, is always included."""
    found: dict[str, int] = {}
    for each in sums:
        if each.measure == "abandoned":
            found[each.currency] = found.get(each.currency, 0) + each.sum.number
    if first is not None:
        found.setdefault(first, 0)
    return sorted(found, key=lambda name: (name != first, -found[name], name))


def change(now: float | None, before: float | None) -> float | None:
    """The change against the period before, as a share: 0.5 is half more. None if it cannot be computed."""
    if now is None or not before:
        return None
    return (now - before) / before
