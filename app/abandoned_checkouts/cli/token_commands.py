"""`token create`, `token list` and `token revoke`."""

from enum import StrEnum
from typing import Annotated

import typer

from abandoned_checkouts.access.callers import CallerKind
from abandoned_checkouts.access.rules import PERMISSIONS
from abandoned_checkouts.checkouts.moment import DAY, format_utc
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.cli.opened_store import missing_from
from abandoned_checkouts.cli.options import DatabaseOption, ShopOption, check_scopes, now
from abandoned_checkouts.cli.within_shop import line, within_shop
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.tenants.access_tokens import issue_token, list_tokens, revoke_token


class TokenKind(StrEnum):
    offline = CallerKind.OFFLINE
    storefront = CallerKind.STOREFRONT
    member = CallerKind.MEMBER
    visitor = CallerKind.VISITOR


application = typer.Typer(help="Create, list and revoke access tokens.", no_args_is_help=True)

RepeatedScopes = Annotated[
    list[str] | None,
    typer.Option("--scopes", help="Scopes, separated by commas or one per option. \\[default: read_orders]"),
]
UserOption = Annotated[
    int | None, typer.Option(min=1, help="Id of a user. Creates an online token, which expires after a day.")
]
PermissionsOption = Annotated[
    str, typer.Option(help=f"Permissions of the user, or none. \\[default: {','.join(PERMISSIONS)}]")
]
KindOption = Annotated[
    TokenKind | None,
    typer.Option(
        help="Kind of the token. member and visitor are tokens of people on a Wix site, to test that they are "
        "refused. \\[default: storefront if write_checkouts is the only scope, else offline]"
    ),
]
TokenArgument = Annotated[str, typer.Argument(metavar="TOKEN", help="The token, or its number from `token list`.")]


@application.command("create")
def create(
    shop: ShopOption,
    scopes: RepeatedScopes = None,
    user: UserOption = None,
    permissions: PermissionsOption = "",
    kind: KindOption = None,
    database: DatabaseOption = None,
) -> None:
    """Create a token and print it once. Creates the shop if needed."""
    requested = [part.strip() for text in scopes or ["read_orders"] for part in text.split(",") if part.strip()]
    if not requested:
        raise typer.BadParameter("name at least one scope, for example read_orders", param_hint="--scopes")
    check_scopes(requested)
    allowed = _permissions(permissions) if permissions else list(PERMISSIONS)

    if user is not None and kind is not None:
        raise typer.BadParameter("use either --user or --kind; --user always creates an online token")

    async def issue(connection: Connection, found: Shop) -> str:
        if user is None:
            return await issue_token(connection, found, requested, now=now(), kind=kind)
        return await issue_token(
            connection,
            found,
            requested,
            now=now(),
            kind=CallerKind.ONLINE,
            user={"id": user, "permissions": allowed},
            expires_at=now() + DAY,
        )

    line(within_shop(database, shop, issue, write=True, create=True))


def _permissions(text: str) -> list[str]:
    allowed = [] if text == "none" else [part.strip() for part in text.split(",") if part.strip()]
    for name in allowed:
        if name not in PERMISSIONS:
            raise typer.BadParameter(
                f"{name!r} is not a permission; use {' or '.join(PERMISSIONS)}, or none", param_hint="--permissions"
            )
    return allowed


@application.command("list")
def list_all(shop: ShopOption, database: DatabaseOption = None) -> None:
    """List a shop's tokens: number, first and last characters, time of creation, scopes."""
    for token in within_shop(database, shop, list_tokens):
        line(token["id"], token["hint"], format_utc(token["created_at"]), ",".join(token["scopes"]))


@application.command("revoke")
def revoke(which: TokenArgument, shop: ShopOption, database: DatabaseOption = None) -> None:
    """Revoke a token. Requests with it are refused immediately."""
    number = whole_number(which)
    token = which if number is None else number

    async def end(connection: Connection, found: Shop) -> None:
        if not await revoke_token(connection, found, token, now=now()):
            raise missing_from(found, "such token", f"token list --shop {found.domain}")

    within_shop(database, shop, end, write=True)
