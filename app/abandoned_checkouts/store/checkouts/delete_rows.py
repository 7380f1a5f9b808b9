"""Deletes the rows of abandoned checkouts, with their lines, abandonments, activities, notes, tasks, metafields
and full text."""

from collections.abc import Sequence

from sqlalchemy import Table, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.outbox.record_changes import note_changed
from abandoned_checkouts.store.search.full_text import delete_documents
from abandoned_checkouts.store.tables import (
    abandoned_checkouts,
    abandonments,
    activities,
    line_items,
    merchant_notes,
    merchant_tasks,
    metafields,
)

_DEPENDENT: tuple[tuple[Table, str], ...] = (
    (line_items, "checkout_id"),
    (activities, "abandonment_id"),
    (abandonments, "checkout_id"),
    (merchant_notes, "checkout_id"),
    (merchant_tasks, "checkout_id"),
)


async def delete_abandoned_rows(connection: AsyncConnection, shop: Shop, numbers: Sequence[int], now: int) -> None:
    """Delete all rows of the abandoned checkouts with these numbers. No events are written."""
    if not numbers:
        return
    table = abandoned_checkouts
    mine = (table.c.shop_id == shop.id) & table.c.id.in_(numbers)
    documents = list((await connection.execute(select(table.c.document_id).where(mine))).scalars())
    for other, column in _DEPENDENT:
        await connection.execute(delete(other).where(other.c.shop_id == shop.id, other.c[column].in_(numbers)))
    await connection.execute(
        delete(metafields).where(
            metafields.c.shop_id == shop.id,
            metafields.c.owner_type == "AbandonedCheckout",
            metafields.c.owner_id.in_(numbers),
        )
    )
    await delete_documents(connection, shop.id, documents)
    await connection.execute(delete(table).where(mine))
    await note_changed(connection, shop.id, "checkout", numbers, now, are_deleted=True)
