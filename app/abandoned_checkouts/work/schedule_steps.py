"""Scheduling the steps of a flow, one at a time: each step is scheduled when the one before it is finished."""

from abandoned_checkouts.automations.flow import Flow, SendEmail, Step
from abandoned_checkouts.automations.wait import Wait, end_of_waits
from abandoned_checkouts.checkouts.activity import Activity
from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.flows.flow_steps import schedule_step

# The channels of the actions that the checkout's log lists as scheduled.
CHANNELS = {"send_email": "EMAIL", "send_notification": "NOTIFICATION", "create_task": "TASK"}


async def schedule(
    connection: Connection,
    shop: Shop,
    flow_id: int,
    flow: Flow,
    checkout_id: int,
    position: int,
    since: int,
    now: int,
    *,
    mails: bool = True,
) -> None:
    """Schedule the step at `position` of the flow, if there is one. Its waits start at `since`.

    If `mails` is false, mails are skipped; the waits before them still apply.
    """
    following = _following(flow, position, mails)
    if following is None:
        return
    position, step, waits = following
    due_at, channel = end_of_waits(waits, since, shop.timezone), CHANNELS.get(step.action.kind)
    scheduled: Activity = {
        "activity_type": "SCHEDULED",
        "created_at": now,
        "channel": channel,
        "reason": f"{flow.name}: due {format_utc(max(due_at, now))}",
    }
    await schedule_step(
        connection,
        shop,
        flow_id=flow_id,
        checkout_id=checkout_id,
        position=position,
        action=step.action.kind,
        due_at=due_at,
        now=now,
        activities=[] if channel is None else [scheduled],
    )


def _following(flow: Flow, position: int, mails: bool) -> tuple[int, Step, tuple[Wait, ...]] | None:
    """The first step from `position` on that is not skipped: its position, the step, and all waits before it."""
    waits: tuple[Wait, ...] = ()
    for place, step in enumerate(flow.steps[position:], position):
        waits += step.waits
        if mails or not isinstance(step.action, SendEmail):
            return place, step, waits
    return None
