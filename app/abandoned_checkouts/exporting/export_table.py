"""Exports one table of the warehouse. Only one batch of records is in memory at a time."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import partial
from typing import IO

from abandoned_checkouts.checkouts.contact import ContactKeys, email_key
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.exporting.checkouts import BATCH, checkouts_of
from abandoned_checkouts.exporting.table_files import TableFormat, table_file
from abandoned_checkouts.exporting.table_rows import OF_CHECKOUTS, OF_CUSTOMERS, RowMaker
from abandoned_checkouts.exporting.table_schema import RowSources, Table
from abandoned_checkouts.exporting.tables import ABANDONED_CHECKOUT, DELIVERY, LOGS
from abandoned_checkouts.store.checkouts.load_customers import customers_after
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.mail_records import MAIL_RECORDS, mail_records_after
from abandoned_checkouts.store.outbox.delivery_log import deliveries_after
from abandoned_checkouts.store.privacy.person_hashes import person_hash_key
from abandoned_checkouts.store.search.selection import EVERYTHING, Selection
from abandoned_checkouts.store.sync.seen import gone_at_of


async def export_table(
    database: Database,
    shop: Shop,
    file: IO[bytes],
    table: Table,
    form: TableFormat,
    *,
    selection: Selection = EVERYTHING,
    progress: Callable[[int], object] = lambda _done: None,
) -> int:
    """Write the rows of a table. Returns their number. `progress` is called with the number written so far.

    The times of the selection are compared with the time at which the checkouts, customers or other records of the rows
    were created. Its search selects checkouts, the customers of such checkouts, and the records about them. Raises
    NoParquetError.
    """
    done = 0
    with table_file(table, file, form) as write:
        async for batch in rows_of(database, shop, table, selection):
            write([table.row(sources) for sources in batch])
            done += len(batch)
            progress(done)
    return done


async def rows_of(
    database: Database, shop: Shop, table: Table, selection: Selection
) -> AsyncIterator[Sequence[RowSources]]:
    maker = RowMaker(shop, person_hash_key(database.secret_key))
    if table.name in OF_CHECKOUTS:
        async for checkouts in checkouts_of(database, shop, selection):
            gone = {}
            if table.name == ABANDONED_CHECKOUT.name:
                gone = await database.read_behind(partial(gone_at_of, shop_id=shop.id, checkouts=checkouts))
            yield [row for each in checkouts for row in maker.of_checkout(table.name, each, gone.get(each.id or 0))]
    last_id = 0
    while table.name in OF_CUSTOMERS:
        customers = await database.read_behind(
            partial(customers_after, shop=shop, number=last_id, limit=BATCH, selection=selection)
        )
        if not customers:
            break
        last_id = customers[-1].id
        yield [row for each in customers for row in maker.of_customer(table.name, each)]
    while table.name == DELIVERY.name:
        deliveries = await database.read_behind(
            partial(deliveries_after, shop=shop, number=last_id, limit=BATCH, selection=selection)
        )
        if not deliveries:
            break
        last_id = deliveries[-1]["id"]
        yield [{LOGS[table.name]: each} for each in deliveries]
    last_key = ""
    while table.name in MAIL_RECORDS:
        found, last_key = await database.read_behind(
            partial(mail_records_after, shop=shop, name=table.name, after=last_key, limit=BATCH, selection=selection)
        )
        if not found:
            break
        yield [{LOGS[table.name]: each, "hashes": _hashes(maker, each)} for each in found]


def _hashes(maker: RowMaker, record: Row) -> Mapping[str, str | None]:
    return maker.hashes(ContactKeys(email_key(record.get("recipient")), None))
