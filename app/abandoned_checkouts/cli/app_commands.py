"""`app create` and `app list`."""

import sys
from typing import Annotated

import orjson
import typer

from abandoned_checkouts.access.approvals import Protected
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.cli.options import DatabaseOption, ShopOption, check_scopes, now
from abandoned_checkouts.cli.within_shop import line, within_shop
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.tenants.installations import Installation, installations_on
from abandoned_checkouts.store.tenants.shops import register_app

application = typer.Typer(help="Install and list apps, which get access tokens by OAuth.", no_args_is_help=True)

Title = Annotated[str, typer.Option(help="Name of the app.")]
ScopesOption = Annotated[str, typer.Option(help="Scopes, separated by commas.")]
ClientId = Annotated[str | None, typer.Option(help="Client id of the app. \\[default: generated]")]
ClientSecret = Annotated[str | None, typer.Option(help="Client secret of the app. \\[default: generated]")]
RedirectUrl = Annotated[list[str] | None, typer.Option(help="Redirect URL for authorization codes. Can be repeated.")]
Approved = Annotated[
    list[str] | None,
    typer.Option(
        "--approve", help="Protected customer data that the app may read: customer_data, name, email, phone, address."
    ),
]
DistributionOption = Annotated[
    str, typer.Option(help="Kind of app: admin, custom or public. It decides the rules for protected customer data.")
]

ExtendedSearch = Annotated[
    bool, typer.Option("--extended-search", help="Allow this server's own search fields in the app's queries.")
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
    """Install an app and print its client id and secret. Creates the shop if needed."""
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
    requested = [part.strip() for part in scopes.split(",") if part.strip()]
    check_scopes(requested)

    async def install(connection: Connection, found: Shop) -> Installation:
        number = await register_app(
            connection,
            found,
            now=now(),
            title=title,
            client_id=client_id,
            scopes=orjson.dumps(requested).decode(),
            settings=orjson.dumps(settings).decode(),
            **({"client_secret": client_secret} if client_secret else {}),
        )
        (installed,) = [each for each in await installations_on(connection, found) if each.app_id == number]
        return installed

    app = within_shop(database, shop, install, write=True, create=True)
    sys.stdout.write(f"client_id\t{app.client_id}\nclient_secret\t{app.client_secret}\n")


@application.command("list")
def list_apps(shop: ShopOption, database: DatabaseOption = None) -> None:
    """List a shop's apps: client id, instance id, scopes."""
    for app in within_shop(database, shop, installations_on):
        line(app.client_id, app.instance_id, ",".join(app.scopes))
