"""Finds abandonments by number, and logs activities of abandonments that have no checkout."""

from collections.abc import Sequence

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.activity import Activity, EmailState
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tables import abandoned_checkouts, abandonments, activities


async def find_abandonment(connection: AsyncConnection, shop: Shop, number: int | None) -> Row | None:
    """The abandonment with its e-mail state. If it has a checkout, the state is the checkout's. Locks the row."""
    if number is None:
        return None
    table = abandonments
    mine = (table.c.shop_id == shop.id) & (table.c.id == number)
    found = (await connection.execute(select(table).where(mine).with_for_update())).mappings().first()
    if found is None:
        return None
    row = dict(found)
    if row["checkout_id"] is not None:
        checkouts = abandoned_checkouts
        statement = select(checkouts.c.email_state, checkouts.c.email_sent_at).where(
            checkouts.c.shop_id == shop.id, checkouts.c.id == row["checkout_id"]
        )
        mails = (await connection.execute(statement)).mappings().first()
        row |= dict(mails or {})
    return row


async def has_step_of(connection: AsyncConnection, row: Row, marketing_activity_id: int) -> bool:
    """Whether the log of the abandonment has an activity with this marketing activity id."""
    statement = select(activities.c.sequence).where(
        activities.c.shop_id == row["shop_id"],
        activities.c.abandonment_id == row["id"],
        activities.c.marketing_activity_id == marketing_activity_id,
    )
    return (await connection.execute(statement.limit(1))).first() is not None


async def append_visit_activities(
    connection: AsyncConnection, row: Row, steps: Sequence[Activity], reported: tuple[EmailState, int | None]
) -> None:
    """Log activities of an abandonment without a checkout, and set its e-mail state to `reported`. No event is
    written."""
    mine = (activities.c.shop_id == row["shop_id"]) & (activities.c.abandonment_id == row["id"])
    last = (await connection.execute(select(func.max(activities.c.sequence)).where(mine))).scalar() or 0
    names = ("activity_type", "created_at", "channel", "reason", "marketing_activity_id", "delivery_state")
    rows = [
        {"shop_id": row["shop_id"], "abandonment_id": row["id"], "sequence": sequence}
        | {name: step.get(name) for name in names}
        for sequence, step in enumerate(steps, last + 1)
    ]
    if rows:
        await connection.execute(insert(activities), rows)
    table, (state, sent_at) = abandonments, reported
    await connection.execute(
        update(table)
        .where(table.c.shop_id == row["shop_id"], table.c.id == row["id"])
        .values(email_state=state, email_sent_at=sent_at)
    )
