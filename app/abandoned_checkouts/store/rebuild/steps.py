"""The steps of a rebuild. Each goes through one table in the order of its keys, one batch for each call.

A step takes the last key that is done, and returns the last key of its batch, or None at the end. It counts only what
differs, so a step that runs twice changes nothing.
"""

from collections.abc import Awaitable, Callable

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.reports.days import day_and_hour
from abandoned_checkouts.reports.facts import Amounts, CountKey, Key
from abandoned_checkouts.reports.step_parts import part_of_step
from abandoned_checkouts.store.checkouts.load import load_after
from abandoned_checkouts.store.checkouts.open_checkouts import open_checkout_from_row
from abandoned_checkouts.store.reports.changes import append_changes
from abandoned_checkouts.store.reports.fact_rows import load_facts
from abandoned_checkouts.store.reports.from_checkouts import note_abandoned, open_facts
from abandoned_checkouts.store.reports.note_actions import note_sent, note_skipped, note_visit
from abandoned_checkouts.store.reports.note_facts import note_checkouts, put_facts
from abandoned_checkouts.store.tables import (
    abandoned_checkouts,
    activities,
    events,
    flow_mails,
    flow_steps,
    open_checkouts,
    report_actions,
    report_checkouts,
)

_BATCH = 500

Step = Callable[[AsyncConnection, Shop, str], Awaitable[str | None]]


async def _mails(connection: AsyncConnection, shop: Shop, place: str) -> str | None:
    table = flow_mails
    statement = select(table.c.id, table.c.checkout_id, table.c.flow_id, table.c.position, table.c.sent_at)
    mine = statement.where(table.c.shop_id == shop.id, table.c.id > place).order_by(table.c.id).limit(_BATCH)
    rows = (await connection.execute(mine)).all()
    for row in rows:
        step = part_of_step(row.flow_id, row.position)
        await note_sent(connection, shop, row.checkout_id, row.sent_at, name=f"mail/{row.id}", step=step)
    return rows[-1].id if rows else None


async def _skipped(connection: AsyncConnection, shop: Shop, place: str) -> str | None:
    table = flow_steps
    statement = select(table).where(table.c.shop_id == shop.id, table.c.id > int(place or 0))
    rows = (await connection.execute(statement.order_by(table.c.id).limit(_BATCH))).mappings().all()
    for row in rows:
        if row["state"] in ("skipped", "cancelled", "failed") and row["reason"] and row["finished_at"] is not None:
            reason = "the step failed" if row["state"] == "failed" else row["reason"]
            name, at = f"step/{row['id']}", row["finished_at"]
            step = part_of_step(row["flow_id"], row["position"])
            await note_skipped(connection, shop, row["checkout_id"], at, name=name, step=step, reason=reason)
    return str(rows[-1]["id"]) if rows else None


async def _visits(connection: AsyncConnection, shop: Shop, place: str) -> str | None:
    table = events
    mine = (table.c.shop_id == shop.id) & (table.c.id > int(place or 0)) & (table.c.kind == "recovery_link_visited")
    columns = (table.c.id, table.c.event_id, table.c.checkout_id, table.c.occurred_at)
    rows = (await connection.execute(select(*columns).where(mine).order_by(table.c.id).limit(_BATCH))).all()
    for row in rows:
        await note_visit(connection, shop, row.checkout_id or 0, row.occurred_at, name=f"visit/{row.event_id}")
    return str(rows[-1].id) if rows else None


async def _open(connection: AsyncConnection, shop: Shop, place: str) -> str | None:
    table = open_checkouts
    statement = select(table).where(table.c.shop_id == shop.id, table.c.token > place)
    rows = (await connection.execute(statement.order_by(table.c.token).limit(_BATCH))).mappings().all()
    entries = {row["id"]: open_checkout_from_row(row) for row in rows if row["state"] != "deleted"}
    # An abandoned one may have an open row of the same number for a moment.
    other = abandoned_checkouts
    stored = select(other.c.id).where(other.c.shop_id == shop.id, other.c.id.in_(entries))
    for number in (await connection.execute(stored)).scalars():
        del entries[number]
    facts = {number: open_facts(entry.checkout, entry.contact_at) for number, entry in entries.items()}
    await note_checkouts(connection, shop, facts)
    return rows[-1]["token"] if rows else None


async def _abandoned(connection: AsyncConnection, shop: Shop, place: str) -> str | None:
    checkouts = await load_after(connection, shop, _number(place), _BATCH)
    numbers = [each.id or 0 for each in checkouts]
    await note_abandoned(connection, shop, checkouts)
    return str(numbers[-1]) if numbers else None


async def _facts(connection: AsyncConnection, shop: Shop, place: str) -> str | None:
    """Also of checkouts that were deleted: the day may be another one in a new zone."""
    table = report_checkouts
    statement = select(table.c.id).where(table.c.shop_id == shop.id, table.c.id > _number(place))
    numbers = list((await connection.execute(statement.order_by(table.c.id).limit(_BATCH))).scalars())
    known = await load_facts(connection, shop.id, numbers)
    await put_facts(connection, shop, known, {number: facts for number, (facts, _) in known.items()})
    return str(numbers[-1]) if numbers else None


async def _actions(connection: AsyncConnection, shop: Shop, place: str) -> str | None:
    table = report_actions
    statement = select(table).where(table.c.shop_id == shop.id, table.c.name > place).order_by(table.c.name)
    rows = (await connection.execute(statement.limit(_BATCH))).mappings().all()
    changes: dict[Key, Amounts] = {}
    for row in rows:
        day = day_and_hour(row["at"], shop.timezone)[0]
        if day == row["day"]:
            continue
        for on, count in ((row["day"], -1), (day, 1)):
            key = CountKey(row["kind"], on, row["part"], shop.currency, shop.currency)
            changes[key] = Amounts(changes.get(key, Amounts()).number + count)
        mine = (table.c.shop_id == shop.id) & (table.c.name == row["name"])
        await connection.execute(update(table).where(mine).values(day=day))
    await append_changes(connection, shop.id, changes)
    return rows[-1]["name"] if rows else None


async def _activities(connection: AsyncConnection, shop: Shop, place: str) -> str | None:
    """Mails that other programs reported."""
    table = activities
    after = _number(place)
    numbers = select(table.c.abandonment_id).where(table.c.shop_id == shop.id, table.c.abandonment_id > after)
    some = list((await connection.execute(numbers.distinct().order_by(table.c.abandonment_id).limit(_BATCH))).scalars())
    mine = (table.c.shop_id == shop.id) & table.c.abandonment_id.in_(some) & (table.c.activity_type == "EMAIL_SENT")
    reported = select(table).where(mine, table.c.marketing_activity_id.is_not(None))
    for row in (await connection.execute(reported)).mappings().all():
        number = row["abandonment_id"]
        name = f"activity/{number}/{row['sequence']}"
        await note_sent(connection, shop, number, row["created_at"], name=name)
    return str(some[-1]) if some else None


def _number(place: str) -> int:
    """Numbers of checkouts may be negative."""
    return int(place) if place else -(1 << 62)


# In this order: how a checkout was recovered depends on mails and visits.
STEPS: dict[str, Step] = {
    "mails": _mails,
    "activities": _activities,
    "skipped steps": _skipped,
    "visits": _visits,
    "open checkouts": _open,
    "abandoned checkouts": _abandoned,
    "facts": _facts,
    "actions": _actions,
}
