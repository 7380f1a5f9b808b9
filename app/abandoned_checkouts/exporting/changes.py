"""The change feed as JSON objects: upserts with the rows of all tables, deletions, erasures."""

from collections.abc import Iterable, Mapping

import orjson

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.json_types import Json, UntypedJson
from abandoned_checkouts.checkouts.moment import format_microseconds
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.exporting.table_rows import OF_CHECKOUTS, OF_CUSTOMERS, RowMaker
from abandoned_checkouts.exporting.table_schema import RowSources, Table, as_json
from abandoned_checkouts.exporting.tables import ABANDONED_CHECKOUT, CUSTOMER, TABLES
from abandoned_checkouts.store.checkouts.load import load_known
from abandoned_checkouts.store.checkouts.load_customers import load_customers_known
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.engine.secret_key import secret_key_of
from abandoned_checkouts.store.outbox.record_changes import changes_after
from abandoned_checkouts.store.privacy.person_hashes import person_hash_key
from abandoned_checkouts.store.sync.seen import gone_at_of

BATCH = 250
_CHECKOUT_TABLES = [name for name in TABLES if name in OF_CHECKOUTS]
_CUSTOMER_TABLES = [name for name in TABLES if name in OF_CUSTOMERS]
_TABLES = {"checkout": ABANDONED_CHECKOUT.name, "customer": CUSTOMER.name}


async def read_changes(connection: Connection, shop: Shop, after: int, limit: int = BATCH) -> list[UntypedJson]:
    """The next changes after a position; an empty list at the end of the feed.

    An upsert has the record as it is now: the rows of each of its tables. The last change's `position` is the next
    `after`.
    """
    rows = await changes_after(connection, shop.id, after, limit)
    checkouts = await load_known(connection, shop, _numbers(rows, "checkout"))
    customers = await load_customers_known(connection, shop, _numbers(rows, "customer"))
    gone = await gone_at_of(connection, shop.id, checkouts.values())
    maker = RowMaker(shop, person_hash_key(secret_key_of(connection)))
    return [_change(row, maker, checkouts, customers, gone) for row in rows]


def _numbers(rows: list[Row], kind: str) -> list[int]:
    return [row["record_id"] for row in rows if row["kind"] == kind and not row["is_deleted"]]


def _change(
    row: Row,
    maker: RowMaker,
    checkouts: Mapping[int, Checkout],
    customers: Mapping[int, Customer],
    gone: Mapping[int, int],
) -> UntypedJson:
    change: UntypedJson = {"position": row["id"], "changed_at": format_microseconds(row["changed_at"])}
    if row["kind"] == "erasure":
        return {**change, "change": "erase", "hashes": orjson.loads(row["hashes"])}
    number = row["record_id"]
    change |= {"change": "upsert", "table": _TABLES[row["kind"]], "id": number}
    checkout = checkouts.get(number) if row["kind"] == "checkout" else None
    customer = customers.get(number) if row["kind"] == "customer" else None
    if checkout is not None:
        gone_at = gone.get(number)
        tables = {name: _rows(name, maker.of_checkout(name, checkout, gone_at)) for name in _CHECKOUT_TABLES}
        return {**change, "rows": tables}
    if customer is not None:
        return {**change, "rows": {name: _rows(name, maker.of_customer(name, customer)) for name in _CUSTOMER_TABLES}}
    # It was deleted, perhaps after these changes were read.
    return {**change, "change": "delete"}


def _rows(name: str, found: Iterable[RowSources]) -> list[Json]:
    table = TABLES[name]
    return [row_json(table, sources) for sources in found]


def row_json(table: Table, sources: RowSources) -> Json:
    """The row as a JSON object."""
    pairs = zip(table.columns, table.row(sources), strict=True)
    return {column.name: as_json(column, value) for column, value in pairs}
