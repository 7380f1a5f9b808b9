"""The rows of a shop as plain values that can be compared."""

from typing import Any

import orjson

from abandoned_checkouts.store.checkouts.load import load_after
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.shops import find_shop


async def content(database: Database, domain: str) -> dict[int, Any]:
    """Every checkout by its number, with lines, customer, visit and activities."""
    async with database.read() as connection:
        shop = await find_shop(connection, domain)
        if shop is None:
            return {}
        found = await load_after(connection, shop, 0, 100_000)
    return {checkout.id or 0: orjson.loads(orjson.dumps(checkout)) for checkout in found}
