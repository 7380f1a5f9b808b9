"""The events that a store holds of a checkout."""

from typing import Any

from sqlalchemy import select

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.tables import events


async def events_of(connection: Connection, shop: Shop, checkout_id: int) -> list[dict[str, Any]]:
    """A checkout's events, oldest first, without the documents."""
    columns = [events.c[name] for name in ("id", "kind", "event_id", "action_id", "sequence", "occurred_at")]
    statement = select(*columns).where(events.c.shop_id == shop.id, events.c.checkout_id == checkout_id)
    return [dict(row) for row in (await connection.execute(statement.order_by(events.c.id))).mappings()]
