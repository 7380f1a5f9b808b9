"""`import`."""

import asyncio
import time
from pathlib import Path
from typing import Annotated

import typer

from abandoned_checkouts.cli.exit_codes import SOME_REJECTED, SUCCESS, say
from abandoned_checkouts.cli.opened_store import opened_store, shop_named_or_only
from abandoned_checkouts.cli.options import DatabaseOption, OptionalShop, now
from abandoned_checkouts.cli.progress import reading
from abandoned_checkouts.intake.import_file import import_file
from abandoned_checkouts.intake.import_result import Imported, Rejection
from abandoned_checkouts.store.engine.database import Database

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE…", help="Files of JSON, JSON Lines or CSV, plain or gzipped.")
]


def import_files(files: Files, shop: OptionalShop = None, database: DatabaseOption = None) -> None:
    """Import checkouts: Shopify's REST or GraphQL objects, bulk operation files, Wix's abandonedCheckout objects, or
    CSV files from Shopify's admin or from `export`.

    Invalid records are reported with line and reason; the rest are imported.

    If an import was interrupted, run it again. Records that are already imported do not change.
    """
    raise SystemExit(asyncio.run(_import(files, shop, database)))


async def _import(files: list[Path], domain: str | None, database: str | None) -> int:
    rejected = 0
    async with opened_store(database, create=True) as store:
        domain = domain or await _only_shop(store)
        for path in files:
            started = time.perf_counter()
            with reading(path.name, _size(path)) as advance:
                done = await import_file(store, domain, path, now=now(), progress=advance, reject=_report)
            say(_summary(path, domain, done, time.perf_counter() - started))
            rejected += done.rejected
    return SOME_REJECTED if rejected else SUCCESS


async def _only_shop(store: Database) -> str:
    async with store.read() as connection:
        return (await shop_named_or_only(connection, None)).domain


def _report(rejection: Rejection) -> None:
    say(f"{rejection.path}: {rejection.place}: {rejection.reason}")


def _summary(path: Path, domain: str, done: Imported, seconds: float) -> str:
    kinds = ", ".join(
        f"{done.changes[kind]:,} {kind}" for kind in ("created", "updated", "unchanged", "older") if done.changes[kind]
    )
    rejected = f"; {done.rejected:,} rejected" if done.rejected else ""
    rate = done.checkouts / seconds if seconds > 0 else 0
    counts = f" ({kinds})" if kinds else ""
    return f"{path}: imported {done.checkouts:,} checkouts into {domain}{counts}{rejected}; {rate:,.0f} per second"


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None
