"""Installations of apps on shops. Wix's clients identify one by the site's GUID and the app's client id."""

from dataclasses import dataclass

import orjson
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.access.callers import CallerKind
from abandoned_checkouts.checkouts.identity import derived_uuid
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import DAY
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.tables import apps, shops, tokens
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import SHOP


@dataclass(frozen=True, slots=True)
class Installation:
    """An app on a shop. Its GUID is derived from the shop and the app, so it does not change."""

    shop: Shop
    app_id: int
    client_id: str
    client_secret: str
    scopes: tuple[str, ...]
    # The redirect URLs for authorization codes.
    redirect_urls: tuple[str, ...] = ()
    # admin, custom or public.
    kind: str = "admin"
    # The RSA public key in PEM for client assertions. Empty if the app has none.
    assertion_key: str = ""

    @property
    def instance_id(self) -> str:
        return derived_uuid(self.shop.domain, "app_instance", self.app_id)


_SETTINGS = apps.c.settings.label("app_settings")


async def find_site(connection: AsyncConnection, uuid: str) -> Shop | None:
    row = (await connection.execute(select(shops).where(shops.c.uuid == uuid))).mappings().first()
    return None if row is None else SHOP.record(row)


async def find_installations(connection: AsyncConnection, client_id: str) -> list[Installation]:
    """The installations of the app with this client id, on all shops."""
    return await _installations(connection, apps.c.client_id == client_id)


async def installation_of(connection: AsyncConnection, shop_id: int, app_id: int) -> Installation | None:
    found = await _installations(connection, (apps.c.shop_id == shop_id) & (apps.c.id == app_id))
    return found[0] if found else None


async def installations_on(connection: AsyncConnection, shop: Shop) -> list[Installation]:
    """The apps of a shop, in the order of their numbers."""
    return await _installations(connection, apps.c.shop_id == shop.id)


async def app_settings_of(connection: AsyncConnection, shop: Shop, app_id: int | None) -> UntypedJson:
    """The settings of an app; empty if `app_id` is None."""
    if app_id is None:
        return {}
    statement = select(apps.c.settings).where(apps.c.shop_id == shop.id, apps.c.id == app_id)
    settings = (await connection.execute(statement)).scalar()
    return dict(orjson.loads(settings or "{}"))


async def set_assertion_key(connection: AsyncConnection, shop: Shop, client_id: str, public_key: str) -> bool:
    """Set the public key of an app's client assertions. Returns False if the shop has no such app."""
    mine = (apps.c.shop_id == shop.id) & (apps.c.client_id == client_id)
    settings = (await connection.execute(select(apps.c.settings).where(mine).with_for_update())).scalar()
    if settings is None:
        return False
    changed = {**orjson.loads(settings), "assertion_key": public_key}
    await connection.execute(update(apps).where(mine).values(settings=orjson.dumps(changed).decode()))
    return True


async def issue_installation_token(
    connection: AsyncConnection,
    installation: Installation,
    scopes: list[str],
    *,
    now: int,
    expires_at: int,
    kind: CallerKind = CallerKind.OFFLINE,
) -> str:
    """Issue an access token to an installation. Also deletes its tokens that expired more than a day ago."""
    await connection.execute(
        delete(tokens).where(
            tokens.c.shop_id == installation.shop.id,
            tokens.c.app_id == installation.app_id,
            tokens.c.expires_at < now - DAY,
            tokens.c.refresh_hash.is_(None),
        )
    )
    return await issue_token(
        connection,
        installation.shop,
        scopes,
        now=now,
        app_id=installation.app_id,
        expires_at=expires_at,
        prefix="OauthNG.",
        kind=kind,
    )


async def _installations(connection: AsyncConnection, condition: object) -> list[Installation]:
    statement = (
        select(shops, apps.c.id.label("app_id"), apps.c.client_id, apps.c.client_secret, apps.c.scopes, _SETTINGS)
        .join(apps, apps.c.shop_id == shops.c.id)
        .where(condition)  # type: ignore[arg-type]
        .order_by(apps.c.shop_id, apps.c.id)
    )
    return [
        Installation(
            SHOP.record(row),
            row["app_id"],
            row["client_id"],
            row["client_secret"],
            tuple(orjson.loads(row["scopes"])),
            tuple(settings.get("redirect_urls", ())),
            str(settings.get("kind", "admin")),
            str(settings.get("assertion_key", "")),
        )
        for row in (await connection.execute(statement)).mappings()
        for settings in (orjson.loads(row["app_settings"]),)
    ]
