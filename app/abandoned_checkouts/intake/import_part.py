"""Imports one process's share of a file, batch by batch."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.intake.file_records import records, size_of
from abandoned_checkouts.intake.import_result import PartResult, Rejection
from abandoned_checkouts.intake.import_shares import ALONE, Shares
from abandoned_checkouts.intake.import_turn import NO_TURN, Turn
from abandoned_checkouts.intake.record import FileRecord
from abandoned_checkouts.intake.record_formats import checkouts_from_records
from abandoned_checkouts.store.checkouts.checkout_rows import PreparedBatch, prepare_rows
from abandoned_checkouts.store.checkouts.identify import with_uuid_of_another
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.statements import expect_many_writes
from abandoned_checkouts.store.search.many_documents import many_documents

# Records per transaction. Large, because even a small batch writes to most pages of the indexes. The first and last
# batches are smaller, so that one process soon writes while the other one prepares, and neither waits long at the end
# of the file. While another process writes, a batch grows, by `_SLICE` records at a time.
_SMALLEST, BATCH, _LARGEST, _SLICE = 1_500, 12_000, 16_000, 250
# Records that are converted together (see checkouts_from_rest).
_TOGETHER = 32


async def import_part(
    database: Database,
    shop: Shop | None,
    path: Path,
    *,
    share: int = 0,
    shares: Shares = ALONE,
    turn: Turn = NO_TURN,
) -> AsyncIterator[PartResult]:
    """Store the records of share number `share` and yield the result of each batch. A batch is written while this
    process has the `turn`.

    `shop` is None only for a file without valid checkouts: then all records are rejected.
    """
    await expect_many_writes(database)
    reader = _Reader(path, shop, share, shares)
    size = _SMALLEST if shares.count > 1 else BATCH
    while True:
        batch = _Batch(shop)
        await asyncio.to_thread(reader.fill, batch, size)
        if not batch.size:
            return
        while not turn.take_if_free():
            if reader.has_ended or batch.size >= _LARGEST:
                await asyncio.to_thread(turn.take)
                break
            await asyncio.to_thread(reader.fill, batch, _SLICE)
        try:
            changes = await _save(database, shop, path, batch)
        finally:
            turn.release()
        # After the turn: to free a large batch takes 5 % of the time of writing it.
        batch.checkouts, batch.places, batch.prepared = [], [], PreparedBatch()
        yield PartResult(reader.read, dict(changes), batch.rejections)
        if shares.count > 1:
            size = min(size + size // 4, BATCH, max(_SMALLEST, reader.rest() // 3))


async def _save(database: Database, shop: Shop | None, path: Path, batch: "_Batch") -> Counter[str]:
    """Store a batch. Returns the number of changes of each kind."""
    changes: Counter[str] = Counter()
    checkouts = batch.checkouts
    if not checkouts or shop is None:
        return changes
    async with database.begin() as connection, many_documents(connection):
        if batch.has_uuids and (refused := await with_uuid_of_another(connection, shop, checkouts)):
            checkouts = batch.reject(path, refused)
        saved = await save_checkouts(connection, shop, checkouts, batch.prepared, are_imported=True)
        changes.update(change.kind for change in saved)
    # Several records of one checkout in a batch result in one change. The other records are counted as older.
    if len(checkouts) > changes.total():
        changes["older"] += len(checkouts) - changes.total()
    return changes


class _Batch:
    """The checkouts of some records, prepared for writing, and the rejected records."""

    def __init__(self, shop: Shop | None) -> None:
        self.shop = shop
        self.size = 0
        self.checkouts: list[Checkout] = []
        # The places of the checkouts in the file.
        self.places: list[str] = []
        # Whether a record has both an id and a uuid.
        self.has_uuids = False
        self.prepared = PreparedBatch()
        self.rejections: list[Rejection] = []

    def reject(self, path: Path, refused: Sequence[Checkout]) -> list[Checkout]:
        """Reject these checkouts, because another one has their uuid. Returns the others."""
        numbers = {id(checkout) for checkout in refused}
        kept = []
        for checkout, place in zip(self.checkouts, self.places, strict=True):
            if id(checkout) in numbers:
                reason = f"another checkout has the uuid {checkout.uuid}; each checkout needs its own"
                self.rejections.append(Rejection(path, place, reason))
            else:
                kept.append(checkout)
        return kept


class _Reader:
    """Reads the records of a share. `read` is the number of bytes read so far."""

    def __init__(self, path: Path, shop: Shop | None, share: int, shares: Shares) -> None:
        self._path = path
        self._size = size_of(path)
        self._zone = "UTC" if shop is None else shop.timezone
        self._currency = None if shop is None else shop.currency
        self._found = _own(path, self._advance, share, shares)
        self._number = 0
        self.read = 0
        self.has_ended = False

    def _advance(self, count: int) -> None:
        self.read = count

    def rest(self) -> int:
        """About how many records of the share follow."""
        return (self._size - self.read) * self._number // max(self.read, 1)

    def fill(self, batch: _Batch, count: int) -> None:
        """Add the next `count` records to the batch. Raises SourceError."""
        taken = 0
        checkouts: list[Checkout] = []
        found = islice(self._found, count)
        while records := [*islice(found, _TOGETHER)]:
            taken += len(records)
            valid = [record for record in records if record.problem is None]
            read = checkouts_from_records([record.value for record in valid], self._zone, self._currency)
            for record, result in zip(valid, read, strict=True):
                if isinstance(result, RejectedRecordError):
                    record.problem = str(result)
                else:
                    checkouts.append(result)
                    batch.places.append(record.place)
                    if result.uuid is not None and result.id is not None:
                        batch.has_uuids = True
            for record in records:
                if record.problem is not None:
                    batch.rejections.append(Rejection(self._path, record.place, record.problem))
        if checkouts and batch.shop is not None:
            prepare_rows(batch.shop, checkouts, batch.prepared)
        batch.checkouts += checkouts
        batch.size += taken
        self._number += taken
        self.has_ended = taken < count


def _own(path: Path, advance: Callable[[int], object], share: int, shares: Shares) -> Iterator[FileRecord]:
    if shares.count == 1:
        return records(path, advance)
    found = records(path, advance, lambda number: shares.of(number) == share)
    return (record for record in found if record.number is not None or shares.of_record(record) == share)
