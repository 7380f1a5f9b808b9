"""`shop create`, `shop list` and `shop set`."""

import asyncio
from typing import Annotated

import typer

from abandoned_checkouts.checkouts.settings import SETTINGS
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


@application.command("create")
def create(
    domain: DomainOption, currency: Currency = "USD", timezone: Timezone = "UTC", database: DatabaseOption = None
) -> None:
    """Create a shop."""
    code = currency.strip().upper()
    if known_currency(code) != code:
        raise typer.BadParameter(
            f"{currency!r} is not a currency; use an ISO 4217 code, for example USD", param_hint="--currency"
        )
    asyncio.run(_create(database, domain, code, timezone))


async def _create(database: str | None, domain: str, currency: str, timezone: str) -> None:
    async with opened_store(database, create=True) as store, store.begin() as connection:
        shop = await create_shop(connection, domain, now=now(), currency=currency, timezone=timezone)
    line(shop.domain, shop.currency, shop.timezone)


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


_SETTINGS_LIST = "\n\n".join(f"{name}: {description}" for name, (description, _) in SETTINGS.items())
application.command("set", epilog=_SETTINGS_LIST)(set_setting)
