"""The steps of flows: schedule them one after the other, claim them when due, and cancel them."""

from collections.abc import Sequence

import orjson
from sqlalchemy import ColumnElement, and_, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.activity import Activity
from abandoned_checkouts.checkouts.randomness import random_uuid, unique_name
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.reports.step_parts import part_of_step
from abandoned_checkouts.store.checkouts.activities import append_activities
from abandoned_checkouts.store.engine.numbering import insert_numbered_row
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.statements import ids_by_shop
from abandoned_checkouts.store.reports.note_actions import note_skipped
from abandoned_checkouts.store.tables import abandoned_checkouts
from abandoned_checkouts.store.tables import flow_steps as table


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
    mine = (table.c.shop_id == shop.id) & (table.c.checkout_id == checkout_id) & table.c.unlogged.is_not(None)
    rows = (await connection.execute(select(table.c.unlogged).where(mine).order_by(table.c.id))).scalars().all()
    kept = [activity for text in rows if text for activity in orjson.loads(text)]
    if kept and await append_activities(connection, shop, checkout_id, kept, now=now) is not None:
        await connection.execute(update(table).where(mine).values(unlogged=None))


async def has_steps(connection: AsyncConnection, shop: Shop, flow_id: int, checkout_id: int) -> bool:
    """Whether the flow was ever started for the checkout."""
    statement = select(table.c.id).where(
        table.c.shop_id == shop.id, table.c.checkout_id == checkout_id, table.c.flow_id == flow_id
    )
    return (await connection.execute(statement.limit(1))).first() is not None


async def claim_due_steps(
    connection: AsyncConnection, now: int, lease: int, limit: int, *, takes_over: bool = True
) -> list[Row]:
    """Claim steps that are due, longest due first. No other worker gets them before the lease ends, and one that does
    not take over claims (`takes_over`) not even then."""
    statement = select(table.c.shop_id, table.c.id).where(table.c.state == "waiting", table.c.due_at <= now)
    if not takes_over:
        statement = statement.where(table.c.claim.is_(None))
    due = statement.order_by(table.c.due_at, table.c.id).limit(limit).with_for_update(skip_locked=True)
    found = (await connection.execute(due)).mappings().all()
    claim = {"claim": unique_name(), "due_at": now + lease, "attempts": table.c.attempts + 1}
    claimed: list[Row] = []
    for shop_id, numbers in ids_by_shop(found).items():
        mine = (table.c.shop_id == shop_id) & table.c.id.in_(numbers)
        rows = await connection.execute(update(table).where(mine).values(claim).returning(table))
        claimed += [dict(row) for row in rows.mappings()]
    return claimed


_HAS_DUE = select(table.c.id).where(table.c.state == "waiting", table.c.due_at <= bindparam("now")).limit(1)


async def has_due_step(connection: AsyncConnection, now: int) -> bool:
    return (await connection.execute(_HAS_DUE, {"now": now})).first() is not None


async def mark_handed_over(connection: AsyncConnection, step: Row, now: int, lease: int) -> bool:
    """Record that the mail of a claimed step is handed to the mail server now, and renew the claim.

    Returns False if another worker has claimed the step meanwhile, or it was cancelled.
    """
    mine = _is(step) & (table.c.claim == step["claim"]) & (table.c.state == "waiting")
    values = {"handed_at": now, "due_at": now + lease}
    return bool((await connection.execute(update(table).where(mine).values(values))).rowcount)


async def finish_step(connection: AsyncConnection, step: Row, state: str, reason: str | None, now: int) -> bool:
    """Write the result of a claimed step. Returns False if another worker has claimed it meanwhile."""
    mine = _is(step) & (table.c.claim == step["claim"]) & (table.c.state == "waiting")
    values = {"state": state, "reason": reason, "finished_at": now, "claim": None}
    return bool((await connection.execute(update(table).where(mine).values(values))).rowcount)


async def change_result(connection: AsyncConnection, step: Row, state: str, reason: str) -> None:
    """Change the result of a step that was finished in this transaction."""
    await connection.execute(update(table).where(_is(step)).values(state=state, reason=reason))


def _is(step: Row) -> ColumnElement[bool]:
    return and_(table.c.shop_id == step["shop_id"], table.c.id == step["id"])


async def postpone_step(connection: AsyncConnection, step: Row, due_at: int, reason: str) -> bool:
    """Let a claimed step wait until `due_at`. It was not an attempt. Returns False if another worker has claimed it."""
    mine = _is(step) & (table.c.claim == step["claim"]) & (table.c.state == "waiting")
    values = {"due_at": due_at, "claim": None, "reason": reason, "attempts": step["attempts"] - 1, "handed_at": None}
    return bool((await connection.execute(update(table).where(mine).values(values))).rowcount)


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
    await connection.execute(update(table).where(early).values(shifted))
    longest: list[tuple[ColumnElement[bool], int]] = [(table.c.claim.is_not(None), lease)]
    longest += [(is_free & (table.c.attempts == number), pause) for number, pause in enumerate(pauses, 1)]
    if pauses:
        longest.append((is_free & (table.c.attempts > len(pauses)), pauses[-1]))
    for which, pause in longest:
        late = waiting & which & (table.c.due_at > now + pause)
        await connection.execute(update(table).where(late).values(due_at=now + pause))


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
    other = abandoned_checkouts
    statement = select(other.c.id).where(other.c.shop_id == shop.id, other.c.customer_id == customer_id)
    return list((await connection.execute(statement)).scalars())


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
