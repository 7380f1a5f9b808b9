"""A few checkouts in the store, and their rows."""

from typing import Any

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.reading.shop_rows import rows_where
from tests.wix.site import checkout


async def row_of(store: Database, shop: Shop, number: int) -> Any:
    async with store.read() as connection:
        rows = await rows_where(connection, "abandoned_checkouts", shop.id, "id", [number])
    return rows[0] if rows else None


async def fill(store: Database, shop: Shop) -> None:
    async with store.begin() as connection:
        await save_checkouts(connection, shop, [checkout(place) for place in range(4)])
