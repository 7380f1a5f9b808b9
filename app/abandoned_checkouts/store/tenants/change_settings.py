"""Changing a shop's settings."""

import orjson
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.settings import SHOP_NAME
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.tables import shops
from abandoned_checkouts.store.tenants.shops import SITE_ID, check_site_id, name_of_domain


async def locked_settings(connection: AsyncConnection, shop: Shop) -> UntypedJson:
    """The shop's settings. Nobody else changes them until the transaction ends."""
    held = await connection.execute(select(shops.c.settings).where(shops.c.id == shop.id).with_for_update())
    settings: UntypedJson = orjson.loads(held.scalar_one())
    return settings


async def change_settings(connection: AsyncConnection, shop: Shop, changes: UntypedJson, now: int) -> UntypedJson:
    """Change some settings of a shop. The value None deletes a setting. Returns all settings after the change."""
    held = await locked_settings(connection, shop)
    settings = {name: value for name, value in {**held, **changes}.items() if value is not None}
    values: dict[str, object] = {"settings": orjson.dumps(settings).decode(), "updated_at": now}
    if changes.get(SITE_ID) is not None:
        # Two shops cannot have the same site id, because Wix's clients and events identify a site only by it.
        await check_site_id(connection, changes[SITE_ID], shop)
        values["uuid"] = changes[SITE_ID]
    if SHOP_NAME in changes:
        values["name"] = changes[SHOP_NAME] or name_of_domain(shop.domain)
    await connection.execute(update(shops).where(shops.c.id == shop.id).values(values))
    await record(connection, shop.id, AuditAction.SETTINGS_CHANGED, " ".join(sorted(changes)), now)
    return settings
