"""The actions of automations on an abandoned checkout, and the e-mail state that follows from them."""

from collections.abc import Sequence
from typing import Literal, TypedDict, get_args

ActivityType = Literal[
    "SCHEDULED", "EMAIL_SENT", "EMAIL_NOT_SENT", "NOTIFICATION_SENT", "TASK_CREATED", "AUTOMATION_SKIPPED"
]
ACTIVITY_TYPES: tuple[str, ...] = get_args(ActivityType)


class Activity(TypedDict, total=False):
    """One action; `created_at` is in microseconds. The other keys are columns of the table of activities."""

    activity_type: str
    created_at: int
    channel: str | None
    reason: str | None
    marketing_activity_id: int | None
    delivery_state: str | None


EmailState = Literal["not_sent", "scheduled", "sent", "suppressed"]
# Shopify's search filter has the value "suppressed" for a mail that was not sent. The enum AbandonmentEmailState does
# not.
SHOPIFY_EMAIL_STATES: dict[EmailState, str] = {
    "not_sent": "NOT_SENT",
    "scheduled": "SCHEDULED",
    "sent": "SENT",
    "suppressed": "NOT_SENT",
}


def email_state_after(
    state: EmailState, sent_at: int | None, activity_type: str, at: int
) -> tuple[EmailState, int | None]:
    """The e-mail state after this action, and when the last mail was sent."""
    if activity_type == "EMAIL_SENT":
        return "sent", at if sent_at is None else max(sent_at, at)
    if state == "sent":
        return state, sent_at
    if activity_type == "SCHEDULED":
        return "scheduled", None
    if activity_type in ("EMAIL_NOT_SENT", "AUTOMATION_SKIPPED"):
        return "suppressed", None
    # A mail was scheduled, and another action was done instead.
    if activity_type in ("NOTIFICATION_SENT", "TASK_CREATED") and state == "scheduled":
        return "not_sent", None
    return state, sent_at


def activity_of_email_state(reported: str, current: EmailState, sent_at: int | None, now: int) -> Activity | None:
    """The action to log for NOT_SENT, SCHEDULED or SENT of Shopify's abandonmentEmailStateUpdate, or None."""
    if reported == "SENT":
        return {"activity_type": "EMAIL_SENT", "created_at": now if sent_at is None else sent_at, "channel": "EMAIL"}
    if reported == "SCHEDULED":
        return {"activity_type": "SCHEDULED", "created_at": now, "channel": "EMAIL"}
    if current == "scheduled":
        return {"activity_type": "EMAIL_NOT_SENT", "created_at": now, "channel": "EMAIL"}
    return None


def activity_of_delivery(
    reported: str, current: EmailState, channel: str, delivered_at: int | None, now: int
) -> Activity | None:
    """The action to log for abandonmentUpdateActivitiesDeliveryStatuses. `channel` is that of the marketing
    activity."""
    by_mail = channel == "EMAIL"
    if reported == "SENT":
        kind = "EMAIL_SENT" if by_mail else "NOTIFICATION_SENT"
        at = now if delivered_at is None else delivered_at
        return {"activity_type": kind, "created_at": at, "channel": channel}
    if reported == "SCHEDULED":
        return {"activity_type": "SCHEDULED", "created_at": now, "channel": channel}
    if current == "scheduled":
        kind = "EMAIL_NOT_SENT" if by_mail else "AUTOMATION_SKIPPED"
        return {"activity_type": kind, "created_at": now, "channel": channel}
    return None


def email_state_of(activities: Sequence[Activity]) -> tuple[EmailState, int | None]:
    """The e-mail state that follows from all activities, and when the last mail was sent."""
    state: EmailState = "not_sent"
    sent_at: int | None = None
    for step in sorted(activities, key=lambda step: step["created_at"]):
        state, sent_at = email_state_after(state, sent_at, step["activity_type"], step["created_at"])
    return state, sent_at
