"""The steps of flows: schedule them one after the other, claim them when due, and cancel them."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.activity import Activity
from abandoned_checkouts.checkouts.randomness import random_uuid, unique_name
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.reports.step_parts import part_of_step
from abandoned_checkouts.store.checkouts.activities import append_activities
from abandoned_checkouts.store.engine.due_shops import DueStatements, Rotation, due_statements, shops_with_due
from abandoned_checkouts.store.engine.numbering import insert_numbered_row
from abandoned_checkouts.store.engine.prepared import select_of_shop, update_one
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.shop_by_shop import update_where
from abandoned_checkouts.store.reports.note_actions import note_skipped
from abandoned_checkouts.store.tables import abandoned_checkouts
from abandoned_checkouts.store.tables import flow_steps as table

# A text, not a parameter, because the databases use the partial indexes only for this exact condition.
_IS_WAITING = table.c.state == literal_column("'waiting'")
# Built once: each step of a flow runs them.
_ANY_STEP = (
    select_of_shop(table, table.c.id)
    .where(table.c.checkout_id == bindparam("checkout"), table.c.flow_id == bindparam("flow"))
    .limit(1)
)
_UNLOGGED = (
    select_of_shop(table, table.c.unlogged)
    .where(table.c.checkout_id == bindparam("checkout"), table.c.unlogged.is_not(None))
    .order_by(table.c.id)
)
_OF_CUSTOMER = select_of_shop(abandoned_checkouts, abandoned_checkouts.c.id).where(
    abandoned_checkouts.c.customer_id == bindparam("customer")
)


async def schedule_step(
    connection: AsyncConnection,
    shop: Shop,
    *,
    flow_id: int,
    checkout_id: int,
    position: int,
    action: str,
    due_at: int,
    now: int,
    state: str = "waiting",
    reason: str | None = None,
    activities: Sequence[Activity] = (),
) -> None:
    """Add a step and log its activities. A step that is not waiting is only a record."""
    row = {
        "shop_id": shop.id,
        "flow_id": flow_id,
        "checkout_id": checkout_id,
        "position": position,
        "action": action,
        "state": state,
        "due_at": due_at,
        "message_id": str(random_uuid()),
        "created_at": now,
        "finished_at": None if state == "waiting" else now,
        "reason": reason,
    }
    number = await insert_numbered_row(connection, table, row)
    if reason is not None:
        step = part_of_step(flow_id, position)
        await note_skipped(connection, shop, checkout_id, now, name=f"step/{number}", step=step, reason=reason)
    await log_activities(connection, shop, checkout_id, number, activities, now)


async def log_activities(
    connection: AsyncConnection, shop: Shop, checkout_id: int, step: int, activities: Sequence[Activity], now: int
) -> None:
    """Append to the checkout's log. If the checkout is not abandoned yet, keep the activities until it is."""
    if not activities or await append_activities(connection, shop, checkout_id, activities, now=now) is not None:
        return
    mine = (table.c.shop_id == shop.id) & (table.c.id == step)
    held = (await connection.execute(select(table.c.unlogged).where(mine))).scalar()
    text = orjson.dumps([*(orjson.loads(held) if held else []), *activities]).decode()
    await connection.execute(update(table).where(mine).values(unlogged=text))


async def log_kept_activities(connection: AsyncConnection, shop: Shop, checkout_id: int, now: int) -> None:
    """Append the kept activities to the log of a checkout that has just been abandoned."""
    found = await connection.execute(_UNLOGGED, {"shop_id": shop.id, "checkout": checkout_id})
    kept = [activity for text in found.scalars() if text for activity in orjson.loads(text)]
    if kept and await append_activities(connection, shop, checkout_id, kept, now=now) is not None:
        mine = (table.c.shop_id == shop.id) & (table.c.checkout_id == checkout_id) & table.c.unlogged.is_not(None)
        await connection.execute(update(table).where(mine).values(unlogged=None))


