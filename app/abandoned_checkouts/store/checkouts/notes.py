"""The notes that people wrote about a checkout."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.numbering import insert_numbered
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tables import merchant_notes as table

LONGEST_NOTE = 5_000


async def add_notes(
    connection: AsyncConnection, shop: Shop, checkout_ids: Sequence[int], author: str, text: str, now: int
) -> None:
    """Write the same note about each of these checkouts."""
    row = {"shop_id": shop.id, "author": author, "text": text, "version": 1, "created_at": now, "updated_at": now}
    await insert_numbered(connection, table, [{**row, "checkout_id": number} for number in checkout_ids])


async def notes_of(connection: AsyncConnection, shop: Shop, checkout_id: int) -> list[Row]:
    """The notes about a checkout, oldest first, at most 500."""
    mine = (table.c.shop_id == shop.id) & (table.c.checkout_id == checkout_id)
    rows = await connection.execute(select(table).where(mine).order_by(table.c.id).limit(500))
    return [dict(row) for row in rows.mappings()]


async def find_note(connection: AsyncConnection, shop: Shop, number: int) -> Row | None:
    statement = select(table).where(table.c.shop_id == shop.id, table.c.id == number)
    row = (await connection.execute(statement)).mappings().first()
    return None if row is None else dict(row)


async def change_note(connection: AsyncConnection, note: Row, version: int, text: str, now: int) -> bool:
    """Change a note that has this version. Returns False if somebody else has changed it meanwhile."""
    mine = (table.c.shop_id == note["shop_id"]) & (table.c.id == note["id"]) & (table.c.version == version)
    values = {"text": text, "version": version + 1, "updated_at": now}
    done = await connection.execute(update(table).where(mine).values(values))
    return bool(done.rowcount)
