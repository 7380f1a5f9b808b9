"""Reports of automations about the e-mails of an abandonment."""

from typing import cast

from abandoned_checkouts.checkouts.activity import Activity, EmailState, activity_of_delivery, activity_of_email_state
from abandoned_checkouts.shopify.language.errors import user_errors
from abandoned_checkouts.shopify.language.errors.user_errors import MutationError
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.store.checkouts.abandonments import append_visit_activities, find_abandonment, has_step_of
from abandoned_checkouts.store.checkouts.activities import append_activities
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row

# This server does not store marketing activities. The activities of abandonments are e-mails.
CHANNEL = "EMAIL"


async def update_email_state(
    request: Request, number: int | None, state: str, sent_at: int | None, reason: str | None
) -> list[MutationError]:
    async with request.begin() as connection:
        row = await find_abandonment(connection, request.shop, number)
        if row is None:
            return [user_errors.EMAIL_ABANDONMENT_NOT_FOUND.error()]
        step = activity_of_email_state(state, row["email_state"], sent_at, request.now)
        await _log(connection, request, row, step, state, sent_at, reason)
    return []


async def update_delivery_status(
    request: Request,
    number: int | None,
    marketing_activity: int | None,
    status: str,
    delivered_at: int | None,
    reason: str | None,
) -> list[MutationError]:
    """NOT_SENT is accepted only for a marketing activity that was reported before."""
    async with request.begin() as connection:
        row = await find_abandonment(connection, request.shop, number)
        if row is None:
            return [user_errors.ABANDONMENT_NOT_FOUND.error()]
        if not marketing_activity:
            return [user_errors.MARKETING_ACTIVITY_NOT_FOUND.error()]
        if status == "NOT_SENT" and not await has_step_of(connection, row, marketing_activity):
            return [user_errors.DELIVERY_STATUS_INFO_NOT_FOUND.error()]
        step = activity_of_delivery(status, row["email_state"], CHANNEL, delivered_at, request.now)
        if step is not None:
            step = {**step, "marketing_activity_id": marketing_activity, "delivery_state": status}
        await _log(connection, request, row, step, status, delivered_at, reason)
    return []


async def _log(
    connection: Connection,
    request: Request,
    row: Row,
    step: Activity | None,
    state: str,
    sent_at: int | None,
    reason: str | None,
) -> None:
    """Append the step to the log, and store the reported state, which is valid until a later step."""
    steps = [] if step is None else [Activity(**{**step, "reason": reason})]
    before = cast(int | None, row["email_sent_at"])
    moment = (request.now if sent_at is None else sent_at) if state == "SENT" else before
    reported = (cast(EmailState, state.lower()), moment)
    checkout_id = cast(int | None, row["checkout_id"])
    if checkout_id is None:
        await append_visit_activities(connection, row, steps, reported)
    else:
        await append_activities(connection, request.shop, checkout_id, steps, now=request.now, reported=reported)
