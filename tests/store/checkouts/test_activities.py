"""One transaction each: a step in the log with the state of the mails and its event; a removal with all its parts."""

from typing import Any

import orjson
import pytest
from sqlalchemy import select

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.activities import append_activities
from abandoned_checkouts.store.checkouts.delete_checkouts import delete_checkouts, ids_of_uuids
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.reading.shop_rows import rows_where
from abandoned_checkouts.store.tables import metadata
from tests.stored_events import events_of
from tests.wix.site import FIRST, NOW, checkout


async def row_of(store: Database, shop: Shop, number: int) -> Any:
    async with store.read() as connection:
        rows = await rows_where(connection, "abandoned_checkouts", shop.id, "id", [number])
    return rows[0] if rows else None


async def fill(store: Database, shop: Shop) -> None:
    async with store.begin() as connection:
        await save_checkouts(connection, shop, [checkout(place) for place in range(4)])


async def test_a_step_moves_the_state_and_tells_of_it(store: Database, shop: Shop) -> None:
    await fill(store, shop)
    before = await row_of(store, shop, 5000)
    async with store.begin() as connection:
        steps: Any = [
            {"activity_type": "SCHEDULED", "created_at": NOW},
            {"activity_type": "EMAIL_SENT", "created_at": NOW + 1},
        ]
        await append_activities(connection, shop, 5000, steps, now=NOW)
        kinds = [event["kind"] for event in await events_of(connection, shop, 5000)]
    after = await row_of(store, shop, 5000)
    assert (after["email_state"], after["email_sent_at"]) == ("sent", NOW + 1)
    assert after["updated_at"] == NOW and after["version"] == before["version"] + 1
    assert kinds[-1] == "checkout_activity"


async def test_a_told_state_stands_until_the_next_step(store: Database, shop: Shop) -> None:
    """Shopify may say NOT_SENT after a mail was sent, which the log alone cannot; the later write wins."""
    await fill(store, shop)
    sent: Any = {"activity_type": "EMAIL_SENT", "created_at": NOW}
    async with store.begin() as connection:
        await append_activities(connection, shop, 5000, [sent], now=NOW)
        await append_activities(connection, shop, 5000, [], now=NOW, told=("not_sent", None))
    row = await row_of(store, shop, 5000)
    assert (row["email_state"], row["email_sent_at"]) == ("not_sent", None)
    async with store.begin() as connection:
        await append_activities(connection, shop, 5000, [sent], now=NOW)
    assert (await row_of(store, shop, 5000))["email_state"] == "sent"


async def test_an_unknown_checkout_has_no_log(store: Database, shop: Shop) -> None:
    async with store.begin() as connection:
        assert await append_activities(connection, shop, 1, [], now=NOW) is None
        assert await delete_checkouts(connection, shop, [1], now=NOW) == []


async def test_a_failure_leaves_nothing_behind(store: Database, shop: Shop) -> None:
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


async def test_removal_takes_everything_and_tells_of_it(store: Database, shop: Shop) -> None:
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


async def test_another_shop_removes_nothing(store: Database, shop: Shop) -> None:
    from abandoned_checkouts.store.tenants.shops import create_shop

    await fill(store, shop)
    async with store.begin() as connection:
        other = await create_shop(connection, "other.example.com", now=NOW)
        assert await delete_checkouts(connection, other, [5000], now=NOW) == []
    assert await row_of(store, shop, 5000) is not None
