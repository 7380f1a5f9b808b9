"""`flow codes add`, `flow codes list`, `flow codes remove`."""

from pathlib import Path
from typing import Annotated

import typer

from abandoned_checkouts.automations.discount_codes import CodeListError, parse_code_list
from abandoned_checkouts.automations.flow_errors import FlowError, Place
from abandoned_checkouts.automations.parse_actions import list_name
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.cli.exit_codes import FileError
from abandoned_checkouts.cli.options import DatabaseOption, ShopOption, now, text_of
from abandoned_checkouts.cli.within_shop import line, within_shop
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.discount_codes import add_codes, delete_unused_codes, list_counts

application = typer.Typer(help="Manage the discount codes that flows issue, one for each buyer.", no_args_is_help=True)

ListArgument = Annotated[str, typer.Argument(metavar="LIST", help="Name of the list, which flows refer to.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="File with a code on each line; - reads standard input.")]


@application.command("add")
def add(name: ListArgument, file: File, shop: ShopOption, database: DatabaseOption = None) -> None:
    """Add codes to a list: one on each line, SAVE10 or SAVE10,2027-01-31 with its last day. Prints how many are new."""
    text = text_of(file)
    try:
        list_name(name, Place() / "LIST")
    except FlowError as problem:
        raise typer.BadParameter(str(problem), param_hint="LIST") from None

    async def work(connection: Connection, found: Shop) -> int:
        try:
            codes = parse_code_list(text, found.timezone)
        except CodeListError as problem:
            raise FileError(f"{file}: {problem}") from None
        return await add_codes(connection, found, name, codes, now())

    line(within_shop(database, shop, work, write=True), "added")


@application.command("list")
def list_all(shop: ShopOption, database: DatabaseOption = None) -> None:
    """List the shop's lists: how many codes are left, issued and expired, and the name."""

    async def work(connection: Connection, found: Shop) -> list[Row]:
        return await list_counts(connection, found, now())

    for row in within_shop(database, shop, work):
        line(f"{row['left']} left", f"{row['issued']} issued", f"{row['expired']} expired", row["list_name"])


@application.command("remove")
def remove(name: ListArgument, shop: ShopOption, database: DatabaseOption = None) -> None:
    """Delete the codes of a list that were not issued. Prints their number."""

    async def work(connection: Connection, found: Shop) -> int:
        return await delete_unused_codes(connection, found, name)

    line(within_shop(database, shop, work, write=True), "removed")
