"""A flow: its trigger, its conditions and its steps, which can be nested."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from abandoned_checkouts.automations.cart_conditions import ANY_CART, CartConditions
from abandoned_checkouts.automations.person_conditions import ANYONE, PersonConditions
from abandoned_checkouts.automations.wait import Wait
from abandoned_checkouts.checkouts.json_types import Json

Trigger = Literal["created", "abandoned", "updated"]
Consent = Literal["not_refused", "subscribed"]
TRIGGERS: tuple[str, ...] = get_args(Trigger)
CONSENTS: tuple[str, ...] = get_args(Consent)

# One text, or one for each language ({"en": …, "he": …}). None means the default text.
LocalizedText: TypeAlias = str | dict[str, str] | None


@dataclass(frozen=True, slots=True)
class Condition:
    """Conditions on a checkout and its buyer. All parts that are set must be met."""

    query: str | None = None
    saved_search: str | None = None
    cart: CartConditions = ANY_CART
    person: PersonConditions = ANYONE


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions of a flow. All must be met when it starts and again before each step.

    `minimum_value` is in ten-thousandths of the shop's currency. `exclude` has addresses such as ada@example.com or
    *@example.com. A flow does not start for a checkout older than `newer_than_days`.
    """

    query: str | None = None
    saved_search: str | None = None
    consent: Consent = "not_refused"
    minimum_value: int | None = None
    exclude: tuple[str, ...] = ()
    newer_than_days: int = 2
    cart: CartConditions = ANY_CART
    person: PersonConditions = ANYONE

    @property
    def condition(self) -> Condition:
        return Condition(self.query, self.saved_search, self.cart, self.person)


@dataclass(frozen=True, slots=True)
class SendEmail:
    """`template` is the whole HTML as a Jinja template. The default template shows `message` and the cart."""

    subject: LocalizedText = None
    message: LocalizedText = None
    button: LocalizedText = None
    template: str | None = None
    kind: Literal["send_email"] = "send_email"


@dataclass(frozen=True, slots=True)
class SendNotification:
    """Sends the checkout as JSON in a POST request to `address`."""

    address: str
    kind: Literal["send_notification"] = "send_notification"


@dataclass(frozen=True, slots=True)
class CreateTask:
    """Creates a task for the shop's staff, shown with the checkout."""

    title: str
    kind: Literal["create_task"] = "create_task"


@dataclass(frozen=True, slots=True)
class ApplyDiscount:
    """Makes the recovery link apply a discount code.

    It is `code`, the next unused one of the uploaded list `from_list`, or a generated one that the shop's `webhook` has
    accepted, which begins with `prefix` and is valid for `valid_days`. Nobody gets a second code within
    `again_after_days`.
    """

    code: str | None = None
    from_list: str | None = None
    webhook: str | None = None
    prefix: str = ""
    valid_days: int | None = None
    again_after_days: int = 30
    kind: Literal["apply_discount"] = "apply_discount"


@dataclass(frozen=True, slots=True)
class Branch:
    """Continues with one of two lists of steps, by whether the condition is met when the branch is reached."""

    condition: Condition
    then: "tuple[Step, ...]"
    otherwise: "tuple[Step, ...]"
    kind: Literal["if"] = "if"


@dataclass(frozen=True, slots=True)
class OnlyWait:
    """Does nothing: its waits are the end of a branch, after which the flow continues."""

    kind: Literal["wait"] = "wait"


Action: TypeAlias = SendEmail | SendNotification | CreateTask | ApplyDiscount | Branch | OnlyWait


@dataclass(frozen=True, slots=True)
class Step:
    """An action and the waits before it. `number` identifies the step in its flow, also after the flow was edited."""

    waits: tuple[Wait, ...]
    action: Action
    number: int = 0


@dataclass(frozen=True, slots=True)
class Flow:
    """`holdout` is the share of people to whom the flow does nothing, in tenths of a percent (see holdout).

    `removed` leads from the number of a removed step to that of the step that followed it (see number_steps).
    """

    name: str
    trigger: Trigger
    conditions: Conditions
    steps: tuple[Step, ...]
    holdout: int = 0
    removed: Mapping[int, int | None] = field(default_factory=dict)

    def all_steps(self) -> Iterator[Step]:
        """Each step, also those of branches, in the order of the text."""
        return walk(self.steps)

    @property
    def sends_mails(self) -> bool:
        return any(isinstance(step.action, SendEmail) for step in self.all_steps())

    @property
    def issues_codes(self) -> bool:
        return any(isinstance(step.action, ApplyDiscount) for step in self.all_steps())

    @property
    def code_lists(self) -> list[str]:
        """The lists of discount codes that it names."""
        actions = [step.action for step in self.all_steps()]
        named = {action.from_list for action in actions if isinstance(action, ApplyDiscount)}
        return sorted(name for name in named if name is not None)

    def conditions_used(self) -> Iterator[Condition]:
        """The condition of the flow, and that of each branch."""
        yield self.conditions.condition
        for step in self.all_steps():
            if isinstance(step.action, Branch):
                yield step.action.condition


def walk(steps: tuple[Step, ...]) -> Iterator[Step]:
    for step in steps:
        yield step
        if isinstance(step.action, Branch):
            yield from walk(step.action.then)
            yield from walk(step.action.otherwise)


# The flow that every shop starts with. It is off.
DEFAULT: Json = {
    "name": "Two reminders",
    "trigger": "abandoned",
    "only_if": {"consent": "not_refused"},
    "steps": [
        {"wait": "1 hour"},
        {"send_email": {}},
        {"wait": "1 day"},
        {"send_email": {}},
    ],
}
