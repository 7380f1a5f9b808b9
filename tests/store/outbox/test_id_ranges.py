"""Pages of a range of `created_at` have its rows, whenever ids of saved checkouts are added to the ranges of ids."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.moment import HOUR, from_datetime
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.outbox import id_ranges, record_changes
from abandoned_checkouts.store.reading import text_statement
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, Position, SortOrder
from abandoned_checkouts.store.reading.shop_rows import window_of
from abandoned_checkouts.store.reading.statement_shapes import SHAPES
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from abandoned_checkouts.store.search.narrowing import narrowed
from abandoned_checkouts.store.tenants.shops import create_shop
from search_syntax import check, parse
from tests.store.search.shelf import NOW, ZONE, Store
from tests.store.search.test_narrowing import bought

START = datetime(2026, 3, 1, 5, tzinfo=UTC)
_ALL = "SELECT id, created_at FROM abandoned_checkouts WHERE shop_id = ?"


@pytest.fixture
def store(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    for name in ("_WALKED", "_CREATED", "_RANGE"):
        monkeypatch.setattr(text_statement, name, 2)
    monkeypatch.setattr(id_ranges, "_AT_ONCE", 7)
    SHAPES.clear()
    opened = Store(sqlite_url)
    yield opened
    opened.close()
    SHAPES.clear()


def saved(store: Store, shop: Shop, checkouts: list[Checkout]) -> None:
    async def run() -> None:
        async with store.database.begin() as connection:
            await save_checkouts(connection, shop, checkouts)

    store.runner.run(run())


def rows_of(store: Store, sql: str, *parameters: object) -> list[tuple[int, ...]]:
    async def run() -> list[tuple[int, ...]]:
        async with store.database.begin() as connection:
            found = await connection.exec_driver_sql(sql, parameters)
            return [tuple(row) for row in found] if found.returns_rows else []

    return store.runner.run(run())


def page_of(store: Store, shop: Shop, query: str, window: PageWindow) -> list[int]:
    root = check(parse(query), checkout_fields(), zone=ZONE, now=NOW).root
    listing = narrowed(Listing("abandoned_checkouts", shop.id, SortOrder("id")), root, dialect="sqlite")

    async def run() -> list[int]:
        async with store.database.read() as connection:
            return [row["id"] for row in (await window_of(connection, listing, window)).rows]

    return store.runner.run(run())


def shop_of(store: Store, name: str) -> Shop:
    async def run() -> Shop:
        async with store.database.begin() as connection:
            return await create_shop(connection, f"{name}.example.com", now=1)

    return store.runner.run(run())


@pytest.mark.parametrize("seed", range(2))
def test_pages_of_ranges_have_their_rows_while_checkouts_are_saved(
    store: Store, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """In any order of ids and times, with changed times and deleted rows, and beside a server that adds no ids."""
    dice = random.Random(seed)
    shops = [shop_of(store, name) for name in ("one", "two")]
    real = record_changes.add_id_ranges

    async def nothing(*_: object) -> None:
        pass

    for step in range(25):
        shop = dice.choice(shops)
        moments = [from_datetime(START) + dice.randint(0, 200) * HOUR for _ in range(dice.choice((1, 1, 2, 9)))]
        batch = [
            replace(bought("lamp", created_at=moment), id=dice.randint(1, 60) + 100 * shop.id, updated_at=10**15 + step)
            for moment in moments
        ]
        monkeypatch.setattr(record_changes, "add_id_ranges", nothing if dice.random() < 0.2 else real)
        saved(store, shop, batch)
        if dice.random() < 0.2:
            rows_of(store, "DELETE FROM abandoned_checkouts WHERE id = ?", dice.randint(1, 60) + 100 * shop.id)
        rows = rows_of(store, _ALL, shop.id)
        low, high = sorted(START + timedelta(hours=dice.randint(-20, 220)) for _ in "ab")
        exact = datetime.fromtimestamp(dice.choice(moments) // 10**6, UTC)
        for query, start, end in (
            (f"created_at:>='{low.isoformat()}'", low, None),
            (f"created_at:<'{high.isoformat()}'", None, high),
            (f"created_at:>='{low.isoformat()}' created_at:<'{high.isoformat()}'", low, high),
            (f"created_at:'{exact.isoformat()}'", exact, exact + timedelta(microseconds=1)),
        ):
            expected = sorted(
                number
                for number, moment in rows
                if (start is None or moment >= from_datetime(start)) and (end is None or moment < from_datetime(end))
            )
            for text in (f"lamp {query}", f"la* {query}"):
                assert page_of(store, shop, text, PageWindow(first=4)) == expected[:4], text
                assert page_of(store, shop, text, PageWindow(last=4)) == expected[-4:], text
                after = dice.randint(0, 60) + 100 * shop.id
                window = PageWindow(first=3, after=Position(after, after))
                assert page_of(store, shop, text, window) == [each for each in expected if each > after][:3], text


def test_the_ranges_have_the_ids_of_saved_checkouts(store: Store) -> None:
    shop, base = shop_of(store, "one"), from_datetime(datetime(2026, 3, 1, tzinfo=UTC))
    numbers = [10, 11, 30, 29, 20, 15, 13]
    saved(
        store,
        shop,
        [replace(bought("lamp", created_at=base + at * 4 * HOUR), id=each) for at, each in enumerate(numbers)],
    )
    part = base // (6 * HOUR)
    ranges = rows_of(store, "SELECT part - ?, first_id, last_id FROM checkout_id_ranges ORDER BY part", part)
    assert ranges == [(0, 10, 11), (1, 30, 30), (2, 20, 29), (3, 15, 15), (4, 13, 13)]
    [(until,)] = rows_of(store, "SELECT position FROM checkout_id_ranges_until WHERE shop_id = ?", shop.id)
    # Few checkouts with other ids are not added yet.
    saved(store, shop, [replace(bought("lamp", created_at=base), id=1)])
    assert rows_of(store, "SELECT position FROM checkout_id_ranges_until") == [(until,)]
    assert page_of(store, shop, "lamp created_at:<=2026-03-01", PageWindow(first=1)) == [1]
    saved(store, shop, [replace(bought("lamp", created_at=base), id=7 * 7)])
    ranges = rows_of(store, "SELECT first_id, last_id FROM checkout_id_ranges WHERE part = ?", part)
    assert ranges == [(1, 49)]
    assert rows_of(store, "SELECT position FROM checkout_id_ranges_until") > [(until,)]


def test_changes_of_customers_are_not_read_again_by_each_search(store: Store) -> None:
    shop = shop_of(store, "one")
    saved(store, shop, [replace(bought("lamp", created_at=from_datetime(START)), id=1)])

    async def change_customers() -> None:
        async with store.database.begin() as connection:
            await record_changes.note_changed(connection, shop.id, "customer", range(1, 30), 10**15)

    store.runner.run(change_customers())
    [(last,)] = rows_of(store, "SELECT max(id) FROM record_changes")
    assert rows_of(store, "SELECT position FROM checkout_id_ranges_until") == [(last,)]
    assert page_of(store, shop, "lamp created_at:>=2026-03-01", PageWindow(first=1)) == [1]
