"""The numbers that a table has are found, whether few or many are asked for."""

import pytest

from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.statements import insert_rows
from abandoned_checkouts.store.engine.stored_numbers import stored_numbers
from abandoned_checkouts.store.tables import deleted_customers
from abandoned_checkouts.store.tenants.shops import create_shop

_LARGE = (1 << 63) - 1


@pytest.mark.parametrize("count", [0, 1, 99, 100, 5000])
async def test_stored_numbers_of_the_shop_are_found(store: Database, count: int) -> None:
    stored = {0, 3, 77, 4999, _LARGE}
    async with store.begin() as connection:
        one = await create_shop(connection, "one.myshopify.com", now=1)
        other = await create_shop(connection, "other.myshopify.com", now=1)
        rows = [(one.id, number, 1) for number in stored] + [(other.id, 5, 1)]
        await insert_rows(connection, deleted_customers, ("shop_id", "id", "deleted_at"), rows)
        numbers = [*range(count), _LARGE]
        found = await stored_numbers(connection, deleted_customers, "id", one.id, numbers)
    assert stored & set(numbers) <= set(found) <= set(numbers)
    if store.is_sqlite and len(numbers) >= 100:
        assert sorted(found) == sorted(stored & set(numbers))
