"""Changing a shop's settings."""

import orjson
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.tables import shops


async def change_settings(connection: AsyncConnection, shop: Shop, changes: UntypedJson, now: int) -> UntypedJson:
    """Change some settings; None deletes one. Returns all settings after the change."""
    mine = shops.c.id == shop.id
    held = (await connection.execute(select(shops.c.settings).where(mine).with_for_update())).scalar_one()
    settings = {name: value for name, value in {**orjson.loads(held), **changes}.items() if value is not None}
    values = {"settings": orjson.dumps(settings).decode(), "updated_at": now}
    await connection.execute(update(shops).where(mine).values(values))
    await record(connection, shop.id, AuditAction.SETTINGS_CHANGED, " ".join(sorted(changes)), now)
    return settings
