"""What automations did about an abandoned checkout, and what that says of its mails."""

from collections.abc import Sequence
from typing import Literal, TypedDict

ActivityType = Literal[
    "SCHEDULED", "EMAIL_SENT", "EMAIL_NOT_SENT", "NOTIFICATION_SENT", "TASK_CREATED", "AUTOMATION_SKIPPED"
]


class Activity(TypedDict, total=False):
    """One step; `created_at` in microseconds. The other keys are those of the activities' columns."""

    activity_type: str
    created_at: int
    channel: str | None
    reason: str | None
    marketing_activity_id: int | None
    delivery_state: str | None


def email_state_of(
    activities: Sequence[Activity],
) -> tuple[Literal["not_sent", "scheduled", "sent", "suppressed"], int | None]:
    """The state of the mails that a log of activities speaks of, and when the last one was sent.

    A step that was scheduled and then done by other means than a mail is no mail (Wix tells no channel when it
    schedules).
    """
    sent = [step["created_at"] for step in activities if step["activity_type"] == "EMAIL_SENT"]
    if sent:
        return "sent", max(sent)
    state: Literal["not_sent", "scheduled", "suppressed"] = "not_sent"
    for step in sorted(activities, key=lambda step: step["created_at"]):
        kind = step["activity_type"]
        if kind == "SCHEDULED":
            state = "scheduled"
        elif kind in ("EMAIL_NOT_SENT", "AUTOMATION_SKIPPED"):
            state = "suppressed"
        elif kind in ("NOTIFICATION_SENT", "TASK_CREATED") and state == "scheduled":
            state = "not_sent"
    return state, None
