"""Exports all checkouts of a shop in the order of their ids. Only a few batches are in memory at a time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import IO

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.exporting.checkout_texts import CheckoutTexts, ExportFormat
from abandoned_checkouts.store.checkouts.load import GREATEST, checkouts_after, load_next
from abandoned_checkouts.store.checkouts.stored_checkouts import StoredCheckouts
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.search.selection import EVERYTHING, Selection, selected

BATCH = 1000


async def checkouts_of(
    database: Database, shop: Shop, selection: Selection = EVERYTHING, *, after: int = 0, until: int = GREATEST
) -> AsyncIterator[StoredCheckouts]:
    """Batches of selected checkouts in the order of their ids, from those after one id to another. Each batch starts
    after the last id of the previous batch. If checkouts are created or deleted during the export, no other checkout is
    repeated or skipped."""
    last_id = after
    which = checkouts_after(shop, database.dialect, selected(shop, selection, database.dialect))
    while True:
        batch = await database.read_behind(
            partial(load_next, shop=shop, which=which, number=last_id, limit=BATCH, until=until)
        )
        if not batch:
            return
        yield batch
        last_id = batch.numbers[-1]


async def export_checkouts(
    database: Database,
    shop: Shop,
    file: IO[bytes],
    form: ExportFormat,
    *,
    address: str,
    selection: Selection = EVERYTHING,
    fields: Sequence[str] | None = None,
    change: Callable[[Checkout], Checkout] | None = None,
    progress: Callable[[int], object] = lambda _done: None,
) -> int:
    """Write a shop's checkouts to a file. Returns their number.

    `jsonl` writes one REST checkout per line, with additional keys for fields that REST does not have, so that an
    import restores the same store. `csv` writes one row per line item in the layout of Shopify's admin.

    `address` is this server's URL, for the recovery links of checkouts whose source sent none. `progress` is called
    with the number of checkouts written so far. `fields` are keys of the lines (LINE_KEYS) or columns of the CSV
    (HEADER), in the wanted order; None writes all. `change` replaces each checkout before it is written.
    """
    texts = CheckoutTexts(form, shop, address, fields)
    file.write(texts.head())
    done = 0
    async for stored in checkouts_of(database, shop, selection):
        batch = stored if change is None else [change(each) for each in stored]
        # In a thread, so that the requests to a server that exports do not wait for a batch.
        await asyncio.to_thread(lambda batch: file.write(texts.of(batch)), batch)
        done += len(stored)
        progress(done)
    return done
