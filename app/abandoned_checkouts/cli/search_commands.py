"""`search save`, `search list`, `search delete`."""

from typing import Annotated

import typer

from abandoned_checkouts.checkouts.saved_search import SavedSearchError, check_saved_search
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.cli.opened_store import missing_from
from abandoned_checkouts.cli.options import DatabaseOption, ShopOption, now
from abandoned_checkouts.cli.within_shop import line, within_shop
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tenants.saved_searches import (
    CHECKOUT_SEARCHES,
    add_saved_search,
    delete_saved_search,
    is_name_taken,
    list_saved_searches,
)
from abandoned_checkouts.store.tenants.shops import ShopError

application = typer.Typer(help="Save and list searches for abandoned checkouts.", no_args_is_help=True)

SearchName = Annotated[str, typer.Argument(help="Name of the saved search.")]
SearchArgument = Annotated[str, typer.Argument(help="Search text, for example 'recovery_state:not_recovered'.")]


@application.command("save")
def save(name: SearchName, query: SearchArgument, shop: ShopOption, database: DatabaseOption = None) -> None:
    """Save a search and print its global id, which GraphQL queries use as `savedSearchId`."""

    async def work(connection: Connection, found: Shop) -> Row:
        try:
            check_saved_search(name, query)
        except SavedSearchError as problem:
            raise ShopError(str(problem)) from None
        if await is_name_taken(connection, found, CHECKOUT_SEARCHES, name):
            raise ShopError(f"{found.domain} already has a saved search {name!r}; delete it with `search delete`")
        return await add_saved_search(connection, found, CHECKOUT_SEARCHES, name, query, now=now())

    row = within_shop(database, shop, work, write=True)
    line(f"gid://shopify/SavedSearch/{row['id']}", row["name"])


@application.command("list")
def list_all(shop: ShopOption, database: DatabaseOption = None) -> None:
    """List saved searches: global id, name, search text."""

    async def work(connection: Connection, found: Shop) -> list[Row]:
        return await list_saved_searches(connection, found, CHECKOUT_SEARCHES)

    for row in within_shop(database, shop, work):
        line(f"gid://shopify/SavedSearch/{row['id']}", row["name"], row["query"])


@application.command("delete")
def delete(name: SearchName, shop: ShopOption, database: DatabaseOption = None) -> None:
    """Delete a saved search."""

    async def work(connection: Connection, found: Shop) -> None:
        rows = await list_saved_searches(connection, found, CHECKOUT_SEARCHES)
        row = next((row for row in rows if row["name"] == name), None)
        if row is None:
            raise missing_from(found, f"saved search {name!r}", f"search list --shop {found.domain}")
        await delete_saved_search(connection, row)

    within_shop(database, shop, work, write=True)
