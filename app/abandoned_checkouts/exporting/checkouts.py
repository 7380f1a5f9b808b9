"""Exports all checkouts of a shop in the order of their ids. Only one batch is in memory at a time."""

import asyncio
from codecs import BOM_UTF8
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import IO, Literal

import orjson

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.recovery_link import recovery_link
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.exporting.spreadsheet import HEADER, csv_lines, spreadsheet_rows
from abandoned_checkouts.shopify.formats.rest_keys import CHECKOUT
from abandoned_checkouts.shopify.formats.rest_object import AMOUNT_SETS, MORE
from abandoned_checkouts.shopify.formats.to_rest.checkout import checkout_for_export
from abandoned_checkouts.store.checkouts.load import checkouts_after, load_next
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.search.selection import EVERYTHING, Selection, selected

BATCH = 1000
ExportFormat = Literal["jsonl", "csv"]


# The keys that an exported line can have, for `fields`.
LINE_KEYS = (*CHECKOUT, *AMOUNT_SETS.values(), MORE)


async def checkouts_of(
    database: Database, shop: Shop, selection: Selection = EVERYTHING
) -> AsyncIterator[list[Checkout]]:
    """Batches of selected checkouts in the order of their ids. Each batch starts after the last id of the previous
    batch. If checkouts are created or deleted during the export, no other checkout is repeated or skipped."""
    last_id = 0
    statement = checkouts_after(shop, selected(shop, selection, database.dialect))
    while True:
        batch = await database.read_behind(
            partial(load_next, shop=shop, statement=statement, number=last_id, limit=BATCH)
        )
        if not batch:
            return
        yield batch
        last_id = batch[-1].id or 0


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
    columns = None if fields is None or form != "csv" else [HEADER.index(name) for name in fields]
    if form == "csv":
        # Excel detects UTF-8 only by a byte order mark.
        file.write(BOM_UTF8 + csv_lines([_cells(HEADER, columns)]))

    def write(batch: Sequence[Checkout]) -> None:
        if form == "csv":
            file.write(
                csv_lines(
                    _cells(row, columns)
                    for checkout in batch
                    for row in spreadsheet_rows(checkout, shop.timezone, _link(checkout, shop, address))
                )
            )
            return
        for checkout in batch:
            line = checkout_for_export(checkout, zone=shop.timezone)
            file.write(orjson.dumps(line if fields is None else _only(line, fields), option=orjson.OPT_APPEND_NEWLINE))

    done = 0
    async for stored in checkouts_of(database, shop, selection):
        batch = stored if change is None else [change(each) for each in stored]
        # In a thread, so that the requests to a server that exports do not wait for a batch.
        await asyncio.to_thread(write, batch)
        done += len(batch)
        progress(done)
    return done


def _only(line: UntypedJson, names: Sequence[str]) -> UntypedJson:
    return {name: line[name] for name in names if name in line}


def _cells(row: list[str], columns: Sequence[int] | None) -> list[str]:
    return row if columns is None else [row[column] for column in columns]


def _link(checkout: Checkout, shop: Shop, address: str) -> str:
    return checkout.abandoned_checkout_url or recovery_link(
        address,
        shop.id,
        checkout.cart_token,
        checkout.token or "",
        checkout.recovery_key or "",
        checkout.locale,
    )
