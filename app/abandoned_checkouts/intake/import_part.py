"""Imports one process's share of a file, batch by batch."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, nullcontext
from itertools import islice
from pathlib import Path

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.intake.file_records import records
from abandoned_checkouts.intake.import_result import PartResult, Rejection
from abandoned_checkouts.intake.import_shares import ALONE, Shares
from abandoned_checkouts.intake.record import FileRecord
from abandoned_checkouts.intake.record_formats import checkout_from_record
from abandoned_checkouts.store.checkouts.checkout_rows import prepare_rows
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.statements import expect_many_writes
from abandoned_checkouts.store.search.many_documents import many_documents

# Records per transaction. Large, because even a small batch writes to most pages of the indexes. The first batches are
# smaller, so that one process soon writes while the other one prepares, and neither waits long at the end of the file.
_FIRST_BATCH, BATCH = 1_500, 12_000


async def import_part(
    database: Database,
    shop: Shop | None,
    path: Path,
    *,
    share: int = 0,
    shares: Shares = ALONE,
    turn: AbstractAsyncContextManager[object] | None = None,
) -> AsyncIterator[PartResult]:
    """Store the records of share number `share` and yield the result of each batch. The lock `turn` is held while
    writing.

    `shop` is None only for a file without valid checkouts: then all records are rejected.
    """
    read = 0

    def advance(count: int) -> None:
        nonlocal read
        read = count

    await expect_many_writes(database)
    found = _own(path, advance, share, shares)
    # Each process has other sizes, so that they do not always become ready to write at the same time.
    size = _FIRST_BATCH * (share + 2) // 2 if shares.count > 1 else BATCH
    while True:
        batch, rejections = await asyncio.to_thread(_next_batch, found, path, shop, size)
        size = min(size + size // 4, BATCH)
        changes: Counter[str] = Counter()
        if batch and shop is not None:
            prepared = prepare_rows(shop, batch)
            async with turn or nullcontext(), database.begin() as connection, many_documents(connection):
                saved = await save_checkouts(connection, shop, batch, prepared, are_imported=True)
                changes.update(change.kind for change in saved)
            del prepared
            # Several records of one checkout in a batch result in one change. The other records are counted as older.
            if len(batch) > changes.total():
                changes["older"] += len(batch) - changes.total()
        if not batch and not rejections:
            return
        # Free the memory before the next batch is read.
        del batch
        yield PartResult(read, dict(changes), rejections)


def _own(path: Path, advance: Callable[[int], object], share: int, shares: Shares) -> Iterator[FileRecord]:
    if shares.count == 1:
        return records(path, advance)
    found = records(path, advance, lambda number: shares.of(number) == share)
    return (record for record in found if record.number is not None or shares.of_record(record) == share)


def _next_batch(
    found: Iterator[FileRecord], path: Path, shop: Shop | None, size: int
) -> tuple[list[Checkout], list[Rejection]]:
    zone, currency = ("UTC", None) if shop is None else (shop.timezone, shop.currency)
    batch: list[Checkout] = []
    rejections: list[Rejection] = []
    for record in islice(found, size):
        if record.problem is None:
            try:
                batch.append(checkout_from_record(record.value, zone, currency))
            except RejectedRecordError as problem:
                record.problem = str(problem)
        if record.problem is not None:
            rejections.append(Rejection(path, record.place, record.problem))
    return batch, rejections
