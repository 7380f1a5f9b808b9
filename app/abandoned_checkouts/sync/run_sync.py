"""Runs a sync by its name: for the command line, and for the worker of a server."""

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import Clock
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.sync.syncs import Sync, find_sync, missing_sync, save_credentials
from abandoned_checkouts.store.tenants.shops import find_shop
from abandoned_checkouts.sync.open_source import DEFAULT_SIZES, NewClient, new_client, open_source
from abandoned_checkouts.sync.progress import Progress, no_progress
from abandoned_checkouts.sync.requests import Sleep, pause
from abandoned_checkouts.sync.run import RunResult, SyncRun
from abandoned_checkouts.sync.shopify_source import Sizes
from abandoned_checkouts.sync.shopify_tokens import Save
from abandoned_checkouts.telemetry.spans import span


async def run_sync(
    database: Database,
    name: str,
    clock: Clock,
    *,
    progress: Progress = no_progress,
    new_client: NewClient = new_client,
    sleep: Sleep = pause,
    sizes: Sizes = DEFAULT_SIZES,
    webhook_url: str | None = None,
) -> RunResult:
    """Run the sync once. `webhook_url` is where this server receives webhooks, if a source can reach it.

    Raises SourceError, StoreError, and SyncError if there is none or it is running elsewhere.
    """
    sync, shop = await sync_and_shop(database, name)
    source = open_source(sync, clock, save=saver(database, sync), new_client=new_client, sleep=sleep, sizes=sizes)
    try:
        with span("sync", platform=sync.platform):
            return await SyncRun(database, shop, sync, source, clock, progress, webhook_url).run()
    finally:
        await source.close()


def saver(database: Database, sync: Sync) -> Save:
    """A function that stores renewed credentials: the old refresh token no longer works after its replacement."""

    async def save(credentials: UntypedJson) -> None:
        async with database.begin() as connection:
            await save_credentials(connection, sync, credentials)

    return save


async def sync_and_shop(database: Database, name: str) -> tuple[Sync, Shop]:
    """The sync of that name with its shop. Raises SyncError."""
    async with database.read() as connection:
        sync = await find_sync(connection, name)
        shop = None if sync is None else await find_shop(connection, sync.shop_id)
    if sync is None or shop is None:
        raise missing_sync(name)
    return sync, shop
