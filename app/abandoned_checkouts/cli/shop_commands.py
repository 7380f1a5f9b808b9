"""`shop create`, `shop list` and `shop set`."""

import asyncio
from enum import StrEnum
from typing import Annotated

import typer

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.setting_values import SettingValueError
from abandoned_checkouts.checkouts.settings import SETTINGS, read_setting
from abandoned_checkouts.checkouts.shop import WIX
from abandoned_checkouts.cli.opened_store import opened_store
from abandoned_checkouts.cli.options import DatabaseOption, now
from abandoned_checkouts.cli.privacy_commands import set_setting
from abandoned_checkouts.cli.within_shop import line
from abandoned_checkouts.shopify.schema.types.enums import known_currency
from abandoned_checkouts.store.tenants.shops import all_shops, create_shop

application = typer.Typer(help="Create and list shops, and change their settings.", no_args_is_help=True)

DomainOption = Annotated[str, typer.Option(help="Domain of the shop, for example my-shop.myshopify.com.")]
Currency = Annotated[str, typer.Option(help="ISO 4217 code of the shop's currency.")]
Timezone = Annotated[str, typer.Option(help="IANA name of the shop's time zone.")]


class Platform(StrEnum):
    SHOPIFY = "shopify"
    WIX = "wix"


@application.command("create")
def create(
    domain: DomainOption,
    currency: Currency = "USD",
    timezone: Timezone = "UTC",
    platform: Annotated[
        Platform, typer.Option(help="Platform of the shop. On Wix, checkouts are abandoned after 60 minutes.")
    ] = Platform.SHOPIFY,
    site_id: Annotated[str | None, typer.Option(help="Site id of the Wix site, a GUID.")] = None,
    instance_id: Annotated[str | None, typer.Option(help="Instance id of your app on the Wix site, a GUID.")] = None,
    public_key: Annotated[
        str | None, typer.Option(help="Public key of your Wix app, to verify the site's events.")
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Create a shop."""
    names = {"wix_site_id": site_id, "wix_instance_id": instance_id, "wix_public_key": public_key}
    settings: UntypedJson = {}
    for name, text in names.items():
        option = "--" + name.removeprefix("wix_").replace("_", "-")
        if text is not None and platform is not Platform.WIX:
            raise typer.BadParameter("needs --platform wix", param_hint=option)
        try:
            settings |= {} if text is None else {name: read_setting(name, text)}
        except SettingValueError as problem:
            raise typer.BadParameter(str(problem), param_hint=option) from None
    code = currency.strip().upper()
    if known_currency(code) != code:
        raise typer.BadParameter(
            f"{currency!r} is not a currency; use an ISO 4217 code, for example USD", param_hint="--currency"
        )
    details = {"platform": platform.value, "uuid": settings.get("wix_site_id"), "settings": settings}
    asyncio.run(_create(database, domain, code, timezone, details))


async def _create(database: str | None, domain: str, currency: str, timezone: str, details: UntypedJson) -> None:
    async with opened_store(database, create=True) as store, store.begin() as connection:
        shop = await create_shop(connection, domain, now=now(), currency=currency, timezone=timezone, **details)
    of_wix = [shop.platform, shop.uuid] if shop.platform == WIX else []
    line(shop.domain, shop.currency, shop.timezone, *of_wix)


@application.command("list")
def list_shops(database: DatabaseOption = None) -> None:
    """List shops: domain, currency, time zone, platform, and the GUID that Wix clients use as site id."""
    asyncio.run(_list(database))


async def _list(database: str | None) -> None:
    async with opened_store(database) as store, store.read() as connection:
        shops = await all_shops(connection)
    for shop in shops:
        demo = ["demo"] if shop.is_demo else []
        line(shop.domain, shop.currency, shop.timezone, shop.platform, shop.uuid, *demo)


_SETTINGS_LIST = "\n\n".join(f"{name}: {setting.help}" for name, setting in SETTINGS.items())
# Without this, a public key would be read as an option, because it starts with hyphens.
_VALUES = {"ignore_unknown_options": True}
application.command("set", epilog=_SETTINGS_LIST, context_settings=_VALUES)(set_setting)
