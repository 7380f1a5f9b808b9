"""`user invite`, `user list` and `user remove`: the people who sign in to the merchant pages."""

from typing import Annotated

import typer

from abandoned_checkouts.access.roles import Role
from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.cli.opened_store import address_of, missing_from
from abandoned_checkouts.cli.options import DatabaseOption, ShopOption, now
from abandoned_checkouts.cli.within_shop import line, within_shop
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.tenants.merchant_users import (
    MerchantUser,
    UserError,
    find_user,
    invite,
    list_users,
    remove_user,
)

application = typer.Typer(help="Invite, list and remove the users of the merchant pages.", no_args_is_help=True)

EmailArgument = Annotated[str, typer.Argument(metavar="EMAIL", help="E-mail address of the person.")]
RoleOption = Annotated[
    Role,
    typer.Option(
        help="viewer reads; agent also closes checkouts, writes notes and sends reminders; owner also changes flows, "
        "settings and users."
    ),
]


@application.command("invite")
def invite_user(email: EmailArgument, shop: ShopOption, role: RoleOption, database: DatabaseOption = None) -> None:
    """Print a link that signs a person in, once, within seven days. If the person is a user already, set the role."""

    async def make(connection: Connection, found: Shop) -> str:
        key = await invite(connection, found, email, role, now())
        return f"{await address_of(connection)}/merchant/enter/{key}"

    try:
        link = within_shop(database, shop, make, write=True)
    except UserError as problem:
        raise typer.BadParameter(str(problem), param_hint="EMAIL") from None
    line(link)


@application.command("list")
def list_all(shop: ShopOption, database: DatabaseOption = None) -> None:
    """List the users: number, e-mail address, role, and when they were invited."""
    for user in within_shop(database, shop, list_users):
        line(user.id, user.email, user.role, format_utc(user.created_at))


@application.command("remove")
def remove(email: EmailArgument, shop: ShopOption, database: DatabaseOption = None) -> None:
    """Remove a user, and end all of the user's sessions."""

    async def end(connection: Connection, found: Shop) -> MerchantUser | None:
        user = await find_user(connection, found, email)
        if user is None:
            raise missing_from(found, "such user", f"user list --shop {found.domain}")
        await remove_user(connection, found, user, now())
        return user

    try:
        within_shop(database, shop, end, write=True)
    except UserError as problem:
        raise typer.BadParameter(str(problem), param_hint="EMAIL") from None
