"""Which due deliveries are claimed, if subscriptions have limits."""

from collections import Counter

import pytest

from abandoned_checkouts.checkouts.moment import MINUTE
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.outbox import claims
from abandoned_checkouts.store.outbox.claims import Limits, Rounds, claim_deliveries
from abandoned_checkouts.store.outbox.deliveries import Attempt, DeliveryKey, add_deliveries, finish_delivery
from tests.intake.messages import START

pytestmark = pytest.mark.anyio

LEASE = 11_000_000


def delivery(shop: Shop, subscription: int, subject: int, address: str = "") -> Row:
    return {
        "shop_id": shop.id,
        "event_id": 1,
        "dialect": "shopify",
        "subscription_id": subscription,
        "subject": f"checkout/{subject}",
        "topic": "CHECKOUTS_UPDATE",
        "webhook_id": f"{subscription}-{subject}",
        "address": address or f"https://receiver.example/{subscription}",
        "headers": "{}",
        "body": "{}",
        "body_hash": "",
        "created_at": START,
    }


async def claimed(store: Database, limit: int, limits: Limits | None, rounds: Rounds | None = None) -> list[Row]:
    async with store.begin() as connection:
        return await claim_deliveries(connection, START, LEASE, limit, limits, rounds=rounds)


def counted(rows: list[Row]) -> dict[int, int]:
    return dict(Counter(row["subscription_id"] for row in rows))


async def add(store: Database, rows: list[Row]) -> None:
    async with store.begin() as connection:
        await add_deliveries(connection, rows)


async def test_each_subscription_has_its_limit_and_slow_ones_share_one(store: Database, shop: Shop) -> None:
    await add(store, [delivery(shop, subscription, subject) for subscription in (1, 2, 3, 4) for subject in range(20)])
    keys = {number: DeliveryKey(shop.id, "shopify", number) for number in (1, 2, 3)}
    limits = Limits(8, {keys[1]: 8, keys[2]: 6, keys[3]: 5}, frozenset((keys[2], keys[3])), 3)
    assert counted(await claimed(store, 16, limits)) == {2: 2, 3: 1, 4: 8}


async def test_the_next_claim_continues_with_the_next_subscription(store: Database, shop: Shop) -> None:
    await add(store, [delivery(shop, subscription, subject) for subscription in (1, 2, 3) for subject in range(4)])
    rounds, found = Rounds(), []
    for _ in range(7):
        found.append(counted(await claimed(store, 2, Limits(2, {}), rounds)))
    assert found == [{1: 2}, {2: 2}, {3: 2}, {1: 2}, {2: 2}, {3: 2}, {}]


async def test_deliveries_behind_many_of_another_subscription_are_found_without_a_walk(
    store: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both subscriptions have the same address, so those of the second one wait for those of the first one."""
    monkeypatch.setattr(claims, "MOST_WALKED", 5)
    claims._first_due.cache_clear()
    address = "https://receiver.example/slow"
    await add(store, [delivery(shop, 1, subject, address) for subject in range(20)])
    await add(store, [delivery(shop, 2, subject, address) for subject in range(30)])
    await add(store, [delivery(shop, 3, subject) for subject in range(3)])
    busy = DeliveryKey(shop.id, "shopify", 1)
    assert counted(await claimed(store, 16, Limits(8, {busy: 8}))) == {3: 3}
    # When the first ones are claimed, the second ones still wait for their results.
    assert counted(await claimed(store, 16, Limits(8, {}))) == {1: 5}
    claims._first_due.cache_clear()


async def test_a_delivery_behind_a_retry_is_due_with_it(store: Database, shop: Shop) -> None:
    await add(store, [delivery(shop, 1, 1)])
    (first,) = await claimed(store, 16, None)
    async with store.begin() as connection:
        failed = Attempt(START, 5, 500, "status 500", None)
        assert await finish_delivery(connection, first, failed, START, START + 5 * MINUTE)
    await add(store, [delivery(shop, 1, 1), delivery(shop, 1, 2), delivery(shop, 2, 1)])
    async with store.read() as connection:
        found = await connection.exec_driver_sql("SELECT subscription_id, subject, due_at FROM deliveries ORDER BY id")
        due = [tuple(row) for row in found]
    assert due == [
        (1, "checkout/1", START + 5 * MINUTE),
        (1, "checkout/1", START + 5 * MINUTE),
        (1, "checkout/2", START),
        (2, "checkout/1", START),
    ]
