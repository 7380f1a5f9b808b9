"""`app create`, `app key`, `app compliance` and `app list`."""

import sys
from pathlib import Path
from typing import Annotated

import orjson
import typer

from abandoned_checkouts.access.approvals import Protected
from abandoned_checkouts.checkouts.moment import MomentError, parse_moment
from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.cli.opened_store import missing_from
from abandoned_checkouts.cli.options import DatabaseOption, ShopOption, check_scopes, now
from abandoned_checkouts.cli.within_shop import line, within_shop
from abandoned_checkouts.config import settings_from
from abandoned_checkouts.shopify.http.client_assertions import ClientAssertionError, check_public_key
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.outbox.compliance import set_compliance_address
from abandoned_checkouts.store.outbox.subscriptions import SubscriptionError
from abandoned_checkouts.store.tenants.installations import Installation, installations_on, set_assertion_key
from abandoned_checkouts.store.tenants.shops import ShopError, register_app
from abandoned_checkouts.work.subscribe import check_address

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

CreatedAt = Annotated[
    str | None,
    typer.Option(
        help="Date of the app's creation, for example 2026-03-31. It decides which of Shopify's token rules apply. "
        "\\[default: now]",
        show_default=False,
    ),
]
PublicKeyFile = Annotated[
    Path | None,
    typer.Option(help="File with an RSA public key, to verify the app's client assertions.", show_default=False),
]
ExtendedSearch = Annotated[
    bool, typer.Option("--extended-search", help="Allow this server's additional search fields in the app's queries.")
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
    created_at: CreatedAt = None,
    public_key: PublicKeyFile = None,
    database: DatabaseOption = None,
) -> None:
    """Install an app and print its client id and secret. Creates the shop if needed."""
    if kind not in ("admin", "custom", "public"):
        raise typer.BadParameter(f"{kind!r} is not a kind of app; use admin, custom or public", param_hint="--kind")
    known = [each.value for each in Protected]
    for name in approve or []:
        if name not in known:
            raise typer.BadParameter(
                f"{name!r} is not protected customer data; use {', '.join(known)}", param_hint="--approve"
            )
    settings: dict[str, object] = {
        "kind": kind,
        "redirect_urls": redirect_url or [],
        "protected_customer_data": approve or [],
    }
    if extended_search:
        settings["extended_search"] = True
    if public_key is not None:
        settings["assertion_key"] = _public_key(public_key)
    created = _moment(created_at)
    requested = [part.strip() for part in scopes.split(",") if part.strip()]
    check_scopes(requested)

    async def install(connection: Connection, found: Shop) -> Installation:
        number = await register_app(
            connection,
            found,
            now=now() if created is None else created,
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


@application.command("key")
def key(
    client_id: Annotated[str, typer.Argument(metavar="CLIENT_ID", help="Client id of the app, from `app list`.")],
    public_key: Annotated[Path, typer.Argument(metavar="FILE", help="File with an RSA public key.")],
    shop: ShopOption,
    database: DatabaseOption = None,
) -> None:
    """Set the public key of an app, to verify its client assertions (RFC 7523)."""
    text = _public_key(public_key)

    async def change(connection: Connection, found: Shop) -> None:
        if not await set_assertion_key(connection, found, client_id, text):
            raise missing_from(found, f"app {client_id}", f"app list --shop {found.domain}")

    within_shop(database, shop, change, write=True)


@application.command("compliance")
def compliance(
    client_id: Annotated[str, typer.Argument(metavar="CLIENT_ID", help="Client id of the app, from `app list`.")],
    shop: ShopOption,
    address: Annotated[str | None, typer.Argument(help="HTTPS URL. Without it, the stored URL is removed.")] = None,
    http: Annotated[
        bool, typer.Option("--http", help="For tests: allow a URL without TLS or on a private network.")
    ] = False,
    database: DatabaseOption = None,
) -> None:
    """Set the URL that receives the webhook customers/redact when a person is erased on this server."""

    async def change(connection: Connection, found: Shop) -> None:
        try:
            if address is not None:
                check_address(address, Reach.PRIVATE if http else settings_from().reach)
        except SubscriptionError as problem:
            raise ShopError(str(problem)) from None
        if not await set_compliance_address(connection, found, client_id, address):
            raise missing_from(found, f"app {client_id}", f"app list --shop {found.domain}")

    within_shop(database, shop, change, write=True)


def _public_key(file: Path) -> str:
    try:
        return check_public_key(file.read_text(encoding="utf-8"))
    except OSError as problem:
        raise typer.BadParameter(f"{file} cannot be read: {problem.strerror}", param_hint="FILE") from None
    except (ClientAssertionError, UnicodeDecodeError) as problem:
        reason = problem if isinstance(problem, ClientAssertionError) else "it is not text"
        raise typer.BadParameter(f"{file} cannot be used: {reason}", param_hint="FILE") from None


def _moment(text: str | None) -> int | None:
    try:
        return None if text is None else parse_moment(text if "T" in text else f"{text}T00:00:00Z")
    except MomentError:
        raise typer.BadParameter(
            f"{text!r} is not a date or time; use a form like 2026-03-31 or 2026-03-31T12:00:00Z",
            param_hint="--created-at",
        ) from None


@application.command("list")
def list_apps(shop: ShopOption, database: DatabaseOption = None) -> None:
    """List a shop's apps: client id, instance id, scopes."""
    for app in within_shop(database, shop, installations_on):
        line(app.client_id, app.instance_id, ",".join(app.scopes))
