"""Shops with due work: those that are due longest, and further shops in turn."""

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.due_rows import claim_due_checkouts
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.due_shops import EVERY, Rotation, due_statements, shops_with_due
from abandoned_checkouts.store.engine.statements import insert_rows
from abandoned_checkouts.store.tables import open_checkouts
from abandoned_checkouts.store.tenants.shops import create_shop

NOW = 1_790_000_000_000_000
_STATEMENTS = due_statements(open_checkouts, (open_checkouts.c.due_at,), open_checkouts.c.due_at <= NOW)


async def add_due(connection: Connection, shop_id: int, count: int, due_at: int) -> None:
    columns = ("shop_id", "token", "id", "state", "created_at", "updated_at", "due_at", "seen_at")
    rows = [(shop_id, f"t{n}", n, "open", due_at, due_at, due_at, due_at) for n in range(1, count + 1)]
    await insert_rows(connection, open_checkouts, columns, rows)


async def test_few_due_rows_are_counted_by_shop(store: Database, shop: Shop) -> None:
    async with store.begin() as connection:
        await add_due(connection, shop.id, 2, NOW - 5)
        await add_due(connection, shop.id + 1, 1, NOW)
        await add_due(connection, shop.id + 2, 1, NOW + 1)
        assert await shops_with_due(connection, _STATEMENTS, {}, 10, Rotation()) == {shop.id: 2, shop.id + 1: 1}


async def test_rows_that_are_due_longest_are_first_without_a_rotation(store: Database) -> None:
    async with store.begin() as connection:
        await add_due(connection, 1, 5, NOW)
        await add_due(connection, 2, 5, NOW - 1)
        for _ in range(2 * EVERY):
            assert await shops_with_due(connection, _STATEMENTS, {}, 5) == {2: 5}


async def test_further_shops_take_turns_while_one_has_more_rows_than_places(store: Database) -> None:
    rotation, found = Rotation(), []
    async with store.begin() as connection:
        await add_due(connection, 5, 100, NOW - 10)
        for shop_id in (1, 2, 3, 6, 7, 8, 9):
            await add_due(connection, shop_id, 3, NOW)
        for _ in range(4 * EVERY):
            found.append(await shops_with_due(connection, _STATEMENTS, {}, 8, rotation))
    assert all(sum(each.values()) <= 8 for each in found)
    assert [sorted(each) for each in found[EVERY - 1 :: EVERY]] == [[1, 2, 3, 5], [5, 6, 7, 8, 9], [5], [1, 2, 3, 5]]
    assert {tuple(each) for each in found[: EVERY - 1]} == {(5,)}


async def test_one_place_goes_to_a_further_shop(store: Database) -> None:
    rotation = Rotation()
    async with store.begin() as connection:
        await add_due(connection, 1, 3, NOW - 10)
        await add_due(connection, 2, 1, NOW)
        found = [await shops_with_due(connection, _STATEMENTS, {}, 1, rotation) for _ in range(EVERY)]
    assert found == [{1: 1}] * (EVERY - 1) + [{2: 1}]


async def test_a_small_shop_is_handled_within_four_claims_beside_a_shop_with_many_due_rows(store: Database) -> None:
    rotation, claims = Rotation(), 0
    async with store.begin() as connection:
        small = await create_shop(connection, "small.example", now=NOW)
        await add_due(connection, small.id + 1, 900, NOW - 1_000_000)
        await add_due(connection, small.id, 1, NOW)
    claimed: list[int] = []
    while small.id not in claimed:
        claims += 1
        async with store.begin() as connection:
            claimed = [row["shop_id"] for row in await claim_due_checkouts(connection, NOW, 100, rotation)]
            assert len(claimed) > 50, "the shop with many rows gets the other places"
    assert claims == EVERY
