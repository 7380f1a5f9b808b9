"""Conditions on the person behind a checkout (`only_if.person`): what they bought and abandoned before."""

from dataclasses import dataclass

from abandoned_checkouts.automations.comparison import Comparison, ConditionError, parse_comparisons
from abandoned_checkouts.checkouts.moment import DAY

# The name of each condition, and what it is about in a sentence.
NUMBERS = {
    "orders": "number of earlier orders",
    "days_since_order": "number of days since the last order",
    "abandonments": "number of abandoned checkouts",
    "abandoned_value": "value of abandoned checkouts",
}
SUBSCRIBER_STATES = ("subscribed", "not_subscribed", "pending", "unsubscribed")
PERSON_KEYS = (*NUMBERS, "first_abandonment", "subscriber")


@dataclass(frozen=True, slots=True)
class PersonHistory:
    """The past of a person, over all their customer numbers.

    `abandonments` counts abandoned checkouts, this one included; `abandoned_value` is their total in ten-thousandths
    of the shop's currency. `last_order_at` is None if they never bought.
    """

    orders: int = 0
    last_order_at: int | None = None
    abandonments: int = 0
    abandoned_value: int = 0
    subscriber: str = "not_subscribed"


@dataclass(frozen=True, slots=True)
class PersonConditions:
    comparisons: tuple[Comparison, ...] = ()
    first_abandonment: bool | None = None
    subscriber: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.comparisons or self.subscriber or self.first_abandonment is not None)


# Without conditions, and without a history.
ANYONE, UNKNOWN = PersonConditions(), PersonHistory()


def parse_person_conditions(source: dict[str, object]) -> PersonConditions:
    """The conditions of a mapping whose keys are in PERSON_KEYS. Raises ConditionError."""
    first, states = source.get("first_abandonment"), source.get("subscriber")
    if first is not None and not isinstance(first, bool):
        raise ConditionError("first_abandonment", f" is {first!r}; it must be true or false")
    listed = [] if states is None else states if isinstance(states, list) else [states]
    for state in listed:
        if state not in SUBSCRIBER_STATES:
            choices = ", ".join(SUBSCRIBER_STATES)
            raise ConditionError("subscriber", f" is {state!r}; it must be one of {choices}")
    found = [
        each for name in NUMBERS if source.get(name) is not None for each in parse_comparisons(name, name, source[name])
    ]
    return PersonConditions(tuple(found), first, tuple(map(str, listed)))


def why_person_differs(conditions: PersonConditions, history: PersonHistory, now: int) -> str | None:
    """The first condition that the person does not meet, as a reason for the log; None if they meet all.

    A person who never bought does not meet a condition on the days since the last order.
    """
    for each in conditions.comparisons:
        found = _value(each.name, history, now)
        if found is None or not each.holds(found):
            return f"the {NUMBERS[each.name]} is not {each}"
    if conditions.first_abandonment is not None and conditions.first_abandonment != (history.abandonments <= 1):
        return f"this is {'not ' if conditions.first_abandonment else ''}the buyer's first abandoned checkout"
    if conditions.subscriber and history.subscriber not in conditions.subscriber:
        return f"the buyer is {history.subscriber}, not {' or '.join(conditions.subscriber)}"
    return None


def _value(name: str, history: PersonHistory, now: int) -> int | None:
    if name == "days_since_order":
        return None if history.last_order_at is None else (now - history.last_order_at) // DAY
    return int(getattr(history, name))
