"""Scheduling the steps of a flow, one at a time: each step is scheduled when the one before it is finished."""

from abandoned_checkouts.automations.flow import Flow, SendEmail, Step
from abandoned_checkouts.automations.flow_tree import step_after
from abandoned_checkouts.automations.postpone import buyers_zone_if_needed
from abandoned_checkouts.automations.wait import Wait, end_of_waits, needs_buyers_zone
from abandoned_checkouts.checkouts.activity import Activity
from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.flows.flow_facts import current_checkout
from abandoned_checkouts.store.flows.flow_steps import schedule_step

# The channels of the actions that the checkout's log lists as scheduled.
CHANNELS = {"send_email": "EMAIL", "send_notification": "NOTIFICATION", "create_task": "TASK"}


async def schedule(
    connection: Connection,
    shop: Shop,
    flow_id: int,
    flow: Flow,
    checkout_id: int,
    first: Step | None,
    since: int,
    now: int,
    *,
    mails: bool = True,
) -> None:
    """Schedule the step `first` of the flow, if it is not None. Its waits start at `since`.

    If `mails` is false, mails are skipped; the waits before them still apply.
    """
    following = _following(flow, first, mails)
    if following is None:
        return
    step, waits = following
    checkout = await current_checkout(connection, shop, checkout_id) if needs_buyers_zone(waits) else None
    due_at = end_of_waits(waits, since, shop.timezone, buyers_zone_if_needed(waits, checkout, shop))
    channel = CHANNELS.get(step.action.kind)
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
        position=step.number,
        action=step.action.kind,
        due_at=due_at,
        now=now,
        activities=[] if channel is None else [scheduled],
    )


def _following(flow: Flow, first: Step | None, mails: bool) -> tuple[Step, tuple[Wait, ...]] | None:
    """The first step from `first` on that is not skipped, and all waits before it."""
    waits: tuple[Wait, ...] = ()
    while first is not None:
        waits += first.waits
        if mails or not isinstance(first.action, SendEmail):
            return first, waits
        first = step_after(flow, first.number)
    return None
