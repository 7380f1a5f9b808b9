"""Flows of a shop: store them as their author wrote them, turn them on and off."""

from collections.abc import Callable
from hashlib import sha256

import orjson
from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.engine.locks import lock_subject
from abandoned_checkouts.store.engine.numbering import next_number
from abandoned_checkouts.store.engine.prepared import select_of_shop
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tables import flow_people, flow_steps
from abandoned_checkouts.store.tables import flows as table

# Built once: they are read for each step of a flow.
_ALL = select_of_shop(table, table).order_by(table.c.id)
_ACTIVE = _ALL.where(table.c.is_active.is_(True))
_BY_NUMBER = select_of_shop(table, table).where(table.c.id == bindparam("which"))
_BY_NAME = select_of_shop(table, table).where(table.c.name == bindparam("which"))


async def list_flows(connection: AsyncConnection, shop: Shop, *, active: bool = False) -> list[Row]:
    """A shop's flows, oldest first: the columns, with `definition` and `step_numbers` decoded."""
    rows = await connection.execute(_ACTIVE if active else _ALL, {"shop_id": shop.id})
    return [_read(row) for row in rows.mappings()]


async def ensure_default_flow(connection: AsyncConnection, shop: Shop, definition: Json, now: int) -> None:
    """Add this flow, turned off, to a shop without flows."""
    if not await list_flows(connection, shop):
        await save_flow(connection, shop, definition, now=now)


async def find_flow(connection: AsyncConnection, shop: Shop, which: int | str) -> Row | None:
    """The flow of that number or name."""
    statement = _BY_NUMBER if isinstance(which, int) else _BY_NAME
    row = (await connection.execute(statement, {"shop_id": shop.id, "which": which})).mappings().first()
    return None if row is None else _read(row)


async def lock_flows(connection: AsyncConnection, shop: Shop) -> None:
    """Wait until nobody else changes a flow of the shop; until the end of the transaction, nobody does."""
    await lock_subject(connection, shop, "flows")


def version_of(row: Row) -> str:
    """Identifies what a flow does: another text has another version. Turning it on or off does not change it."""
    return sha256(orjson.dumps(row["definition"])).hexdigest()[:16]


async def save_flow(
    connection: AsyncConnection,
    shop: Shop,
    definition: Json,
    *,
    now: int,
    number: int | None = None,
    owner_id: int | None = None,
    number_steps: Callable[[Row | None], Json] | None = None,
) -> Row:
    """Store a flow under its name, or replace the flow of that number. A new one is off; others keep their state.

    `number_steps` returns the numbers of the steps, by the flow that is replaced.
    """
    name = str(definition["name"])
    await lock_flows(connection, shop)
    known = await find_flow(connection, shop, name if number is None else number)
    numbers = None if number_steps is None else orjson.dumps(number_steps(known)).decode()
    text = orjson.dumps(definition).decode()
    values = {"name": name, "definition": text, "step_numbers": numbers, "updated_at": now, "owner_id": owner_id}
    if known is None:
        number = await next_number(connection, table.name, shop.id, now)
        await connection.execute(insert(table).values(shop_id=shop.id, id=number, created_at=now, **values))
        action = AuditAction.FLOW_CREATED
    else:
        number = known["id"]
        await connection.execute(update(table).where(table.c.shop_id == shop.id, table.c.id == number).values(**values))
        action = AuditAction.FLOW_CHANGED
    await record(connection, shop.id, action, f"flow {number}", now)
    stored = await find_flow(connection, shop, int(number or 0))
    assert stored is not None
    return stored


async def set_flow_active(connection: AsyncConnection, shop: Shop, number: int, active: bool, now: int) -> None:
    """Turn a flow on or off. Turning it off makes its waiting steps due, so that they are cancelled now."""
    await connection.execute(
        update(table).where(table.c.shop_id == shop.id, table.c.id == number).values(is_active=active, updated_at=now)
    )
    action = AuditAction.FLOW_TURNED_ON if active else AuditAction.FLOW_TURNED_OFF
    await record(connection, shop.id, action, f"flow {number}", now)
    if not active:
        await _hasten(connection, shop, number, now)


async def delete_flow(connection: AsyncConnection, shop: Shop, number: int, now: int) -> bool:
    done = await connection.execute(delete(table).where(table.c.shop_id == shop.id, table.c.id == number))
    await _hasten(connection, shop, number, now)
    mine = (flow_people.c.shop_id == shop.id) & (flow_people.c.flow_id == number)
    await connection.execute(delete(flow_people).where(mine))
    if done.rowcount:
        await record(connection, shop.id, AuditAction.FLOW_DELETED, f"flow {number}", now)
    return bool(done.rowcount)


async def _hasten(connection: AsyncConnection, shop: Shop, number: int, now: int) -> None:
    steps = flow_steps
    await connection.execute(
        update(steps)
        .where(
            steps.c.shop_id == shop.id, steps.c.flow_id == number, steps.c.state == "waiting", steps.c.claim.is_(None)
        )
        .values(due_at=now)
    )


def _read(row: Row) -> Row:
    numbers = row["step_numbers"]
    return {
        **row,
        "is_active": bool(row["is_active"]),
        "definition": orjson.loads(row["definition"]),
        "step_numbers": None if numbers is None else orjson.loads(numbers),
    }
