"""Runs the syncs that are due, in the background of a server.

A server checks every few seconds whether a sync is due, and imports the rest of this package only then.
"""

import logging

from abandoned_checkouts.checkouts.moment import Clock
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.sync.syncs import SyncError, due_syncs
from abandoned_checkouts.sync.source import SourceError

log = logging.getLogger(__name__)
# Small, so that requests are answered between two batches.
_BATCH = 100


class SyncWorker:
    """`turn` runs the sync that has been due longest. `webhook_url` is where this server receives webhooks, if it is
    known."""

    def __init__(self, database: Database, clock: Clock, webhook_url: str | None = None) -> None:
        self._database, self._clock, self._webhook_url = database, clock, webhook_url

    async def turn(self) -> int:
        """Returns how many syncs were run. A source that refuses is logged and shown by `sync status`; it is tried
        again at the next time. Raises StoreError."""
        async with self._database.read() as connection:
            due = await due_syncs(connection, self._clock())
        if not due:
            return 0
        from abandoned_checkouts.sync.run_sync import run_sync
        from abandoned_checkouts.sync.shopify_source import Sizes

        try:
            result = await run_sync(
                self._database, due[0], self._clock, sizes=Sizes(batch=_BATCH), webhook_url=self._webhook_url
            )
        except SourceError as problem:
            log.warning("sync %s: %s", due[0], problem)
        except SyncError as problem:
            # Another process was quicker.
            log.info("sync %s: %s", due[0], problem)
            return 0
        else:
            for key, reason in result.rejected:
                log.warning("sync %s: the checkout %s cannot be stored: %s", due[0], key, reason)
            changed = result.outcomes.total() - result.outcomes["unchanged"]
            if changed or result.gone:
                log.info("sync %s: %d checkouts changed, %d gone at the source", due[0], changed, result.gone)
        return 1
