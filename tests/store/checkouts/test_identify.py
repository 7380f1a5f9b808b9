"""Document numbers: two shops can have checkouts with the same number, and SQLite has one index for all shops."""

from dataclasses import replace

from sqlalchemy import select

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.identify import assign_ids
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, SortOrder
from abandoned_checkouts.store.reading.shop_rows import window_of
from abandoned_checkouts.store.search.narrowing import narrowed
from abandoned_checkouts.store.tables import abandoned_checkouts
from abandoned_checkouts.store.tenants.shops import create_shop
from search_syntax import check, parse
from tests.store.search.shelf import FIELDS, NOW, ZONE


def checkouts(note: str) -> list[Checkout]:
    times = {"created_at": 1, "updated_at": 1}
    return [Checkout(platform="shopify", id=number, currency="USD", note=note, **times) for number in (7, 8)]


async def found(connection: Connection, shop: Shop, word: str) -> list[int]:
    meaning = check(parse(word), FIELDS, zone=ZONE, now=NOW)
    listing = narrowed(
        Listing("abandoned_checkouts", shop.id, SortOrder("id")), meaning.root, dialect=connection.dialect.name
    )
    return [row["id"] for row in (await window_of(connection, listing, PageWindow(first=10))).rows]


async def test_each_shop_finds_its_own_checkouts_of_a_number(store: Database, shop: Shop) -> None:
    async with store.begin() as connection:
        other = await create_shop(connection, "other.myshopify.com", now=1)
        third = await create_shop(connection, "third.myshopify.com", now=1)
        for each, note in ((shop, "tea"), (other, "note:coffee"), (third, "tea")):
            await save_checkouts(connection, each, checkouts(note))
        assert [await found(connection, each, "note:tea") for each in (shop, other, third)] == [[7, 8], [], [7, 8]]
        assert await found(connection, other, "note:coffee") == [7, 8]
        table = abandoned_checkouts
        numbers = (await connection.execute(select(table.c.shop_id, table.c.document_id))).all()
    # SQLite's index has all shops and needs different numbers; PostgreSQL's has the shop in its key.
    expected = 6 if store.is_sqlite else 2
    assert len({row.document_id for row in numbers}) == expected
    assert len(set(numbers)) == 6


async def test_the_last_number_of_a_shop_only_grows(store: Database, shop: Shop) -> None:
    """Also if another transaction has raised it since the shop was read."""
    earlier = replace(shop)
    async with store.begin() as connection:
        for who, number in ((shop, 5_000_000), (earlier, 4_000_000), (earlier, 4_500_000)):
            await assign_ids(connection, who, [_checkout(number)])
        nameless = _checkout(None)
        await assign_ids(connection, earlier, [nameless])
    assert nameless.id == 5_000_001


async def test_a_checkout_without_id_is_that_of_the_same_call_with_its_token_or_uuid(
    store: Database, shop: Shop
) -> None:
    numbered = [_checkout(7), replace(_checkout(8), uuid="b1", token=None)]
    nameless = [
        replace(_checkout(None), token="t7", note="newer", updated_at=2),
        replace(_checkout(None), uuid="b1", token=None),
        replace(_checkout(None), uuid="other", token=None),
    ]
    for order in ([*nameless, *numbered], [*numbered, *nameless]):
        async with store.begin() as connection:
            saved = await save_checkouts(connection, shop, [replace(each) for each in order])
        assert {(each.checkout.id, each.checkout.note) for each in saved} == {
            (7, "newer"),
            (8, ""),
            (1_000_001, ""),
        }


async def test_numbers_begin_after_those_of_small_platform_ids(store: Database, shop: Shop) -> None:
    nameless = _checkout(None)
    async with store.begin() as connection:
        await assign_ids(connection, shop, [_checkout(7)])
        await assign_ids(connection, shop, [nameless])
    assert nameless.id == 1_000_001


def _checkout(number: int | None) -> Checkout:
    return Checkout(platform="shopify", id=number, created_at=1, updated_at=1, currency="USD", token=f"t{number}")
