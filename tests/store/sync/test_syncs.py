"""A lease lets one process at a time run a sync, and another write nothing."""

from dataclasses import replace

import pytest

from abandoned_checkouts.checkouts.moment import SECOND
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.sync.syncs import (
    LEASE,
    LostLeaseError,
    Sync,
    SyncError,
    add_sync,
    due_syncs,
    end_lease,
    find_sync,
    lease_sync,
    remove_sync,
    synced_shop_id,
    webhook_secret_of,
    write_progress,
)

NOW = 1_790_000_000_000_000


async def added(store: Database, shop: Shop) -> Sync:
    credentials = {"access_token": "shpat_1", "client_secret": "shpss_1"}
    sync = Sync(shop.id, "main", "shopify", "https://a.example", "a.myshopify.com", credentials, run_every=SECOND)
    async with store.begin() as connection:
        await add_sync(connection, shop, sync, NOW)
        found = await find_sync(connection, "main")
    assert found is not None
    return found


async def test_one_process_runs_a_sync(store: Database, shop: Shop) -> None:
    sync = await added(store, shop)
    other = replace(sync)
    async with store.begin() as connection:
        assert await due_syncs(connection, NOW) == ["main"]
        await lease_sync(connection, sync, "one", NOW, ended=None)
        assert await due_syncs(connection, NOW) == []
        with pytest.raises(SyncError, match="is running in process one"):
            await lease_sync(connection, other, "two", NOW + LEASE - 1, ended=None)
        await write_progress(connection, sync, NOW + SECOND, state={"done": 5}, watermark=7)
        # The lease was extended.
        with pytest.raises(SyncError):
            await lease_sync(connection, other, "two", NOW + LEASE, ended=None)
        await lease_sync(connection, other, "two", NOW + LEASE + SECOND, ended=None)
        assert (other.state, other.watermark) == ({"done": 5}, 7)
        with pytest.raises(LostLeaseError):
            await write_progress(connection, sync, NOW + LEASE + SECOND, state={})
        await lease_sync(connection, sync, "three", NOW + LEASE + SECOND, ended="two")
        await end_lease(connection, other, {"next_run_at": 1})
        await end_lease(connection, sync, {"next_run_at": NOW + 2 * LEASE})
        assert await due_syncs(connection, NOW + LEASE) == []
        assert await due_syncs(connection, NOW + 2 * LEASE) == ["main"]


async def test_a_shop_is_the_copy_of_one_source(store: Database, shop: Shop) -> None:
    sync = await added(store, shop)
    async with store.begin() as connection:
        for name, message in (("main", "main exists already"), ("other", "acme.myshopify.com has main")):
            with pytest.raises(SyncError, match=message):
                await add_sync(connection, shop, replace(sync, name=name), NOW)
        assert await synced_shop_id(connection, "A.myshopify.com") == shop.id
        assert await webhook_secret_of(connection, shop.id) == "shpss_1"
        await remove_sync(connection, shop, "main", NOW)
        assert await find_sync(connection, "main") is None
        assert await webhook_secret_of(connection, shop.id) is None
        with pytest.raises(SyncError, match="there is no sync main"):
            await lease_sync(connection, sync, "one", NOW, ended=None)
