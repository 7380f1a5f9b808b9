"""Logs activities of an abandoned checkout, sets its e-mail state and writes the event, in the caller's transaction."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import bindparam, func
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.activity import Activity, EmailState, email_state_after
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.load import load_row
from abandoned_checkouts.store.engine.prepared import insert_into, select_of_shop, update_one
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.outbox.events import checkout_event, write_events
from abandoned_checkouts.store.outbox.record_changes import note_changed
from abandoned_checkouts.store.reports.note_actions import note_sent
from abandoned_checkouts.store.tables import abandoned_checkouts, activities

# Built once: each step of a flow logs what it does.
_CHECKOUT = (
    select_of_shop(abandoned_checkouts, abandoned_checkouts)
    .where(abandoned_checkouts.c.id == bindparam("number"))
    .with_for_update()
)
_LAST = select_of_shop(activities, func.max(activities.c.sequence)).where(
    activities.c.abandonment_id == bindparam("number")
)
_COLUMNS = ("activity_type", "created_at", "channel", "reason", "marketing_activity_id", "delivery_state")


async def append_activities(
    connection: AsyncConnection,
    shop: Shop,
    checkout_id: int,
    steps: Sequence[Activity],
    *,
    now: int,
    reported: tuple[EmailState, int | None] | None = None,
) -> Row | None:
    """Log activities, update the e-mail state and write the event. Returns the new row, or None if there is no
    checkout.

    `reported` is the e-mail state that a mutation of Shopify's API sent, with the time of the last mail. A later
    activity can change the state again. `now` must be the request's time.
    """
    mine = {"shop_id": shop.id, "number": checkout_id}
    found = (await connection.execute(_CHECKOUT, mine)).mappings().first()
    if found is None:
        return None
    sequence = (await connection.execute(_LAST, mine)).scalar() or 0
    state, sent_at = cast(EmailState, found["email_state"]), found["email_sent_at"]
    rows = []
    for place, step in enumerate(steps, sequence + 1):
        rows.append(
            {
                "shop_id": shop.id,
                "abandonment_id": checkout_id,
                "sequence": place,
                **{name: step.get(name) for name in _COLUMNS},
            }
        )
        state, sent_at = email_state_after(state, sent_at, step["activity_type"], step["created_at"])
        if step["activity_type"] == "EMAIL_SENT" and step.get("marketing_activity_id") is not None:
            # Another program sent it. A mail of a flow is counted where it is stored.
            name = f"activity/{checkout_id}/{place}"
            await note_sent(connection, shop, checkout_id, step["created_at"], name=name)
    if rows:
        await connection.execute(insert_into(activities), rows)
    if reported is not None:
        state, sent_at = reported
    version: int = found["version"] + 1
    changed: dict[str, object] = {
        "email_state": state,
        "email_sent_at": sent_at,
        "updated_at": max(now, found["updated_at"]),
        "version": version,
    }
    values = {f"new_{name}": value for name, value in changed.items()}
    statement = update_one(abandoned_checkouts, "id", tuple(changed))
    await connection.execute(statement, {"shop": shop.id, "key": checkout_id, **values})
    await note_changed(connection, shop.id, "checkout", [checkout_id], now)
    checkout = await load_row(connection, shop, {**found, **changed})
    event = checkout_event("checkout_activity", checkout, version)
    await write_events(connection, shop, [event], now)
    return {**found, **changed}
