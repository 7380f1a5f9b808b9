"""Changes of the rows of all shops, with a statement for each shop."""

from sqlalchemy import select

from abandoned_checkouts.store.engine import shop_by_shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.shop_by_shop import delete_where, update_where
from abandoned_checkouts.store.engine.statements import insert_rows
from abandoned_checkouts.store.tables import carts, open_checkouts
from tests.store.engine.test_due_shops import NOW, add_due

_COLUMNS = ("shop_id", "token", "updated_at", "seen_at")


async def test_rows_of_all_shops_are_deleted_in_batches(store: Database, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(shop_by_shop, "_BATCH", 3)
    rows = [(shop_id, f"t{n}", n, n) for shop_id in (1, 2, 3) for n in range(4)]
    async with store.begin() as connection:
        await insert_rows(connection, carts, _COLUMNS, rows)
        assert await delete_where(connection, carts, carts.c.seen_at < 3) == 9
        left = (await connection.execute(select(carts.c.shop_id, carts.c.seen_at).order_by(carts.c.shop_id))).all()
        assert await delete_where(connection, carts, carts.c.seen_at < 3) == 0
    assert [tuple(row) for row in left] == [(1, 3), (2, 3), (3, 3)]


async def test_rows_of_all_shops_are_updated(store: Database) -> None:
    async with store.begin() as connection:
        await add_due(connection, 1, 2, NOW)
        await add_due(connection, 2, 1, NOW + 5)
        await update_where(connection, open_checkouts, open_checkouts.c.due_at <= NOW, {"due_at": 7})
        found = (await connection.execute(select(open_checkouts.c.due_at).order_by(open_checkouts.c.due_at))).scalars()
        assert list(found) == [7, 7, NOW + 5]
