"""Imports a file into a shop in batches. Each batch is one transaction, so an interrupted import can be run again."""

import asyncio
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.intake.file_records import records, size_of
from abandoned_checkouts.intake.import_part import import_part
from abandoned_checkouts.intake.import_result import Imported, PartResult, Rejection
from abandoned_checkouts.intake.import_workers import import_by_workers
from abandoned_checkouts.intake.record_formats import checkout_from_record
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.gc_pause import gc_pause
from abandoned_checkouts.store.engine.worker_process import usual_processes
from abandoned_checkouts.store.search.many_documents import merge_documents
from abandoned_checkouts.store.tenants.shops import create_shop, find_shop

# Size in bytes above which a second process saves more time than its start takes.
LARGE = 12 << 20
# Maximum number of records that are read to find the currency of a new shop.
_SEARCHED = 10_000


async def import_file(
    database: Database,
    domain: str,
    path: Path,
    *,
    now: int,
    processes: int | None = None,
    progress: Callable[[int], object] = lambda _read: None,
    reject: Callable[[Rejection], object] = lambda _rejection: None,
) -> Imported:
    """Import the checkouts of a file into the shop with that domain. Creates the shop if needed.

    After an interruption, call it again: checkouts that are stored already do not change. `progress` receives the
    number of bytes read, `reject` each rejected record. `processes` is the number of processes for a large file; the
    default is two on a machine with two or more cores. Raises SourceError, ShopError, StoreError.
    """
    shop = await _shop(database, domain, path, now)
    done = Imported()

    def take(part: PartResult) -> None:
        done.changes.update(part.changes)
        done.rejected += len(part.rejections)
        for rejection in part.rejections:
            reject(rejection)
        progress(part.read)

    count = processes or _processes(database, path)
    if shop is None or count < 2:
        with gc_pause():
            async for part in import_part(database, shop, path):
                take(part)
    else:
        await import_by_workers(database, shop, path, count, take)
    await merge_documents(database, done.changes["created"] + done.changes["updated"])
    return done


async def _shop(database: Database, domain: str, path: Path, now: int) -> Shop | None:
    """The shop, created if needed. None if the shop does not exist and the file has no valid checkout."""
    async with database.read() as connection:
        shop = await find_shop(connection, domain)
    if shop is not None:
        return shop
    first = await asyncio.to_thread(_first_checkout, path)
    if first is None:
        return None
    async with database.begin() as connection:
        return await find_shop(connection, domain) or await create_shop(
            connection,
            domain,
            now=now,
            currency=first.currency,
            platform="wix" if first.platform == "wix" else "shopify",
        )


def _first_checkout(path: Path) -> Checkout | None:
    for record in islice(records(path), _SEARCHED):
        try:
            return checkout_from_record(record.value)
        except RejectedRecordError:
            continue
    return None


def _processes(database: Database, path: Path) -> int:
    return usual_processes(database) if size_of(path) >= LARGE else 1
