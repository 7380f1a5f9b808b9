"""Received webhooks: their ids, so that each is processed once, and the rejected ones."""

from sqlalchemy import case, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.shop_by_shop import delete_where
from abandoned_checkouts.store.engine.statements import insert_missing, upsert
from abandoned_checkouts.store.tables import received_webhooks


async def record_inbound_delivery(
    connection: AsyncConnection, shop: Shop, webhook_id: str, topic: str, now: int
) -> bool:
    """Record a received webhook in the caller's transaction. Returns False if it was received before."""
    row = {"shop_id": shop.id, "webhook_id": webhook_id, "topic": topic, "received_at": now}
    return await insert_missing(connection, received_webhooks, row)


async def save_rejected(
    connection: AsyncConnection, shop: Shop, webhook_id: str, topic: str, body: str, problem: str, now: int
) -> None:
    """Store a webhook that cannot be processed, with the reason, so that somebody can look at it."""
    row = {"shop_id": shop.id, "webhook_id": webhook_id, "topic": topic, "received_at": now}
    await upsert(connection, received_webhooks, [row | {"problem": problem, "body": body}])


async def list_rejected(connection: AsyncConnection, shop: Shop, limit: int = 100) -> list[Row]:
    """Rejected webhooks, newest first: webhook_id, topic, received_at, problem, body."""
    table = received_webhooks
    statement = (
        select(table)
        .where(table.c.shop_id == shop.id, table.c.problem.is_not(None))
        .order_by(table.c.received_at.desc())
        .limit(limit)
    )
    return [dict(row) for row in (await connection.execute(statement)).mappings()]


async def delete_old_inbound_deliveries(connection: AsyncConnection, before: int, rejected_before: int) -> None:
    """Delete webhooks received before `before`, and rejected ones received before `rejected_before`."""
    table = received_webhooks
    moment = case((table.c.problem.is_(None), before), else_=rejected_before)
    await delete_where(connection, table, (table.c.received_at < before) & (table.c.received_at < moment))
