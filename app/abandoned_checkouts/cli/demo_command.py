"""`demo`."""

import asyncio
from typing import Annotated

import typer

from abandoned_checkouts.cli.exit_codes import say
from abandoned_checkouts.cli.opened_store import opened_store
from abandoned_checkouts.cli.options import DatabaseOption, now
from abandoned_checkouts.cli.progress import counting
from abandoned_checkouts.demo.fill import DOMAIN, TOKEN, fill, is_filled

Checkouts = Annotated[int, typer.Option(min=1, max=10_000_000, help="How many abandoned checkouts.")]
Seed = Annotated[int, typer.Option(min=0, max=1_000_000_000, help="The same seed gives the same shop.")]
IfEmpty = Annotated[bool, typer.Option("--if-empty", help="Do nothing in a store that holds a shop already.")]


def demo(
    checkouts: Checkouts = 500, seed: Seed = 1, database: DatabaseOption = None, if_empty: IfEmpty = False
) -> None:
    """Fill the demo shop, anew where there is one; no other shop is touched."""
    asyncio.run(_fill(database, checkouts, seed, if_empty))


async def _fill(database: str | None, checkouts: int, seed: int, if_empty: bool) -> None:
    async with opened_store(database, create=True) as store:
        if if_empty and await is_filled(store):
            return
        with counting("Filling the demo shop", checkouts) as advance:
            filled = await fill(store, checkouts=checkouts, seed=seed, now=now(), progress=advance)
    say(
        f"{DOMAIN} holds {filled.checkouts:,} checkouts of {filled.customers:,} customers, {filled.orders:,} of them "
        f"recovered; its token is {TOKEN}"
    )
