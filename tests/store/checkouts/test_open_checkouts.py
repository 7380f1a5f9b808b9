"""A report finds its checkout without reading the other rows of the shop."""

import pytest
from sqlalchemy import Table
from sqlalchemy.dialects import sqlite

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.checkout_record import CheckoutRecord
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.open_checkouts import (
    _newest,
    _with_first,
    find_open_checkout,
    save_open_checkout,
)
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tables import abandoned_checkouts, open_checkouts

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("table", "names"),
    [
        (abandoned_checkouts, ("token", "id")),
        (abandoned_checkouts, ("token",)),
        (abandoned_checkouts, ("id",)),
        (abandoned_checkouts, ("cart_token",)),
        (open_checkouts, ("token", "id")),
        (open_checkouts, ("token",)),
        (open_checkouts, ("id",)),
        (open_checkouts, ("cart_token",)),
    ],
)
async def test_sqlite_finds_a_checkout_by_an_index_of_each_name(
    store: Database, table: Table, names: tuple[str, ...]
) -> None:
    """Also without statistics, which a new store does not have."""
    statement = _newest("sqlite", table, names, ("id", "version"))
    statement = _with_first(statement, table, "token") if "token" in names else statement
    compiled = statement.compile(dialect=sqlite.dialect(paramstyle="qmark"))
    values = tuple(1 for _ in compiled.positiontup or ())
    async with store.read() as connection:
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values)
        steps = [row[3] for row in plan.all()]
    found = [step for step in steps if step.startswith(("SEARCH", "SCAN"))]
    assert len(found) == len(names), steps
    for name, step in zip(names, found, strict=True):
        assert step.endswith(f"(shop_id=? AND {name}=?)"), steps


async def test_the_checkout_with_the_token_is_found_before_a_newer_one_with_the_id(store: Database, shop: Shop) -> None:
    async with store.begin() as connection:
        for token, number, at in (("old", 1, 10), ("new", 2, 20)):
            checkout = Checkout(
                platform="shopify", id=number, token=token, created_at=at, updated_at=at, currency="USD"
            )
            record = CheckoutRecord(checkout, "open", 1)
            await save_open_checkout(connection, shop, record, at)
        for token, number, expected in (("old", 2, "old"), ("new", 1, "new"), ("other", 2, "new"), ("other", 3, None)):
            found = await find_open_checkout(connection, shop, token=token, number=number)
            assert (found and found.checkout.token) == expected
