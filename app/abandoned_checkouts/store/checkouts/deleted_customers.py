"""Remembers the numbers of customers that the platform deleted or merged, so that neither a late report nor a checkout
that was open at the time creates them again."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.save_customers import CUSTOMER
from abandoned_checkouts.store.engine.locks import lock_subject
from abandoned_checkouts.store.engine.prepared import rows_with
from abandoned_checkouts.store.engine.statements import chunks, insert_missing
from abandoned_checkouts.store.tables import customers, deleted_customers


async def remember_deleted(
    connection: AsyncConnection, shop: Shop, number: int, now: int, *, merged_into: int | None = None
) -> None:
    """Store the number permanently, because platforms never reuse one. `merged_into` is the customer that remains."""
    row = {"shop_id": shop.id, "id": number, "deleted_at": now, "merged_into": merged_into}
    await insert_missing(connection, deleted_customers, row)


async def is_deleted(connection: AsyncConnection, shop: Shop, number: int) -> bool:
    return bool(await _deleted(connection, shop, [number]))


async def without_deleted_customers(connection: AsyncConnection, shop: Shop, checkouts: Sequence[Checkout]) -> None:
    """Remove deleted customers from checkouts, and replace merged ones by the customer that remains.

    The customers of these checkouts are locked, so that they cannot be deleted before the transaction ends.
    """
    incoming = {checkout.customer.id for checkout in checkouts if checkout.customer is not None}
    incoming |= {checkout.customer_id for checkout in checkouts if checkout.customer_id is not None}
    for number in sorted(incoming):
        await lock_subject(connection, shop, f"customer/{number}")
    gone = await _deleted(connection, shop, sorted(incoming))
    for checkout in checkouts if gone else ():
        named = checkout.customer.id if checkout.customer is not None else checkout.customer_id
        if named not in gone:
            continue
        kept = gone[named]
        checkout.customer = checkout.customer_id = None
        if kept is not None:
            mine = (customers.c.shop_id == shop.id) & (customers.c.id == kept)
            row = (await connection.execute(select(customers).where(mine))).mappings().first()
            if row is not None:
                checkout.customer, checkout.customer_id = CUSTOMER.record(row), kept


async def load_customers(connection: AsyncConnection, shop: Shop, checkouts: Iterable[Checkout]) -> None:
    """Load the customers of checkouts that have only a customer number. Locks the customers, so that they are not
    replaced before the transaction ends."""
    waiting = [each for each in checkouts if each.customer is None and each.customer_id is not None]
    found: dict[int | None, Customer] = {}
    for part in chunks(sorted({each.customer_id or 0 for each in waiting})):
        statement = rows_with(customers, "id", lock="read")
        rows = await connection.execute(statement, {"shop_id": shop.id, "values": part})
        found |= {row["id"]: CUSTOMER.record(row) for row in rows.mappings()}
    for checkout in waiting:
        checkout.customer = found.get(checkout.customer_id)
    gone = [each for each in waiting if each.customer is None]
    if gone:
        await without_deleted_customers(connection, shop, gone)


async def _deleted(connection: AsyncConnection, shop: Shop, numbers: Sequence[int]) -> dict[int | None, int | None]:
    """Those of the numbers that are deleted, each with the customer into which it was finally merged, or None."""
    found: dict[int | None, int | None] = {}
    statement = rows_with(deleted_customers, "id", ("id", "merged_into"))
    for part in chunks(numbers):
        rows = await connection.execute(statement, {"shop_id": shop.id, "values": part})
        found |= {row.id: row.merged_into for row in rows}
    further = {kept for kept in found.values() if kept is not None} - found.keys()
    if further:
        later = await _deleted(connection, shop, sorted(further))
        found = {number: later.get(kept, kept) for number, kept in found.items()}
    return found
