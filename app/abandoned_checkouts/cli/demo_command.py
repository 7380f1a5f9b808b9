"""`demo`."""

import asyncio
from typing import Annotated

import typer

from abandoned_checkouts.cli.exit_codes import say
from abandoned_checkouts.cli.opened_store import opened_store
from abandoned_checkouts.cli.options import DatabaseOption, now
from abandoned_checkouts.cli.progress import counting
from abandoned_checkouts.config import variable
from abandoned_checkouts.demo.demo_token import DOMAIN, TOKEN
from abandoned_checkouts.demo.fill import fill, is_filled

Checkouts = Annotated[int, typer.Option(min=1, max=10_000_000, help="Number of abandoned checkouts.")]
Seed = Annotated[int, typer.Option(min=0, max=1_000_000_000, help="Random seed. The same seed creates the same shop.")]
IfEmpty = Annotated[bool, typer.Option("--if-empty", help="Do nothing if the store has a shop already.")]
Serve = Annotated[
    bool,
    typer.Option(
        "--serve",
        help="Then serve it on this machine, with the controls for tests (serve --twin). A shop is not reset.",
    ),
]
Port = Annotated[
    int | None,
    typer.Option(
        min=0, max=65_535, help=f"Port for --serve; 0 chooses a free one. \\[default: ${variable('port')}, else 8000]"
    ),
]


def demo(
    checkouts: Checkouts = 500,
    seed: Seed = 1,
    database: DatabaseOption = None,
    if_empty: IfEmpty = False,
    serve: Serve = False,
    port: Port = None,
) -> None:
    """Create or reset the demo shop. Other shops are not changed."""
    asyncio.run(_fill(database, checkouts, seed, if_empty or serve))
    if serve:
        # Imported here, because the server's modules take longer to load than filling a small shop.
        from abandoned_checkouts.cli.serve_command import serve as run_server

        run_server(host="127.0.0.1", port=port, database=database, twin=True)


async def _fill(database: str | None, checkouts: int, seed: int, if_empty: bool) -> None:
    async with opened_store(database, create=True) as store:
        if if_empty and await is_filled(store):
            return
        with counting("Filling the demo shop", checkouts) as advance:
            filled = await fill(store, checkouts=checkouts, seed=seed, now=now(), progress=advance)
    say(
        f"{DOMAIN} has {filled.checkouts:,} checkouts, {filled.orders:,} of them recovered, of {filled.customers:,} "
        f"customers; its access token is {TOKEN}"
    )
