"""The gauges of a server: late work, late syncs, caches, connections."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import insert

from abandoned_checkouts import server_metrics
from abandoned_checkouts.checkouts.moment import SECOND
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.server_metrics import gauges, read_gauges
from abandoned_checkouts.store.engine.database import Database, StoreError
from abandoned_checkouts.store.sync.syncs import Sync, add_sync
from abandoned_checkouts.store.tables import open_checkouts
from abandoned_checkouts.telemetry.metric_table import Metric

NOW = 1_790_000_000 * SECOND


class Values(dict[tuple[str, tuple[str, ...]], float]):
    """The values that were set, by metric and labels."""

    def set(self, metric: Metric, labels: tuple[str, ...], value: float) -> None:
        self[metric.name, labels] = value

    def count(self, *_: Any) -> None:
        raise AssertionError

    observe = count


class Endpoint:
    def cache_sizes(self) -> dict[str, int]:
        return {"documents and plans": 7}


async def values_of(store: Database) -> Values:
    values = Values()
    await read_gauges(values, store, lambda: NOW, Endpoint())  # type: ignore[arg-type]
    return values


@pytest.mark.anyio
async def test_the_gauges_of_a_store(store: Database, shop: Shop) -> None:
    quiet = await values_of(store)
    assert quiet["due_lag_seconds", ("abandonment",)] == quiet["sync_lag_seconds", ()] == 0
    row = {"shop_id": shop.id, "token": "t", "id": 1, "state": "open", "created_at": 1, "updated_at": 1, "seen_at": 1}
    async with store.begin() as connection:
        await connection.execute(insert(open_checkouts).values({**row, "due_at": NOW - 90 * SECOND}))
        sync = Sync(shop.id, "main", "shopify", "https://source.example", "", {}, next_run_at=NOW - 30 * SECOND)
        await add_sync(connection, shop, sync, NOW - 30 * SECOND)
    late = await values_of(store)
    assert (late["due_lag_seconds", ("abandonment",)], late["due_rows", ("abandonment",)]) == (90, 1)
    assert late["sync_lag_seconds", ()] == 30
    assert late["cache_bytes", ("documents and plans",)] == 7
    assert late["pool_connections", ("writer", "open")] >= late["pool_connections", ("writer", "in_use")] >= 0
    assert late["gauges_refreshed_timestamp_seconds", ()] > 0


@pytest.mark.anyio
async def test_a_store_that_fails_does_not_end_the_gauges(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rounds, enough = 0, asyncio.Event()

    async def fails(*_: object) -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 3:
            enough.set()
        raise StoreError("the store is away")

    monkeypatch.setattr(server_metrics, "read_gauges", fails)
    async with gauges(Values(), None, lambda: NOW, None, every=0.001):  # type: ignore[arg-type]
        await asyncio.wait_for(enough.wait(), 10)
    assert "the gauges cannot be read: the store is away" in caplog.text
