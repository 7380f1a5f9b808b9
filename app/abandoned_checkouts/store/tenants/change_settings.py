"""Changing a shop's settings."""

import orjson
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.tables import shops
from abandoned_checkouts.store.tenants.shops import SITE_ID, check_site_id


async def change_settings(connection: AsyncConnection, shop: Shop, changes: UntypedJson, now: int) -> UntypedJson:
    """Change some settings of a shop. The value None deletes a setting. Returns all settings after the change."""
    mine = shops.c.id == shop.id
    held = (await connection.execute(select(shops.c.settings).where(mine).with_for_update())).scalar_one()
    settings = {name: value for name, value in {**orjson.loads(held), **changes}.items() if value is not None}
    values: dict[str, object] = {"settings": orjson.dumps(settings).decode(), "updated_at": now}
    if changes.get(SITE_ID) is not None:
        # Two shops cannot have the same site id, because Wix's clients and events identify a site only by it.
        await check_site_id(connection, changes[SITE_ID], shop)
        values["uuid"] = changes[SITE_ID]
    await connection.execute(update(shops).where(mine).values(values))
    await record(connection, shop.id, AuditAction.SETTINGS_CHANGED, " ".join(sorted(changes)), now)
    return settings
