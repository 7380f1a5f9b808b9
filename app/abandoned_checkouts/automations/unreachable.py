"""Finds branches of a flow that no checkout can reach, because their condition contradicts what is known there.

Two kinds of conditions are known to be true at a branch: the flow's own, which are checked again before each step, and
those of the branches around it, unless a wait comes between. Searches are compared as whole texts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from abandoned_checkouts.automations.cart_conditions import STOCK_STATES
from abandoned_checkouts.automations.flow import Condition, Conditions
from abandoned_checkouts.automations.person_conditions import SUBSCRIBER_STATES

_DAYS, _ORDERS = "days_since_order", "orders"


@dataclass(frozen=True, slots=True)
class Interval:
    """Whole numbers from `smallest` to `largest`; None: there is no largest."""

    smallest: int = 0
    largest: int | None = None

    def __bool__(self) -> bool:
        return self.largest is None or self.smallest <= self.largest

    def both(self, other: "Interval") -> "Interval":
        limits = [limit for limit in (self.largest, other.largest) if limit is not None]
        return Interval(max(self.smallest, other.smallest), min(limits, default=None))

    def without(self, other: "Interval") -> "Interval":
        """This interval without the other one; unchanged if the rest is not one interval."""
        if not self.both(other):
            return self
        if other.smallest <= self.smallest:
            return Interval(1, 0) if other.largest is None else Interval(other.largest + 1, self.largest)
        if other.largest is None or (self.largest is not None and other.largest >= self.largest):
            return Interval(self.smallest, other.smallest - 1)
        return self


# A part of a condition: the name of a fact, and the numbers, the choices, or None for a text that holds or not.
Allowed = Interval | frozenset[str] | None
_CHOICES: Mapping[str, frozenset[str]] = {
    "subscriber": frozenset(SUBSCRIBER_STATES),
    "stock": frozenset(STOCK_STATES),
    "discount": frozenset(("used", "none")),
}


@dataclass(frozen=True, slots=True)
class Known:
    """The facts that hold for every checkout at one place of a flow."""

    numbers: Mapping[str, Interval] = field(default_factory=dict)
    choices: Mapping[str, frozenset[str]] = field(default_factory=dict)
    texts: Mapping[str, bool] = field(default_factory=dict)

    def where(self, condition: Condition) -> "Known | None":
        """The facts if the condition is met; None if it cannot be met."""
        if self.texts.get(repr(condition)) is False:
            return None
        known: Known | None = replace(self, texts={**self.texts, repr(condition): True})
        for name, allowed in _parts(condition):
            known = None if known is None else known._narrowed(name, allowed)
        return known

    def where_not(self, condition: Condition) -> "Known | None":
        """The facts if the condition is not met; None if it is always met."""
        open_parts = [(name, allowed) for name, allowed in _parts(condition) if not self._implies(name, allowed)]
        if not open_parts or self.texts.get(repr(condition)) is True:
            return None
        known = replace(self, texts={**self.texts, repr(condition): False})
        if len(open_parts) > 1:
            # One of several parts is not met, and it is not known which.
            return known
        [(name, allowed)] = open_parts
        if isinstance(allowed, Interval):
            # A person who never ordered does not meet a condition on the days since the last order either.
            unknown = name == _DAYS and name not in self.numbers
            return known if unknown else known._narrowed(name, self._number(name).without(allowed))
        if isinstance(allowed, frozenset):
            return known._narrowed(name, self.choices.get(name, _CHOICES[name]) - allowed)
        return replace(known, texts={**known.texts, name: False})

    def _number(self, name: str) -> Interval:
        return self.numbers.get(name, Interval())

    def _implies(self, name: str, allowed: Allowed) -> bool:
        if isinstance(allowed, Interval):
            known = self._number(name)
            is_there = name != _DAYS or name in self.numbers
            return is_there and known.both(allowed) == known
        if isinstance(allowed, frozenset):
            return self.choices.get(name, _CHOICES[name]) <= allowed
        return self.texts.get(name) is True

    def _narrowed(self, name: str, allowed: Allowed) -> "Known | None":
        if isinstance(allowed, Interval):
            left = self._number(name).both(allowed)
            if not left or (name == _DAYS and self._number(_ORDERS).largest == 0):
                return None
            return replace(self, numbers={**self.numbers, name: left})
        if isinstance(allowed, frozenset):
            chosen = self.choices.get(name, _CHOICES[name]) & allowed
            return replace(self, choices={**self.choices, name: chosen}) if chosen else None
        return None if self.texts.get(name) is False else replace(self, texts={**self.texts, name: True})


def known_of_flow(conditions: Conditions, trigger: str) -> Known | None:
    """The facts that the conditions of a flow imply for each of its checkouts; None if no checkout can meet them."""
    # An abandoned checkout counts among the abandonments of its buyer.
    known = Known({"abandonments": Interval(1 if trigger == "abandoned" else 0)})
    if conditions.minimum_value is not None:
        known = replace(known, numbers={**known.numbers, "cart_value": Interval(max(0, conditions.minimum_value))})
    return known.where(conditions.condition)


def _parts(condition: Condition) -> Iterator[tuple[str, Allowed]]:
    """The parts of a condition, of which all must be met."""
    cart, person = condition.cart, condition.person
    for each in (*cart.comparisons, *person.comparisons):
        yield each.name, Interval(*each.interval)
    if person.first_abandonment is not None:
        yield "abandonments", Interval(0, 1) if person.first_abandonment else Interval(2)
    if person.subscriber:
        yield "subscriber", frozenset(person.subscriber)
    if cart.stock:
        yield "stock", frozenset(cart.stock)
    if isinstance(cart.discount, bool):
        yield "discount", frozenset(("used",) if cart.discount else ("none",))
    elif cart.discount is not None:
        yield "discount", frozenset(("used",))
        yield f"codes {sorted(cart.discount)}", None
    if cart.products:
        yield f"products {cart.products}", None
    if condition.query is not None:
        yield f"query {condition.query}", None
    if condition.saved_search is not None:
        yield f"saved search {condition.saved_search}", None
