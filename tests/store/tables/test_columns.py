"""Every key of a shop's table contains the shop, which a distributed database requires."""

import pytest

from abandoned_checkouts.store.engine.database import Connection, Database
from tests.store.catalogue import Key, read_catalogue

# Small tables that every query can use. A distributed database has a copy of them on each machine.
# Tokens, sessions and links are found by a hash before the shop is known.
REFERENCES = {"shops", "apps", "tokens", "merchant_users", "merchant_sessions", "merchant_links"}
# Tables without a shop: the counter of SQLite's numbers, the value that shows whether a secret key is right, and the
# seeds of a twin.
OF_NO_SHOP = {"numbering", "store_secrets", "twin_seeds"}


async def keys_without_shop(connection: Connection) -> list[str]:
    catalogue = await read_catalogue(connection)
    return sorted(
        f"{key.kind} key of {key.table}: {', '.join(key.columns)}"
        for key in catalogue.keys
        if key.table not in REFERENCES | OF_NO_SHOP and not names_shop(key)
    )


def names_shop(key: Key) -> bool:
    if not key.refers_to:
        return "shop_id" in key.columns
    pairs = set(zip(key.columns, key.referred_columns, strict=True))
    return ("shop_id", "id" if key.refers_to == "shops" else "shop_id") in pairs


async def test_keys_of_a_shops_table_contain_the_shop(store: Database) -> None:
    async with store.read() as connection:
        catalogue = await read_catalogue(connection)
        assert await keys_without_shop(connection) == []
    assert {key.kind.partition(" ")[0] for key in catalogue.keys} == {"primary", "unique", "foreign"}


async def test_every_table_has_a_shop_or_is_listed_as_global(store: Database) -> None:
    async with store.read() as connection:
        catalogue = await read_catalogue(connection)
    of_shops = {table for table, column in catalogue.columns if column == "shop_id"}
    assert catalogue.tables - of_shops <= {"shops"} | OF_NO_SHOP
    assert {"events", "deliveries", "delivery_attempts", "flow_steps", "erasure_requests"} <= of_shops


@pytest.mark.parametrize(
    ("statement", "reported"),
    [
        ("CREATE UNIQUE INDEX wrong ON carts (token)", "unique key of carts: token"),
        ("CREATE TABLE wrong (shop_id BIGINT, id BIGINT PRIMARY KEY)", "primary key of wrong: id"),
        (
            "CREATE TABLE wrong (shop_id BIGINT, id BIGINT, app BIGINT REFERENCES shops (id), "
            "PRIMARY KEY (shop_id, id))",
            "foreign key of wrong: app",
        ),
    ],
)
async def test_a_key_without_the_shop_is_found(store: Database, statement: str, reported: str) -> None:
    async with store.begin() as connection:
        await connection.exec_driver_sql(statement)
        found = await keys_without_shop(connection)
        await connection.rollback()
    assert len(found) == 1
    assert found[0].replace(" NO ACTION", "") == reported
