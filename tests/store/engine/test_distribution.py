"""Which tables a cluster distributes, and what hinders it. A cluster is not needed."""

from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.distribution import (
    by_shop,
    has_extension,
    hindrances,
    on_each_machine,
    steps_left,
)
from tests.store.catalogue import read_catalogue


async def test_every_table_is_distributed_or_on_each_machine(store: Database) -> None:
    async with store.read() as connection:
        tables = (await read_catalogue(connection)).tables
        steps = await steps_left(connection)
    planned = {*by_shop(), *on_each_machine()} - {"alembic_version"}
    # Tables outside of the metadata: the counters of rate limits; on SQLite, which is not distributed, also those of
    # numbers, the ranges of ids, and the full-text index.
    others = {name for name in tables - planned if not name.startswith("checkout_text")}
    of_sqlite = {"numbering", "checkout_id_ranges", "checkout_id_ranges_until"} if store.is_sqlite else set()
    assert others <= {"throttle", *of_sqlite}
    assert not set(by_shop()) & set(on_each_machine())
    assert [step.table for step in steps] == [*on_each_machine(), *by_shop()]
    assert "events" in by_shop() and {"shops", "tokens", "apps"} <= set(on_each_machine())


async def test_a_table_comes_after_those_it_refers_to(store: Database) -> None:
    order = by_shop()
    async with store.read() as connection:
        keys = (await read_catalogue(connection)).keys
    for key in keys:
        if key.refers_to in order and key.table in order:
            assert order.index(key.refers_to) < order.index(key.table)


async def test_nothing_hinders_and_a_wrong_key_does(databases) -> None:  # type: ignore[no-untyped-def]
    from abandoned_checkouts.store.engine.database import open_database

    store = await open_database(databases.new("postgresql"))
    async with store.begin() as connection:
        assert await hindrances(connection) == []
        assert not await has_extension(connection)
        await connection.exec_driver_sql("CREATE UNIQUE INDEX wrong ON carts (token)")
        await connection.exec_driver_sql("ALTER TABLE events ADD FOREIGN KEY (checkout_id) REFERENCES shops (id)")
        found = await hindrances(connection)
        await connection.rollback()
    await store.close()
    assert found == [
        "the foreign key events_checkout_id_fkey of events (checkout_id) does not contain shop_id",
        "the unique key wrong of carts (token) does not contain shop_id",
    ]
