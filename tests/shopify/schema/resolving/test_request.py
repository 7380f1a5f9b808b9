"""The fields of one request share reads."""

import asyncio

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from tests.shopify.execution.plan.stores import fill_store, request_for


async def test_a_cancelled_field_takes_nothing_from_others(store: Database, shop: Shop) -> None:
    """A null that may not be makes graphql-core cancel a field's siblings, not those of other objects."""
    filled = await fill_store(store, checkouts=3)
    async with store.read() as connection:
        request = request_for(filled, connection)
        reads = [asyncio.ensure_future(request.row("abandoned_checkouts", "id", 8)) for _ in range(2)]
        await asyncio.sleep(0)
        reads[0].cancel()
        row = await reads[1]
        assert row is not None
        assert row["id"] == 8
        assert reads[0].cancelled()
        await request.close()