async def has_steps(connection: AsyncConnection, shop: Shop, flow_id: int, checkout_id: int) -> bool:
    """Whether the flow was ever started for the checkout."""
    values = {"shop_id": shop.id, "checkout": checkout_id, "flow": flow_id}
    return (await connection.execute(_ANY_STEP, values)).first() is not None


async def claim_due_steps(
    connection: AsyncConnection,
    now: int,
    lease: int,
    limit: int,
    *,
    takes_over: bool = True,
    rotation: Rotation | None = None,
) -> list[Row]:
    """Claim steps that are due, longest due first. No other worker gets them before the lease ends, and one that does
    not take over claims (`takes_over`) not even then."""
    shops, due = _due(takes_over)
    claim, claimed = {"new_claim": unique_name(), "until": now + lease}, list[Row]()
    for shop_id, count in (await shops_with_due(connection, shops, {"now": now}, limit, rotation)).items():
        found = await connection.execute(due, {"shop_id": shop_id, "now": now, "limit": count})
        numbers = list(found.scalars())
        if numbers:
            rows = await connection.execute(_CLAIM, {"shop": shop_id, "numbers": numbers, **claim})
            claimed += [dict(row) for row in rows.mappings()]
    return claimed


@cache
def _due(takes_over: bool) -> tuple[DueStatements, Select[Any]]:
    """The statements that find the shops with due steps, and that lock the due steps of a shop."""
    conditions: list[ColumnElement[bool]] = [_IS_WAITING, table.c.due_at <= bindparam("now")]
    if not takes_over:
        conditions.append(table.c.claim.is_(None))
    order = (table.c.due_at, table.c.id)
    due = select_of_shop(table, table.c.id).where(*conditions).order_by(*order)
    locked = due.limit(bindparam("limit", type_=Integer)).with_for_update(skip_locked=True)
    return due_statements(table, order, *conditions), locked


_CLAIM = (
    update(table)
    .where(table.c.shop_id == bindparam("shop"), table.c.id.in_(bindparam("numbers", expanding=True)))
    .values(claim=bindparam("new_claim"), due_at=bindparam("until"), attempts=table.c.attempts + 1)
    .returning(table)
)


_HAS_DUE = select(table.c.id).where(_IS_WAITING, table.c.due_at <= bindparam("now")).limit(1)


async def has_due_step(connection: AsyncConnection, now: int) -> bool:
    return (await connection.execute(_HAS_DUE, {"now": now})).first() is not None


async def mark_handed_over(connection: AsyncConnection, step: Row, now: int, lease: int) -> bool:
    """Record that the mail of a claimed step is handed to the mail server now, and renew the claim.

    Returns False if another worker has claimed the step meanwhile, or it was cancelled.
    """
    return await _change(connection, step, {"handed_at": now, "due_at": now + lease})


async def finish_step(connection: AsyncConnection, step: Row, state: str, reason: str | None, now: int) -> bool:
    """Write the result of a claimed step. Returns False if another worker has claimed it meanwhile."""
    return await _change(connection, step, {"state": state, "reason": reason, "finished_at": now, "claim": None})


async def change_result(connection: AsyncConnection, step: Row, state: str, reason: str) -> None:
    """Change the result of a step that was finished in this transaction."""
    await connection.execute(update(table).where(_is(step)).values(state=state, reason=reason))


def _is(step: Row) -> ColumnElement[bool]:
    return and_(table.c.shop_id == step["shop_id"], table.c.id == step["id"])


async def _change(connection: AsyncConnection, step: Row, changed: Row) -> bool:
    """Change a claimed step. Returns False if another worker has claimed it meanwhile, or it was cancelled."""
    values = {f"new_{name}": value for name, value in changed.items()}
    claimed = {"shop": step["shop_id"], "key": step["id"], "old_claim": step["claim"], "old_state": "waiting"}
    statement = update_one(table, "id", tuple(changed), ("claim", "state"))
    return bool((await connection.execute(statement, {**values, **claimed})).rowcount)


