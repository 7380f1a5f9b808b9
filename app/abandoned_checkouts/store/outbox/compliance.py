"""Shopify's compliance topics. An app has one URL for them, which is a setting of the app and not a subscription.

The bodies identify people whose data has been erased here. Until the receiver has accepted a body, it is stored
encrypted: after an erasure, the database must not contain personal data in clear text.
"""

import orjson
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.prepared import select_of_shop
from abandoned_checkouts.store.outbox.subscriptions import Dialect, Subscription, subscriptions_of
from abandoned_checkouts.store.tables import apps
from abandoned_checkouts.store.tables.encrypted import ciphers

COMPLIANCE: Dialect = "compliance"
REDACT = "CUSTOMERS_REDACT"
_SETTING = "compliance_address"
_APPS = select_of_shop(apps, apps).order_by(apps.c.id)


async def compliance_addresses(connection: AsyncConnection, shop_id: int) -> list[Subscription]:
    """The compliance URLs of apps that can read customers or orders (Shopify: privacy law compliance)."""
    found = []
    for row in (await connection.execute(_APPS, {"shop_id": shop_id})).mappings():
        settings, scopes = orjson.loads(row["settings"]), orjson.loads(row["scopes"])
        if settings.get(_SETTING) and any(scope.endswith(("_customers", "_orders")) for scope in scopes):
            found.append(
                Subscription(
                    dialect=COMPLIANCE,
                    shop_id=shop_id,
                    id=row["id"],
                    topic=REDACT,
                    address=settings[_SETTING],
                    secret=row["client_secret"],
                    created_at=row["created_at"],
                    app_id=str(row["id"]),
                    owner_id=row["id"],
                    api_version=str(settings.get("webhook_api_version") or ""),
                    app_settings=settings,
                )
            )
    return found


async def targets_of(connection: AsyncConnection, shop_id: int) -> list[Subscription]:
    """All targets of deliveries: the shop's subscriptions, and the compliance URLs of its apps."""
    return await subscriptions_of(connection, shop_id) + await compliance_addresses(connection, shop_id)


async def set_compliance_address(connection: AsyncConnection, shop: Shop, client_id: str, address: str | None) -> bool:
    """Set or remove the compliance URL of an app. Returns False if the shop has no such app."""
    mine = (apps.c.shop_id == shop.id) & (apps.c.client_id == client_id)
    settings = (await connection.execute(select(apps.c.settings).where(mine).with_for_update())).scalar()
    if settings is None:
        return False
    changed = {**orjson.loads(settings), _SETTING: address}
    await connection.execute(update(apps).where(mine).values(settings=orjson.dumps(changed).decode()))
    return True


def sealed_body(connection: AsyncConnection, body: str) -> str:
    """The body, encrypted with the key of the store."""
    return ciphers[connection.dialect].encrypt(body)


def opened_body(connection: AsyncConnection, dialect: str, body: str) -> str:
    """The clear text of a stored body. Only bodies of compliance topics are encrypted."""
    return ciphers[connection.dialect].decrypt(body) if dialect == COMPLIANCE and body else body
