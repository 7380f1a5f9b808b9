"""Rows that repeat values are stored as they are, although fewer values are bound."""

import random
from collections.abc import Sequence

import pytest
from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text, select
from sqlalchemy.exc import DBAPIError

from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.joined_rows import TOGETHER, join_rows
from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.engine.statements import add_rows, insert_rows, put_rows
from abandoned_checkouts.store.tables import customers, report_days, report_products
from abandoned_checkouts.store.tenants.shops import create_shop

MANY = 40 * 25

TABLE = Table(
    "things",
    MetaData(),
    Column("id", BigInteger, primary_key=True),
    Column("name", Text, nullable=True),
    Column("note", Text, nullable=True, server_default="none"),
    Column("kind", Text, nullable=False),
    Column("price", BigInteger, nullable=True),
    Column("other_price", BigInteger, nullable=True),
    Column("is_new", Integer, nullable=True),
)
COLUMNS = tuple(TABLE.c.keys())


async def rows_of(connection: Connection, table: Table, columns: Sequence[str]) -> list[tuple[object, ...]]:
    found = await connection.execute(select(*(table.c[name] for name in columns)))
    return sorted((tuple(row) for row in found), key=repr)


def test_values_that_repeat_are_bound_once_and_nulls_are_left_out() -> None:
    rows = [(number, None, None, "oak", number * 2, number * 2, True) for number in range(MANY)]
    joined = join_rows(TABLE, COLUMNS, rows)
    # The default of `note` is not null, so its null must be bound.
    assert (
        '("id", "note", "kind", "price", "other_price", "is_new") VALUES (?4, ?1, ?2, ?5, ?5, ?3)' in joined.statement
    )
    assert joined.values[0][:9] == (None, "oak", True, 0, 0, 1, 2, 2, 4)
    assert {len(each) for each in joined.values} == {3 + 2 * TOGETHER} and len(joined.values) == MANY // TOGETHER


def test_few_rows_have_the_statement_of_all_columns() -> None:
    joined = join_rows(TABLE, COLUMNS, [(number, *([None] * 6)) for number in range(TOGETHER)])
    assert all(f'"{name}"' in joined.statement for name in COLUMNS)
    assert len(joined.values) == 1 and len(joined.values[0]) == TOGETHER * len(COLUMNS)


@pytest.mark.parametrize("seed", range(8))
async def test_every_value_is_stored(store: Database, seed: int) -> None:
    """Columns of texts, numbers and flags, each with one value, another column's values, or any."""
    draw = random.Random(seed)
    columns = tuple(customers.c.keys())

    def values_of(column: Column[object]) -> list[object]:
        some: list[object] = [1, 0, 5, 1 << 60] if column.type.python_type is int else ["", "a", "Zoë", "0", "[]"]
        if column.type.python_type is bool:
            some = [True, False]
        if column.nullable:
            some += [None, None]
        kind = draw.choice(["same", "few", "any"])
        if kind == "same":
            return [draw.choice(some)] * count
        rare = draw.choice(some)
        return [draw.choice(some) if kind == "any" or draw.random() < 0.001 else rare for _ in range(count)]

    count = draw.choice([799, 800, MANY, MANY + 17])
    async with store.begin() as connection:
        shop = await create_shop(connection, "one.myshopify.com", now=1)
        values = {name: values_of(customers.c[name]) for name in columns}
        values |= {"shop_id": [shop.id] * count, "id": list(range(count)), "last_order_id": list(range(count))}
        values["phone_key"] = values["phone"] = values_of(customers.c.phone)
        rows: list[RowValues] = list(zip(*(values[name] for name in columns), strict=True))
        await insert_rows(connection, customers, columns, rows)
        assert await rows_of(connection, customers, columns) == sorted(rows, key=repr)


async def test_known_keys_are_updated_or_added_to(store: Database) -> None:
    names = ("shop_id", "key", "title", "image")
    async with store.begin() as connection:
        shop = await create_shop(connection, "one.myshopify.com", now=1)
        for title, first, image in (("Lamp", 0, None), ("Chair", 500, "{}"), ("Table", 900, None)):
            rows = [(shop.id, f"{number}", title, image) for number in range(first, first + MANY + 3)]
            await put_rows(connection, report_products, names, rows)
        stored = await rows_of(connection, report_products, names)
        assert stored == sorted(
            [
                (shop.id, f"{number}", *(("Lamp", None) if number < 500 else ("Chair", "{}") if number < 900 else last))
                for last in [("Table", None)]
                for number in range(900 + MANY + 3)
            ],
            key=repr,
        )


async def test_sums_of_known_and_of_equal_keys_are_added(store: Database) -> None:
    if not store.is_sqlite:
        pytest.skip("PostgreSQL only appends changes")
    columns = tuple(report_days.c.keys())
    async with store.begin() as connection:
        shop = await create_shop(connection, "one.myshopify.com", now=1)
        rows = [(shop.id, "product", 7, f"{number % 600}", "USD", "", 1, number, 0) for number in range(MANY)]
        for _ in range(2):
            await add_rows(connection, report_days, columns, rows, ("number", "total", "presentment_total"))
        stored = {row[3]: row[6:] for row in await rows_of(connection, report_days, columns)}
    assert len(stored) == 600
    assert stored["0"] == (4, 1200, 0) and stored["599"] == (2, 1198, 0)


async def test_a_null_that_a_column_does_not_allow_is_refused(store: Database) -> None:
    names = ("shop_id", "key", "title", "image")
    async with store.begin() as connection:
        shop = await create_shop(connection, "one.myshopify.com", now=1)
    rows = [(shop.id, f"{number}", None, None) for number in range(MANY)]
    with pytest.raises(DBAPIError, match=r"(?i)null"):
        async with store.begin() as connection:
            await insert_rows(connection, report_products, names, rows)
    async with store.read() as connection:
        assert await rows_of(connection, report_products, names) == []
