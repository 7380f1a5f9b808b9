"""Shops and their apps: create them, and find them by number or domain."""

import re
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.moment import MomentError, zone_named
from abandoned_checkouts.checkouts.randomness import random_hex, random_number, random_uuid
from abandoned_checkouts.checkouts.shop import WIX, WIX_ABANDONED_AFTER_MINUTES, Shop
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.engine.row_shape import RowShape
from abandoned_checkouts.store.tables import apps, shops

SHOP = RowShape(Shop, shops)
# Built once, because every request finds its shop.
_SHOPS = select(*(shops.c[name] for name in SHOP.columns))
_BY_ID = _SHOPS.where(shops.c.id == bindparam("value"))
_ALL = select(shops).order_by(shops.c.id)
_BY_DOMAIN = _SHOPS.where(shops.c.domain == bindparam("value"))
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:\d{1,5})?")
# The setting with the site id, which is also stored as the shop's GUID.
SITE_ID = "wix_site_id"
_CURRENCY = re.compile(r"[A-Z]{3,4}")


class ShopError(ValueError):
    """A shop or app cannot be created; the message says why."""


async def create_shop(
    connection: AsyncConnection,
    domain: str,
    *,
    now: int,
    currency: str = "USD",
    timezone: str = "UTC",
    **details: Any,
) -> Shop:
    """Create a shop. `details` are other fields of Shop. Raises ShopError if it exists or a value is invalid."""
    domain = domain.strip().lower()
    if not _DOMAIN.fullmatch(domain):
        raise ShopError(f"{domain!r} is not a shop's domain; use one like my-shop.myshopify.com")
    if not _CURRENCY.fullmatch(currency):
        raise ShopError(f"{currency!r} is not a currency; use an ISO 4217 code like USD")
    try:
        zone_named(timezone)
    except MomentError as problem:
        raise ShopError(str(problem)) from None
    if await find_shop(connection, domain) is not None:
        raise ShopError(f"the shop {domain} already exists")
    if details.get("uuid") is not None:
        await check_site_id(connection, details["uuid"])
    name = name_of_domain(domain)
    if details.get("platform") == WIX:
        details.setdefault("abandoned_after_minutes", WIX_ABANDONED_AFTER_MINUTES)
    shop = Shop(
        id=0,
        uuid=details.pop("uuid", None) or str(random_uuid()),
        domain=domain,
        name=details.pop("name", None) or name,
        email=details.pop("email", None) or f"owner@{domain.split(':')[0]}",
        owner_name=details.pop("owner_name", None) or name,
        currency=currency,
        timezone=timezone,
        platform=details.pop("platform", "shopify"),
        secret=details.pop("secret", None) or random_hex(32),
        created_at=details.pop("created_at", None) or now,
        updated_at=now,
        **details,
    )
    row = SHOP.row(shop)
    del row["id"]
    shop.id = (await connection.execute(insert(shops).values(row).returning(shops.c.id))).scalar_one()
    await record(connection, shop.id, AuditAction.SHOP_CREATED, f"shop {shop.id}", now)
    return shop


def name_of_domain(domain: str) -> str:
    """The name of a shop without one: my-shop.myshopify.com is called My Shop."""
    return domain.split(".")[0].replace("-", " ").title()


async def check_site_id(connection: AsyncConnection, site_id: str, shop: Shop | None = None) -> None:
    """Raises ShopError if a shop other than this one has the site id."""
    other = (await connection.execute(select(shops.c.domain).where(shops.c.uuid == site_id))).scalar()
    if other is not None and (shop is None or other != shop.domain):
        raise ShopError(f"the shop {other} already has the site id {site_id}")


async def find_shop(connection: AsyncConnection, which: int | str) -> Shop | None:
    """The shop with that number or domain."""
    statement, value = (_BY_ID, which) if isinstance(which, int) else (_BY_DOMAIN, which.strip().lower())
    row = (await connection.execute(statement, {"value": value})).first()
    return None if row is None else SHOP.from_values(row)


async def find_mirrored_site(connection: AsyncConnection, site_id: str | None, instance_id: str | None) -> Shop | None:
    """The shop for a Wix site, found by the site's GUID, else by the setting `wix_instance_id`."""
    if site_id:
        row = (await connection.execute(select(shops).where(shops.c.uuid == site_id))).mappings().first()
        if row is not None:
            found: Shop = SHOP.record(row)
            return found
    if not instance_id:
        return None
    return next(
        (
            shop
            for shop in await all_shops(connection)
            if shop.settings.get("wix_instance_id", "").lower() == instance_id.lower()
        ),
        None,
    )


async def all_shops(connection: AsyncConnection) -> list[Shop]:
    """All shops, oldest first."""
    rows = await connection.execute(_ALL)
    return [SHOP.record(row) for row in rows.mappings()]


async def register_app(
    connection: AsyncConnection,
    shop: Shop,
    *,
    now: int,
    title: str,
    client_id: str | None = None,
    **details: Any,
) -> int:
    """Install an app on a shop and return its number. Raises ShopError if the shop has the client id already."""
    if client_id is not None:
        same = select(apps.c.id).where(apps.c.shop_id == shop.id, apps.c.client_id == client_id)
        if (await connection.execute(same)).first() is not None:
            raise ShopError(f"{shop.domain} already has an app with the client id {client_id}; choose another")
    number = random_number(5)
    row = {
        "shop_id": shop.id,
        "id": number,
        "title": title,
        "handle": re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-"),
        "client_id": client_id or random_hex(16),
        "client_secret": details.get("client_secret") or f"shpss_{random_hex(16)}",
        "scopes": details.get("scopes", "[]"),
        "settings": details.get("settings", "{}"),
        "created_at": now,
    }
    await connection.execute(insert(apps).values(row))
    await record(connection, shop.id, AuditAction.APP_REGISTERED, f"app {number}", now)
    return number
