"""Numbers over all shops have the order of the rows, are never reused, and do not wait for other shops."""

import asyncio

import pytest
from sqlalchemy import delete, literal, select

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.numbering import insert_numbered, insert_numbered_row, insert_numbered_select
from abandoned_checkouts.store.tables import carts, erasure_requests
from abandoned_checkouts.store.tenants.shops import create_shop

NOW = 1_790_000_000_000_000


def request(shop: Shop, checkout_id: int) -> dict[str, int]:
    return {"shop_id": shop.id, "checkout_id": checkout_id, "requested_at": NOW}


async def other_shop(connection: Connection) -> Shop:
    return await create_shop(connection, "other.myshopify.com", now=NOW)


async def numbers_of(connection: Connection) -> list[tuple[int, int]]:
    """The number and checkout of each request, sorted by number."""
    table = erasure_requests
    rows = await connection.execute(select(table.c.id, table.c.checkout_id).order_by(table.c.id))
    return [(row[0], row[1]) for row in rows]


async def test_rows_of_all_shops_are_numbered_in_their_order(store: Database, shop: Shop) -> None:
    async with store.begin() as connection:
        other = await other_shop(connection)
        await insert_numbered(connection, erasure_requests, [request(shop, 1), request(other, 2)])
        third = await insert_numbered_row(connection, erasure_requests, request(other, 3))
        await insert_numbered(connection, erasure_requests, [request(shop, 4)])
        await insert_numbered(connection, erasure_requests, [])
        found = await numbers_of(connection)
    assert [checkout for _, checkout in found] == [1, 2, 3, 4]
    assert third == found[2][0]


async def test_the_number_of_a_deleted_row_is_not_used_again(store: Database, shop: Shop) -> None:
    async with store.begin() as connection:
        first = await insert_numbered_row(connection, erasure_requests, request(shop, 1))
        await connection.execute(delete(erasure_requests))
        assert await insert_numbered_row(connection, erasure_requests, request(shop, 2)) > first


async def test_rows_that_a_statement_finds_are_numbered(store: Database, shop: Shop) -> None:
    async with store.begin() as connection:
        before = await insert_numbered_row(connection, erasure_requests, request(shop, 0))
        row = {"shop_id": shop.id, "document": "{}", "updated_at": 0}
        await connection.execute(carts.insert(), [{**row, "token": f"t{seen}", "seen_at": seen} for seen in (1, 2, 3)])
        columns = (carts.c.shop_id, carts.c.seen_at.label("checkout_id"), literal(NOW).label("requested_at"))
        found = select(*columns).where(carts.c.shop_id == shop.id, carts.c.seen_at > 1)
        await insert_numbered_select(connection, erasure_requests, found)
        await insert_numbered_row(connection, erasure_requests, request(shop, 4))
        numbered = await numbers_of(connection)
    assert [number for number, _ in numbered] == [before, before + 1, before + 2, before + 3]
    assert sorted(checkout for _, checkout in numbered[1:3]) == [2, 3]
    assert numbered[3][1] == 4


@pytest.mark.parametrize("database_kind", ["postgresql"])
async def test_no_transaction_waits_for_the_number_of_another(store: Database, shop: Shop) -> None:
    """SQLite has one writer at a time."""
    async with store.begin() as first:
        await insert_numbered(first, erasure_requests, [request(shop, 1)])
        async with asyncio.timeout(30), store.begin() as second:
            await insert_numbered(second, erasure_requests, [request(shop, 2)])
    async with store.read() as connection:
        assert len({number for number, _ in await numbers_of(connection)}) == 2
