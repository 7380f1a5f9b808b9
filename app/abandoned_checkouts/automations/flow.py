"""A flow: its trigger, its conditions and its steps."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

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
    person: PersonConditions = ANYONE


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
    """Makes the recovery link apply this discount code."""

    code: str
    kind: Literal["apply_discount"] = "apply_discount"


Action: TypeAlias = SendEmail | SendNotification | CreateTask | ApplyDiscount


@dataclass(frozen=True, slots=True)
class Step:
    """An action and the waits before it."""

    waits: tuple[Wait, ...]
    action: Action


@dataclass(frozen=True, slots=True)
class Flow:
    """`holdout` is the share of people to whom the flow does nothing, in tenths of a percent (see holdout)."""

    name: str
    trigger: Trigger
    conditions: Conditions
    steps: tuple[Step, ...]
    holdout: int = 0


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
