"""`token create`, `token list` and `token revoke`."""

import asyncio
import re
import sys
from typing import Annotated

import typer

from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.cli.options import DatabaseOption, ShopOption, database_url, now
from abandoned_checkouts.shopify.schema.types.access_scope import OFFERED
from abandoned_checkouts.store.engine.database import Connection, open_database
from abandoned_checkouts.store.tenants.access_tokens import issue_token, list_tokens, revoke_token
from abandoned_checkouts.store.tenants.shops import ShopError, create_shop, find_shop

# Shopify's, with what they permit in front, or Wix's.
_SCOPE = re.compile(r"(unauthenticated_|customer_)?(read|write)_[a-z0-9_]+|[A-Za-z][A-Za-z0-9:_-]*[.:][A-Za-z0-9.:_-]+")

application = typer.Typer(help="Give, list and revoke access tokens.", no_args_is_help=True)

ScopesOption = Annotated[
    list[str] | None,
    typer.Option("--scopes", help="Scopes, with commas between or one option each. [default: read_orders]"),
]
TokenArgument = Annotated[str, typer.Argument(metavar="TOKEN", help="The token, or its number from `token list`.")]


@application.command("create")
def create(shop: ShopOption, scopes: ScopesOption = None, database: DatabaseOption = None) -> None:
    """Make a token and print it, the only time it is shown. A shop that is not there yet is made."""
    wanted = [part.strip() for text in scopes or ["read_orders"] for part in text.split(",") if part.strip()]
    if not wanted:
        raise typer.BadParameter("name at least one, such as read_orders", param_hint="--scopes")
    odd = [scope for scope in wanted if not _SCOPE.fullmatch(scope)]
    if odd:
        raise typer.BadParameter(f"{odd[0]!r} is no scope, such as {', '.join(OFFERED[:4])}", param_hint="--scopes")
    sys.stdout.write(asyncio.run(_create(database_url(database), shop, wanted)) + "\n")


async def _create(url: str, domain: str, scopes: list[str]) -> str:
    store = await open_database(url)
    try:
        async with store.begin() as connection:
            shop = await find_shop(connection, domain) or await create_shop(connection, domain, now=now())
            return await issue_token(connection, shop, scopes, now=now())
    finally:
        await store.close()


@application.command("list")
def list_all(shop: ShopOption, database: DatabaseOption = None) -> None:
    """List a shop's tokens: number, beginning and end, when made, scopes."""
    asyncio.run(_list(database_url(database), shop))


async def _list(url: str, domain: str) -> None:
    store = await open_database(url, create=False)
    try:
        async with store.read() as connection:
            found = await list_tokens(connection, await _known(connection, domain))
    finally:
        await store.close()
    for token in found:
        made = format_utc(token["created_at"])
        sys.stdout.write(f"{token['id']}\t{token['hint']}\t{made}\t{','.join(token['scopes'])}\n")


@application.command("revoke")
def revoke(which: TokenArgument, shop: ShopOption, database: DatabaseOption = None) -> None:
    """Revoke a token; whoever uses it is refused from now on."""
    asyncio.run(_revoke(database_url(database), shop, which))


async def _revoke(url: str, domain: str, which: str) -> None:
    store = await open_database(url, create=False)
    try:
        async with store.begin() as connection:
            shop = await _known(connection, domain)
            # No number of a token has more digits.
            token = int(which) if which.isascii() and which.isdigit() and len(which) < 19 else which
            if not await revoke_token(connection, shop, token, now=now()):
                raise ShopError(f"{shop.domain} has no such token; `token list --shop {shop.domain}` shows them")
    finally:
        await store.close()


async def _known(connection: Connection, domain: str) -> Shop:
    shop = await find_shop(connection, domain)
    if shop is None:
        raise ShopError(f"there is no shop {domain}; `shop list` shows them")
    return shop
