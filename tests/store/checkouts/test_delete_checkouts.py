"""The deletion of checkouts with all their parts, in one transaction with the event."""

import orjson
import pytest
from sqlalchemy import select

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.delete_checkouts import delete_checkouts, ids_of_uuids
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tables import metadata
from tests.store.checkouts.filled import fill, row_of
from tests.stored_events import events_of
from tests.wix.site import FIRST, NOW


async def test_a_failed_deletion_changes_nothing(store: Database, shop: Shop) -> None:
    await fill(store, shop)

    async def fail() -> None:
        async with store.begin() as connection:
            await delete_checkouts(connection, shop, [5000], now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await row_of(store, shop, 5000) is not None
    async with store.read() as connection:
        assert "checkout_deleted" not in [event["kind"] for event in await events_of(connection, shop, 5000)]


async def test_deletion_removes_everything_and_writes_events(store: Database, shop: Shop) -> None:
    await fill(store, shop)
    uuid = (await row_of(store, shop, 5001))["uuid"]
    async with store.begin() as connection:
        numbers = await ids_of_uuids(connection, shop, [uuid, "nonsense"])
        removed = await delete_checkouts(connection, shop, list(numbers.values()), now=NOW)
        event = (await events_of(connection, shop, 5001))[-1]
    assert [one.id for one in removed] == [5001] and removed[0].line_items
    assert event["kind"] == "checkout_deleted" and event["occurred_at"] == NOW
    tables = metadata.tables
    for name, column in (
        ("abandoned_checkouts", "id"),
        ("line_items", "checkout_id"),
        ("activities", "abandonment_id"),
        ("abandonments", "checkout_id"),
    ):
        async with store.read() as connection:
            found = await connection.execute(select(tables[name].c[column]).where(tables[name].c.shop_id == shop.id))
        left = set(found.scalars())
        assert 5001 not in left, name
        assert left or name == "activities", name
    async with store.read() as connection:
        document = (
            await connection.execute(
                select(tables["events"].c.document).where(tables["events"].c.kind == event["kind"])
            )
        ).scalar_one()
    assert orjson.loads(document)["created_at"] > FIRST


async def test_another_shop_cannot_delete_them(store: Database, shop: Shop) -> None:
    from abandoned_checkouts.store.tenants.shops import create_shop

    await fill(store, shop)
    async with store.begin() as connection:
        other = await create_shop(connection, "other.example.com", now=NOW)
        assert await delete_checkouts(connection, other, [5000], now=NOW) == []
    assert await row_of(store, shop, 5000) is not None
