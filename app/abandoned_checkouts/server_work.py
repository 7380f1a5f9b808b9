"""The background work of the server: it begins shortly after the start, so that the first response is fast."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from abandoned_checkouts.checkouts.moment import MINUTE, Clock
from abandoned_checkouts.config import Settings
from abandoned_checkouts.server_parts import webhook_url
from abandoned_checkouts.shopify.bulk.rules.files import Results
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.gc_pause import gc_pause_of_imports

if TYPE_CHECKING:
    from abandoned_checkouts.twin.twin import Twin
    from abandoned_checkouts.work.mail_server import MailServer
    from abandoned_checkouts.work.workers import Workers

log = logging.getLogger(__name__)

# Seconds from the start of the server until the work begins.
SOON = 0.5


class ServerWork:
    """The workers of a server. The arguments are those of `Workers`; a twin adds its own."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        settings: Settings,
        results: Results,
        mail_server: "MailServer | None",
        twin: "Twin | None" = None,
    ) -> None:
        self._database, self._clock, self._settings, self._results = database, clock, settings, results
        self._mail_server, self._twin = mail_server, twin
        self._workers: Workers | None = None
        self._cannot_begin = False

    def wake(self) -> None:
        """Look for work now. Before the work has begun, this does nothing: all work that is due is done then."""
        if self._workers is not None:
            self._workers.wake()

    async def problem(self) -> str | None:
        """Why some work is not done, or None."""
        if self._cannot_begin:
            return "background work cannot begin"
        return None if self._workers is None else await self._workers.problem()

    @asynccontextmanager
    async def soon(self, seconds: float = SOON) -> AsyncIterator[None]:
        """Work while the block runs. The work begins after `seconds`; its modules are imported in a thread."""
        beginning = asyncio.create_task(self._begin(seconds), name="begin of work")
        try:
            yield
        finally:
            beginning.cancel()
            await asyncio.gather(beginning, return_exceptions=True)
            if self._workers is not None:
                await self._workers.stop()

    async def _begin(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        try:
            await asyncio.to_thread(_import)
            workers = self.create()
        except Exception:
            self._cannot_begin = True
            log.exception("background work cannot begin")
        else:
            workers.start()

    def create(self) -> "Workers":
        """The workers, without starting them."""
        from abandoned_checkouts.sync.worker import SyncWorker
        from abandoned_checkouts.work.workers import Workers

        database, clock, settings, twin = self._database, self._clock, self._settings, self._twin
        self._workers = Workers(
            database,
            clock,
            address=settings.address,
            reach=settings.reach,
            mail_server=self._mail_server,
            erasure_delay=settings.erasure_delay_minutes * MINUTE,
            results=self._results,
            wrap_sender=None if twin is None else twin.wrap_sender,
            on_mail=None if twin is None else twin.on_mail,
            bulk_plan_of=None if twin is None else twin.bulk.plan,
            in_order=twin is not None,
            # A twin is the source of others. Its time is not the time of a source.
            sync=SyncWorker(database, clock, webhook_url(settings)).turn if twin is None else None,
            deliveries_at_once=max(1, settings.deliveries_at_once // settings.workers),
        )
        return self._workers


def _import() -> None:
    with gc_pause_of_imports():
        import abandoned_checkouts.sync.worker
        import abandoned_checkouts.work.workers  # noqa: F401
