"""All checkouts of a shop, in the order of their numbers, a batch at a time: none is held but the batch."""

from codecs import BOM_UTF8
from collections.abc import AsyncIterator, Callable
from typing import IO, Literal

import orjson

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.recovery_link import recovery_link
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.exporting.spreadsheet import HEADER, csv_lines, spreadsheet_rows
from abandoned_checkouts.shopify.formats.to_rest.checkout import checkout_for_export
from abandoned_checkouts.store.checkouts.load import load_after
from abandoned_checkouts.store.engine.database import Database

BATCH = 500
ExportFormat = Literal["jsonl", "csv"]


async def checkouts_of(database: Database, shop: Shop) -> AsyncIterator[list[Checkout]]:
    """Key-set batches: a checkout that comes or goes meanwhile neither repeats nor hides another."""
    last = 0
    while True:
        async with database.read() as connection:
            batch = await load_after(connection, shop, last, BATCH)
        if not batch:
            return
        yield batch
        last = batch[-1].id or 0


async def export_checkouts(
    database: Database,
    shop: Shop,
    file: IO[bytes],
    form: ExportFormat,
    *,
    address: str,
    progress: Callable[[int], object] = lambda _done: None,
) -> int:
    """Write a shop's checkouts to a file and return how many.

    jsonl: a REST checkout a line, with what REST has no key for beside it, so that importing it gives the same store.
    csv: a row for each line item, as Shopify's admin lays out its exports; links back that no source gave lead to the
    server at `address`. `progress` gets the number of checkouts written.
    """
    done = 0
    if form == "csv":
        # Excel reads UTF-8 only after a byte order mark.
        file.write(BOM_UTF8 + csv_lines([HEADER]))
    async for batch in checkouts_of(database, shop):
        if form == "csv":
            file.write(
                csv_lines(
                    row
                    for checkout in batch
                    for row in spreadsheet_rows(checkout, shop.timezone, _link(checkout, shop, address))
                )
            )
        else:
            for checkout in batch:
                file.write(orjson.dumps(checkout_for_export(checkout, zone=shop.timezone)) + b"\n")
        done += len(batch)
        progress(done)
    return done


def _link(checkout: Checkout, shop: Shop, address: str) -> str:
    return checkout.abandoned_checkout_url or recovery_link(
        address,
        shop.id,
        checkout.cart_token,
        checkout.token or "",
        checkout.recovery_key or "",
        checkout.locale,
    )
