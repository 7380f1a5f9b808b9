"""Routes that are loaded in a thread after the server has started, because their modules take long to import."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from starlette.routing import BaseRoute, Match, Router
from starlette.types import Receive, Scope, Send

from abandoned_checkouts.store.engine.gc_pause import gc_pause_of_imports

log = logging.getLogger(__name__)

# Seconds after the start. A server that was started for one request needs none of the routes.
SOON = 0.5


class LaterRoutes(BaseRoute):
    """Takes the place of the routes that `load` returns: in `router`, behind all other routes.

    The first request that no other route matches loads them, and then continues with them. `load` runs once, in a
    thread, and imports the modules.
    """

    def __init__(self, router: Router, load: Callable[[], Sequence[BaseRoute]]) -> None:
        self._router, self._load = router, load
        self._one_at_a_time = asyncio.Lock()

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return Match.FULL, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.load()
        await self._router(scope, receive, send)

    async def load(self) -> None:
        """Replace this route by the routes."""
        async with self._one_at_a_time:
            if self in self._router.routes:
                routes = await asyncio.to_thread(self._loaded)
                place = self._router.routes.index(self)
                self._router.routes[place : place + 1] = routes

    @asynccontextmanager
    async def loaded_soon(self, seconds: float = SOON) -> AsyncIterator[None]:
        """Load the routes while the block runs, before a request needs them."""

        async def load_soon() -> None:
            await asyncio.sleep(seconds)
            try:
                await self.load()
            except Exception:
                log.exception("some pages cannot be loaded; the next request tries it again")

        task = asyncio.create_task(load_soon(), name="routes")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _loaded(self) -> Sequence[BaseRoute]:
        with gc_pause_of_imports():
            return self._load()
