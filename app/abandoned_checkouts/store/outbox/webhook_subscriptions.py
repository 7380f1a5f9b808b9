"""Creates and changes the webhook subscriptions of apps. store/outbox/subscriptions deletes them."""

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.engine.locks import lock_subject
from abandoned_checkouts.store.engine.numbering import next_number
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tables import webhook_subscriptions as table


async def webhook_subscriptions_of(connection: AsyncConnection, shop: Shop, app_id: int) -> list[Row]:
    """An app's subscriptions, locked until the transaction ends."""
    await lock_subject(connection, shop, f"webhook_subscriptions/{app_id}")
    statement = select(table).where(table.c.shop_id == shop.id, table.c.app_id == app_id)
    return [dict(row) for row in (await connection.execute(statement)).mappings()]


async def add_webhook_subscription(
    connection: AsyncConnection, shop: Shop, app_id: int, values: Row, *, now: int
) -> Row:
    number = await next_number(connection, table.name, shop.id, now)
    row = {**values, "shop_id": shop.id, "id": number, "app_id": app_id, "created_at": now, "updated_at": now}
    await connection.execute(insert(table).values(row))
    await record(connection, shop.id, AuditAction.SUBSCRIPTION_CREATED, f"shopify subscription {number}", now)
    return row


async def change_webhook_subscription(connection: AsyncConnection, row: Row, changes: Row, *, now: int) -> Row:
    changed = {**changes, "updated_at": now}
    await connection.execute(
        update(table).where(table.c.shop_id == row["shop_id"], table.c.id == row["id"]).values(changed)
    )
    return {**row, **changed}
