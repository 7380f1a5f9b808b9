"""A report finds its checkout without reading the other rows of the shop."""

import pytest
from sqlalchemy import Table
from sqlalchemy.dialects import sqlite

from abandoned_checkouts.store.checkouts.open_checkouts import _newest
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
        (open_checkouts, ("token",)),
        (open_checkouts, ("id",)),
        (open_checkouts, ("cart_token",)),
    ],
)
async def test_sqlite_finds_a_checkout_by_an_index_of_each_name(
    store: Database, table: Table, names: tuple[str, ...]
) -> None:
    """Also without statistics, which a new store does not have."""
    compiled = _newest("sqlite", table, names, ("id", "version")).compile(dialect=sqlite.dialect(paramstyle="qmark"))
    values = tuple(1 for _ in compiled.positiontup or ())
    async with store.read() as connection:
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values)
        steps = [row[3] for row in plan.all()]
    found = [step for step in steps if step.startswith(("SEARCH", "SCAN"))]
    assert len(found) == len(names), steps
    for name, step in zip(names, found, strict=True):
        assert step.endswith(f"(shop_id=? AND {name}=?)"), steps
