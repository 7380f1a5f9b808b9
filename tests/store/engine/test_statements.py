"""Many rows are inserted together, with the same result as one by one."""

import sqlite3

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.statements import insert_rows
from abandoned_checkouts.store.tables import report_products
from abandoned_checkouts.store.tenants.shops import create_shop

COLUMNS = ("shop_id", "key", "title", "image")


async def stored(connection: Connection, shop_id: int) -> list[tuple[object, ...]]:
    table = report_products
    rows = await connection.execute(
        select(*(table.c[name] for name in COLUMNS)).where(table.c.shop_id == shop_id).order_by(table.c.key)
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("count", [0, 1, 39, 40, 41, 80, 95])
async def test_all_rows_are_inserted(store: Database, count: int) -> None:
    async with store.begin() as connection:
        shop = await create_shop(connection, "one.myshopify.com", now=1)
        rows = [(shop.id, f"{number:03d}", f"Lamp {number}", None) for number in range(count)]
        await insert_rows(connection, report_products, COLUMNS, rows)
        assert await stored(connection, shop.id) == rows


@pytest.mark.parametrize("place", [0, 39, 40, 81])
async def test_a_refused_row_leaves_nothing_after_the_rollback(store: Database, place: int) -> None:
    async with store.begin() as connection:
        shop = await create_shop(connection, "one.myshopify.com", now=1)
        known = (shop.id, f"{place:03d}", "Chair", None)
        await insert_rows(connection, report_products, COLUMNS, [known])
    rows = [(shop.id, f"{number:03d}", "Lamp", None) for number in range(85)]
    with pytest.raises(DBAPIError, match=r"(?i)unique"):
        async with store.begin() as connection:
            await insert_rows(connection, report_products, COLUMNS, rows)
    async with store.read() as connection:
        assert await stored(connection, shop.id) == [known]


def test_the_driver_binds_none_and_bool_as_before() -> None:
    with sqlite3.connect(":memory:") as connection:
        found = connection.execute("SELECT ?, typeof(?), ?, ?, typeof(?)", (None, None, True, False, True)).fetchone()
    assert found == (None, "null", 1, 0, "integer")
