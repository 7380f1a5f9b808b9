"""Bringing files into a shop: in batches, each kept whole or not at all, so that a file can be brought in again."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from app.checkouts.checkout import Checkout
from app.checkouts.rejected import RejectedRecordError
from app.checkouts.shop import Shop
from app.intake.records import read_record
from app.intake.source import Record, records
from app.store.database import Database
from app.store.save import save_checkouts
from app.store.shops import create_shop, find_shop

BATCH = 1000


@dataclass(slots=True)
class Rejection:
    """A record that was left out."""

    path: Path
    place: str
    reason: str


@dataclass(slots=True)
class Imported:
    """What an import did: checkouts by kind of change (created, updated, unchanged, older) and rejected records."""

    changes: Counter[str] = field(default_factory=Counter)
    rejected: int = 0

    @property
    def checkouts(self) -> int:
        return self.changes.total()


async def import_file(
    database: Database,
    domain: str,
    path: Path,
    *,
    now: int,
    progress: Callable[[int], object] = lambda _read: None,
    reject: Callable[[Rejection], object] = lambda _rejection: None,
) -> Imported:
    """Bring the checkouts of a file into the shop of that domain, which is made when it is not there yet.

    A batch is one transaction: after an interruption the same call does what is left, since what is stored already
    changes nothing. `progress` is told the bytes read, `reject` each record that is left out. Raises SourceError,
    ShopError, StoreError.
    """
    async with database.read() as connection:
        shop = await find_shop(connection, domain)
    done = Imported()
    found = records(path, progress)
    while True:
        batch, rejections = await asyncio.to_thread(_next_batch, found, path, shop)
        for rejection in rejections:
            reject(rejection)
        done.rejected += len(rejections)
        if batch:
            shop = await _save(database, shop, domain, batch, now, done)
        if not batch and not rejections:
            return done


async def _save(
    database: Database, shop: Shop | None, domain: str, batch: list[Checkout], now: int, done: Imported
) -> Shop:
    async with database.begin() as connection:
        if shop is None:
            first = batch[0]
            shop = await create_shop(
                connection,
                domain,
                now=now,
                currency=first.currency,
                platform="wix" if first.platform == "wix" else "shopify",
            )
        changes = await save_checkouts(connection, shop, batch)
    done.changes.update(change.kind for change in changes)
    # Several records of one checkout in a batch are one change; all others of them were older.
    if len(batch) > len(changes):
        done.changes["older"] += len(batch) - len(changes)
    return shop


def _next_batch(found: Iterator[Record], path: Path, shop: Shop | None) -> tuple[list[Checkout], list[Rejection]]:
    zone, currency = ("UTC", None) if shop is None else (shop.timezone, shop.currency)
    batch: list[Checkout] = []
    rejections: list[Rejection] = []
    for record in islice(found, BATCH):
        if record.problem is None:
            try:
                batch.append(read_record(record.value, zone, currency))
            except RejectedRecordError as problem:
                record.problem = str(problem)
        if record.problem is not None:
            rejections.append(Rejection(path, record.place, record.problem))
    return batch, rejections
