"""The gauges of a server with metrics: late work, caches, connections. Read every 15 seconds, because some need the
database."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from abandoned_checkouts.cache_sizes import cache_sizes
from abandoned_checkouts.checkouts.moment import SECOND, Clock
from abandoned_checkouts.shopify.http.graphql_endpoint import GraphqlEndpoint
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.failures import log_text
from abandoned_checkouts.store.reading.due_lag import due_work
from abandoned_checkouts.store.sync.syncs import lag_of_syncs
from abandoned_checkouts.telemetry.metric_table import CACHES, DUE_LAG, DUE_ROWS, POOL, REFRESHED, SYNC_LAG

if TYPE_CHECKING:
    from abandoned_checkouts.telemetry.counters import Receiver

log = logging.getLogger(__name__)

EVERY = 15.0


@asynccontextmanager
async def gauges(
    receiver: "Receiver", database: Database, clock: Clock, endpoint: GraphqlEndpoint, every: float = EVERY
) -> AsyncIterator[None]:
    """Read the gauges again and again while the block runs."""
    task = asyncio.create_task(_again_and_again(receiver, database, clock, endpoint, every), name="gauges")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _again_and_again(
    receiver: "Receiver", database: Database, clock: Clock, endpoint: GraphqlEndpoint, every: float
) -> None:
    while True:
        try:
            await read_gauges(receiver, database, clock, endpoint)
        except Exception as problem:
            # The alert for old gauges reports it, too.
            log.warning("the gauges cannot be read: %s", log_text(problem))
        await asyncio.sleep(every)


async def read_gauges(receiver: "Receiver", database: Database, clock: Clock, endpoint: GraphqlEndpoint) -> None:
    now = clock()
    async with database.read() as connection:
        due = await due_work(connection, now)
        sync_lag = await lag_of_syncs(connection, now)
    for each in due:
        receiver.set(DUE_LAG, (each.kind,), each.lag / SECOND)
        receiver.set(DUE_ROWS, (each.kind,), each.count)
    receiver.set(SYNC_LAG, (), sync_lag / SECOND)
    for name, size in cache_sizes(endpoint).items():
        receiver.set(CACHES, (name,), size)
    for pool, (in_use, opened) in database.pool_use().items():
        receiver.set(POOL, (pool, "in_use"), in_use)
        receiver.set(POOL, (pool, "open"), opened)
    receiver.set(REFRESHED, (), time.time())
