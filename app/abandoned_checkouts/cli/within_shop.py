"""Opens the store, runs a command's work on one shop, and closes the store."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.cli.opened_store import opened_for_reports, opened_store, shop_named
from abandoned_checkouts.cli.options import now
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.tenants.shops import create_shop, find_shop

Result = TypeVar("Result")


def within_shop(
    database: str | None,
    domain: str,
    work: Callable[[Connection, Shop], Awaitable[Result]],
    *,
    write: bool = False,
    create: bool = False,
    behind: bool = False,
    afterwards: Callable[[Database, Result], Awaitable[None]] | None = None,
) -> Result:
    """Runs `work` in one transaction and returns its result; `afterwards` runs after the commit.

    `create` creates a missing store or shop; it requires `write`. With `behind`, `work` only reads, and may read the
    replica (see `opened_for_reports`). Raises ShopError and StoreError.
    """

    async def found(connection: Connection) -> Result:
        return await work(connection, await shop_named(connection, domain))

    async def run() -> Result:
        if behind:
            async with opened_for_reports(database) as store:
                return await store.read_behind(found)
        async with opened_store(database, create=create) as store:
            async with store.begin() if write else store.read() as connection:
                if create:
                    shop = await find_shop(connection, domain) or await create_shop(connection, domain, now=now())
                else:
                    shop = await shop_named(connection, domain)
                done = await work(connection, shop)
            if afterwards is not None:
                await afterwards(store, done)
            return done

    return asyncio.run(run())


def line(*parts: object) -> None:
    """Writes fields to standard output, separated by tabs. Tabs and line ends in a field become spaces."""
    sys.stdout.write("\t".join(" ".join(str("" if part is None else part).split()) for part in parts) + "\n")
