"""`store rotate-key` and `store copy`."""

import asyncio
from typing import Annotated

import typer

from abandoned_checkouts.cli.exit_codes import say
from abandoned_checkouts.cli.opened_store import opened_store
from abandoned_checkouts.cli.options import DatabaseOption, now
from abandoned_checkouts.cli.progress import several
from abandoned_checkouts.config import settings_from
from abandoned_checkouts.store.engine.database import StoreError
from abandoned_checkouts.store.engine.rotate_key import rotate_key
from abandoned_checkouts.store.engine.secret_key import VARIABLE, SecretKeyError

application = typer.Typer(help="Manage the store.", no_args_is_help=True)


@application.callback()
def _of_all() -> None:
    """This callback does nothing. Typer treats an application as a group of commands only if there is a callback."""


@application.command("rotate-key")
def rotate(database: DatabaseOption = None) -> None:
    """Encrypt the secrets in the store with a new key.

    First set ABANDONED_CHECKOUTS_SECRET_KEY to NEW,OLD and restart all servers.

    If the key is in a generated file, stop all servers instead. The command then writes a new key file.
    """

    async def work() -> tuple[int, bool]:
        async with opened_store(database) as store:
            try:
                return await rotate_key(store, now()), store.secret_key.file is not None
            except SecretKeyError as problem:
                raise StoreError(str(problem)) from None

    count, has_file = asyncio.run(work())
    after = "start the servers again" if has_file else f"set {VARIABLE} to the new key alone"
    say(f"{count:,} secrets are encrypted with the new key; {after}")


@application.command("copy")
def copy(
    source: Annotated[str, typer.Option("--from", metavar="SQLITE_URL", help="The store to copy. It is not changed.")],
    target: Annotated[str, typer.Option("--to", metavar="POSTGRESQL_URL", help="An empty database.")],
) -> None:
    """Copy a SQLite store to PostgreSQL and compare every table by digests.

    Stop the server of the store first. Set ABANDONED_CHECKOUTS_SECRET_KEY to the key of the copy: its first key
    encrypts the secrets there. The key of the store is read from its key file, or is one of the keys in the setting.

    After an interruption, run the same command again: it continues.
    """
    # Imported here, because other commands of this group do not need it.
    from abandoned_checkouts.store.moving.copy_store import copy_store

    with several() as advance:
        counts = asyncio.run(copy_store(source, target, now(), advance, secret_key=settings_from().secret_key))
    say(
        f"{sum(counts.values()):,} rows of {len(counts)} tables are copied, and both sides are equal; "
        f"start the server with the new URL and the same {VARIABLE}"
    )
