"""What automations did about an abandoned checkout, and what that says of its mails."""

from collections.abc import Sequence
from typing import Literal, TypedDict, get_args

ActivityType = Literal[
    "SCHEDULED", "EMAIL_SENT", "EMAIL_NOT_SENT", "NOTIFICATION_SENT", "TASK_CREATED", "AUTOMATION_SKIPPED"
]
ACTIVITY_TYPES: tuple[str, ...] = get_args(ActivityType)


class Activity(TypedDict, total=False):
    """One step; `created_at` in microseconds. The other keys are those of the activities' columns."""

    activity_type: str
    created_at: int
    channel: str | None
    reason: str | None
    marketing_activity_id: int | None
    delivery_state: str | None


EmailState = Literal["not_sent", "scheduled", "sent", "suppressed"]
# Shopify's enum of an abandonment has no word for a mail that was held back; its search filter has.
SHOPIFY_EMAIL_STATES: dict[EmailState, str] = {
    "not_sent": "NOT_SENT",
    "scheduled": "SCHEDULED",
    "sent": "SENT",
    "suppressed": "NOT_SENT",
}


def email_state_after(
    state: EmailState, sent_at: int | None, activity_type: str, at: int
) -> tuple[EmailState, int | None]:
    """The state of the mails, and when the last one was sent, once this step has been taken."""
    if activity_type == "EMAIL_SENT":
        return "sent", at if sent_at is None else max(sent_at, at)
    if state == "sent":
        return state, sent_at
    if activity_type == "SCHEDULED":
        return "scheduled", None
    if activity_type in ("EMAIL_NOT_SENT", "AUTOMATION_SKIPPED"):
        return "suppressed", None
    # Scheduled and then done by other means: it was no mail.
    if activity_type in ("NOTIFICATION_SENT", "TASK_CREATED") and state == "scheduled":
        return "not_sent", None
    return state, sent_at


def activity_of_email_state(reported: str, current: EmailState, sent_at: int | None, now: int) -> Activity | None:
    """The step to log for NOT_SENT, SCHEDULED or SENT of Shopify's abandonmentEmailStateUpdate, or None."""
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
    """The same for abandonmentUpdateActivitiesDeliveryStatuses; `channel` is the marketing activity's, as EMAIL."""
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
    """The state of the mails that a log of activities speaks of, and when the last one was sent."""
    state: EmailState = "not_sent"
    sent_at: int | None = None
    for step in sorted(activities, key=lambda step: step["created_at"]):
        state, sent_at = email_state_after(state, sent_at, step["activity_type"], step["created_at"])
    return state, sent_at
