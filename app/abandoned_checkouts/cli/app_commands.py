"""`app create` and `app list`."""

import asyncio
import sys
from typing import Annotated

import orjson
import typer

from abandoned_checkouts.cli.options import DatabaseOption, ShopOption, database_url, now
from abandoned_checkouts.shopify.permissions.protected_data import Protected
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.installations import installations_on
from abandoned_checkouts.store.tenants.shops import ShopError, create_shop, find_shop, register_app

application = typer.Typer(help="Install and list apps, which get tokens by OAuth.", no_args_is_help=True)

Title = Annotated[str, typer.Option(help="The app's name.")]
ScopesOption = Annotated[str, typer.Option(help="Scopes, with commas between.")]
ClientId = Annotated[str | None, typer.Option(help="The app's client id. [default: made up]")]
ClientSecret = Annotated[str | None, typer.Option(help="The app's client secret. [default: made up]")]
RedirectUrl = Annotated[list[str] | None, typer.Option(help="Address that authorization codes may be sent to.")]
Approved = Annotated[
    list[str] | None,
    typer.Option("--approve", help="Protected data the app may see: customer_data, name, email, phone or address."),
]
DistributionOption = Annotated[
    str, typer.Option(help="admin, custom or public: whose rules of protected customer data apply.")
]

ExtendedSearch = Annotated[
    bool, typer.Option("--extended-search", help="Let its searches use this server's own fields, too.")
]


@application.command("create")
def create(
    shop: ShopOption,
    title: Title = "App",
    scopes: ScopesOption = "read_orders",
    client_id: ClientId = None,
    client_secret: ClientSecret = None,
    redirect_url: RedirectUrl = None,
    kind: DistributionOption = "admin",
    approve: Approved = None,
    extended_search: ExtendedSearch = False,
    database: DatabaseOption = None,
) -> None:
    """Install an app and print its client id and secret. A shop that is not there yet is made."""
    if kind not in ("admin", "custom", "public"):
        raise typer.BadParameter(f"{kind!r} is not admin, custom or public", param_hint="--kind")
    known = [each.value for each in Protected]
    for name in approve or []:
        if name not in known:
            raise typer.BadParameter(f"{name!r} is not one of {', '.join(known)}", param_hint="--approve")
    settings: dict[str, object] = {
        "kind": kind,
        "redirect_urls": redirect_url or [],
        "protected_customer_data": approve or [],
    }
    if extended_search:
        settings["extended_search"] = True
    wanted = [part.strip() for part in scopes.split(",") if part.strip()]
    asyncio.run(_create(database_url(database), shop, title, wanted, client_id, client_secret, settings))


async def _create(
    url: str,
    domain: str,
    title: str,
    scopes: list[str],
    client_id: str | None,
    client_secret: str | None,
    settings: dict[str, object],
) -> None:
    store = await open_database(url)
    try:
        async with store.begin() as connection:
            shop = await find_shop(connection, domain) or await create_shop(connection, domain, now=now())
            number = await register_app(
                connection,
                shop,
                now=now(),
                title=title,
                client_id=client_id,
                scopes=orjson.dumps(scopes).decode(),
                settings=orjson.dumps(settings).decode(),
                **({"client_secret": client_secret} if client_secret else {}),
            )
            (made,) = [each for each in await installations_on(connection, shop) if each.app_id == number]
    finally:
        await store.close()
    sys.stdout.write(f"client_id\t{made.client_id}\nclient_secret\t{made.client_secret}\n")


@application.command("list")
def list_apps(shop: ShopOption, database: DatabaseOption = None) -> None:
    """List a shop's apps: client id, instance id, scopes."""
    asyncio.run(_list(database_url(database), shop))


async def _list(url: str, domain: str) -> None:
    store = await open_database(url, create=False)
    try:
        async with store.read() as connection:
            shop = await find_shop(connection, domain)
            if shop is None:
                raise ShopError(f"there is no shop {domain}; `shop list` shows them")
            found = await installations_on(connection, shop)
    finally:
        await store.close()
    for app in found:
        sys.stdout.write(f"{app.client_id}\t{app.instance_id}\t{','.join(app.scopes)}\n")
