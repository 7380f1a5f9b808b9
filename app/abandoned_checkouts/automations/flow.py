"""A flow: when it begins, for which checkouts, and what it does one step after another."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from abandoned_checkouts.automations.wait import Wait
from abandoned_checkouts.checkouts.json_types import Json

Trigger = Literal["created", "abandoned", "updated"]
Consent = Literal["not_refused", "subscribed"]
TRIGGERS: tuple[str, ...] = get_args(Trigger)
CONSENTS: tuple[str, ...] = get_args(Consent)

# One text, or one for each language ({"en": …, "he": …}).
Wording: TypeAlias = str | dict[str, str] | None


@dataclass(frozen=True, slots=True)
class Conditions:
    """For which checkouts: all of it must hold, at the beginning and again before each step.

    `minimum_value` is in ten-thousandths of the shop's currency; `exclude` holds addresses, as ada@example.com or
    *@example.com; a checkout that is older than `newer_than_days` when the flow hears of it is left alone.
    """

    query: str | None = None
    saved_search: str | None = None
    consent: Consent = "not_refused"
    minimum_value: int | None = None
    exclude: tuple[str, ...] = ()
    newer_than_days: int = 2


@dataclass(frozen=True, slots=True)
class SendEmail:
    """`template` is the whole mail in Jinja; without it the built-in one says `message` and shows the cart."""

    subject: Wording = None
    message: Wording = None
    button: Wording = None
    template: str | None = None
    kind: Literal["send_email"] = "send_email"


@dataclass(frozen=True, slots=True)
class SendNotification:
    """A POST of the checkout, as JSON, to an address of the shop's."""

    address: str
    kind: Literal["send_notification"] = "send_notification"


@dataclass(frozen=True, slots=True)
class CreateTask:
    """Something for the shop's people to do; shown with the checkout."""

    title: str
    kind: Literal["create_task"] = "create_task"


@dataclass(frozen=True, slots=True)
class ApplyDiscount:
    """From now on the recovery link applies this code."""

    code: str
    kind: Literal["apply_discount"] = "apply_discount"


Action: TypeAlias = SendEmail | SendNotification | CreateTask | ApplyDiscount


@dataclass(frozen=True, slots=True)
class Step:
    """An action and what is waited for before it."""

    waits: tuple[Wait, ...]
    action: Action


@dataclass(frozen=True, slots=True)
class Flow:
    name: str
    trigger: Trigger
    conditions: Conditions
    steps: tuple[Step, ...]


# What every shop starts with, turned off.
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
