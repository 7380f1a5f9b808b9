"""Errors of the store name the statement and the rule that it broke, and not the values."""

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tables import carts

pytestmark = pytest.mark.anyio


async def test_an_error_does_not_quote_what_was_to_be_stored(store: Database, shop: Shop) -> None:
    values = {"shop_id": shop.id, "token": "ada@example.com", "document": "{}", "updated_at": 1, "seen_at": 1}
    async with store.begin() as connection:
        await connection.execute(insert(carts).values(values))
    async with store.begin() as connection:
        with pytest.raises(IntegrityError) as refused:
            await connection.execute(insert(carts).values(values))
        await connection.rollback()
    assert "carts" in str(refused.value)
    assert "ada@" not in str(refused.value)