async def postpone_step(connection: AsyncConnection, step: Row, due_at: int, reason: str) -> bool:
    """Let a claimed step wait until `due_at`. It was not an attempt. Returns False if another worker has claimed it."""
    values = {"due_at": due_at, "claim": None, "reason": reason, "attempts": step["attempts"] - 1, "handed_at": None}
    return await _change(connection, step, values)


async def retry_step(connection: AsyncConnection, step: Row, due_at: int, reason: str) -> None:
    mine = _is(step) & (table.c.claim == step["claim"])
    values = {"due_at": due_at, "claim": None, "reason": reason, "handed_at": None}
    await connection.execute(update(table).where(mine).values(values))


async def hasten_steps(
    connection: AsyncConnection, shop: Shop, checkout_ids: Sequence[int], now: int, *, action: str | None = None
) -> None:
    """Make waiting steps due now, because their conditions are no longer met: they are then cancelled and logged."""
    statement = update(table).where(
        table.c.shop_id == shop.id,
        table.c.checkout_id.in_(checkout_ids),
        table.c.state == "waiting",
        table.c.claim.is_(None),
        table.c.due_at > now,
    )
    if action is not None:
        statement = statement.where(table.c.action == action)
    await connection.execute(statement.values(due_at=now))


async def hasten_planned_steps(connection: AsyncConnection, now: int, lease: int, pauses: Sequence[int]) -> None:
    """Plan steps again after the clock was set back: none waits longer than if it were planned now. `pauses` are those
    after each attempt, in microseconds."""
    is_free = table.c.claim.is_(None)
    waiting = table.c.state == "waiting"
    # If the step was planned at a time that is now in the future, its complete wait starts again now.
    early = waiting & is_free & (table.c.attempts == 0) & (table.c.created_at > now)
    shifted = {"due_at": table.c.due_at - (table.c.created_at - now), "created_at": now}
    await update_where(connection, table, early, shifted)
    longest: list[tuple[ColumnElement[bool], int]] = [(table.c.claim.is_not(None), lease)]
    longest += [(is_free & (table.c.attempts == number), pause) for number, pause in enumerate(pauses, 1)]
    if pauses:
        longest.append((is_free & (table.c.attempts > len(pauses)), pauses[-1]))
    for which, pause in longest:
        late = waiting & which & (table.c.due_at > now + pause)
        await update_where(connection, table, late, {"due_at": now + pause})


async def cancel_waiting_steps(
    connection: AsyncConnection, shop: Shop, flow_id: int, checkout_id: int, now: int
) -> None:
    """Cancel the flow's waiting steps of a checkout, because the flow starts again."""
    mine = (table.c.shop_id == shop.id) & (table.c.checkout_id == checkout_id) & (table.c.flow_id == flow_id)
    waits = mine & (table.c.state == "waiting") & table.c.claim.is_(None)
    values = {"state": "cancelled", "finished_at": now, "reason": "the flow started again"}
    await connection.execute(update(table).where(waits).values(values))


async def checkouts_of_customer(connection: AsyncConnection, shop: Shop, customer_id: int) -> list[int]:
    """The numbers of a customer's abandoned checkouts."""
    found = await connection.execute(_OF_CUSTOMER, {"shop_id": shop.id, "customer": customer_id})
    return list(found.scalars())


async def checkouts_of_email(connection: AsyncConnection, shop: Shop, emails: Sequence[str]) -> list[int]:
    """The numbers of checkouts with waiting steps whose buyer has one of these addresses."""
    waiting = select(table.c.checkout_id).where(table.c.shop_id == shop.id, table.c.state == "waiting")
    other = abandoned_checkouts
    statement = select(other.c.id).where(
        other.c.shop_id == shop.id,
        other.c.id.in_(waiting),
        func.lower(other.c.email).in_([email.lower() for email in emails]),
    )
    return list((await connection.execute(statement)).scalars())
