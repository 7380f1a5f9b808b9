"""Running a command's work on one shop of a store: opened, found, closed again."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.cli.options import database_url
from abandoned_checkouts.store.engine.database import Connection, Database, open_database
from abandoned_checkouts.store.tenants.shops import ShopError, find_shop

Result = TypeVar("Result")


def within_shop(
    database: str | None,
    domain: str,
    work: Callable[[Connection, Shop], Awaitable[Result]],
    *,
    write: bool = False,
    afterwards: Callable[[Database, Result], Awaitable[None]] | None = None,
) -> Result:
    """`work` is one transaction; `afterwards` runs with its result when it is written."""

    async def run() -> Result:
        store = await open_database(database_url(database), create=False)
        try:
            async with store.begin() if write else store.read() as connection:
                shop = await find_shop(connection, domain)
                if shop is None:
                    raise ShopError(f"there is no shop {domain}; `shop list` shows them")
                done = await work(connection, shop)
            if afterwards is not None:
                await afterwards(store, done)
            return done
        finally:
            await store.close()

    return asyncio.run(run())


def line(*parts: Any) -> None:
    """Fields with tabs between; tabs and line ends within them become spaces."""
    sys.stdout.write("\t".join(" ".join(str("" if part is None else part).split()) for part in parts) + "\n")
