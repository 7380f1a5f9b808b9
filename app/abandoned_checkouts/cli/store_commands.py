"""`store rotate-key`, `store copy`, `store backup`, `store restore`, `store check` and `store distribute`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from abandoned_checkouts.cli.exit_codes import SOME_REJECTED, say
from abandoned_checkouts.cli.opened_store import opened_store
from abandoned_checkouts.cli.options import DatabaseOption, database_url, now
from abandoned_checkouts.cli.progress import several
from abandoned_checkouts.config import settings_from
from abandoned_checkouts.store.engine.database import StoreError
from abandoned_checkouts.store.engine.distribution import (
    EXTENSION,
    Step,
    distribute,
    has_extension,
    hindrances,
    steps_left,
)
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


@application.command("backup")
def backup(
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="A file that does not exist.")],
    database: DatabaseOption = None,
) -> None:
    """Back up the store into one file, while servers use it.

    PostgreSQL needs its program pg_dump. The file has the data of buyers; only this user can read it. It contains
    neither the secret key nor the files of bulk operations.
    """
    from abandoned_checkouts.store.moving.backup import back_up

    size = back_up(database_url(database), to)
    say(f"{to} has the complete store ({size / 1e6:,.1f} MB); keep the secret key in another place")


@application.command("restore")
def restore(
    source: Annotated[Path, typer.Option("--from", metavar="FILE", help="A file that `store backup` wrote.")],
    database: DatabaseOption = None,
) -> None:
    """Restore a backup into a new SQLite file or an empty PostgreSQL database.

    The secret key must be that of the backed up store: the setting, or the key file beside the new SQLite file. Events
    and mails that were sent after the backup was made are sent again when a server starts.
    """
    from abandoned_checkouts.store.moving.backup import restore as restore_backup

    restore_backup(source, database_url(database), settings_from().secret_key)
    say("the store is restored; start the server")


@application.command("check")
def check(database: DatabaseOption = None) -> None:
    """Report what hinders that the store is distributed over several machines.

    The exit code is 1 if something does.
    """

    async def work() -> tuple[list[str], list[Step], bool]:
        async with opened_store(database) as store, store.read() as connection:
            found = await hindrances(connection)
            return found, await steps_left(connection), store.is_sqlite

    found, steps, is_sqlite = asyncio.run(work())
    if is_sqlite:
        found = ["the store is a SQLite file, which is on one machine; see `store copy`"]
    for problem in found:
        say(problem)
    if found:
        raise SystemExit(SOME_REJECTED)
    say(f"nothing hinders; {len(steps)} tables are not distributed" if steps else "all tables are distributed")


@application.command("distribute")
def distribute_tables(database: DatabaseOption = None) -> None:
    """Distribute the tables of a PostgreSQL store over the machines of a Citus cluster.

    Stop all servers first. After an interruption, run the command again: it continues. In a database without the
    extension, it only prints the statements.
    """

    async def work() -> None:
        async with opened_store(database) as store:
            async with store.read() as connection:
                problems, steps = await hindrances(connection), await steps_left(connection)
                is_possible = await has_extension(connection)
            if store.is_sqlite:
                raise StoreError("a SQLite file is on one machine; copy it to PostgreSQL first with `store copy`")
            if problems:
                raise StoreError(f"the store cannot be distributed: {problems[0]}")
            for step in steps:
                say(step.statement)
                if is_possible:
                    async with store.begin() as connection:
                        await distribute(connection, step)
            if not is_possible:
                say(f"nothing was changed, because the database has no extension {EXTENSION}")
            else:
                say("all tables are distributed; start the servers")

    asyncio.run(work())
