"""How late the background work of a store is."""

from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.store.tables import deliveries, flow_steps, open_checkouts


@dataclass(frozen=True, slots=True)
class Due:
    """Work of one kind that is due: how many rows, and by how many microseconds the oldest is late."""

    kind: str
    count: int
    lag: int


async def due_work(connection: AsyncConnection, now: int) -> list[Due]:
    """The work that is due at `now` and has not been done, of each kind, over all shops."""
    kinds: tuple[tuple[str, Table, Column[int], tuple[ColumnElement[bool], ...]], ...] = (
        ("abandonment", open_checkouts, open_checkouts.c.due_at, ()),
        ("flow steps", flow_steps, flow_steps.c.due_at, (flow_steps.c.state == "waiting",)),
        ("deliveries", deliveries, deliveries.c.due_at, (deliveries.c.state == "waiting",)),
    )
    found = []
    for kind, table, due_at, conditions in kinds:
        statement = select(func.count(), func.min(due_at)).select_from(table).where(due_at <= now, *conditions)
        count, oldest = (await connection.execute(statement)).one()
        found.append(Due(kind, count, 0 if oldest is None else now - oldest))
    return found
