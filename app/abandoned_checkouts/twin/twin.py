"""The twin of one server: its clock, its random values, its routes, and what it does around every request."""

import asyncio
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from abandoned_checkouts.checkouts.moment import Clock
from abandoned_checkouts.checkouts.randomness import Seeded, source
from abandoned_checkouts.http_kit.foreign_pages import refuse_foreign
from abandoned_checkouts.http_kit.responses import json_response, with_refusals
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.recent_access import RecentAccess
from abandoned_checkouts.twin.clock import TwinClock
from abandoned_checkouts.twin.controls import Controls, TwinHandler, missing
from abandoned_checkouts.twin.openapi import openapi
from abandoned_checkouts.twin.operations import OPERATIONS
from abandoned_checkouts.twin.snapshots import INITIAL, Part, Snapshots
from abandoned_checkouts.twin.travel import Travel, Work

PREFIX = "/__twin"
VERSION = version("abandoned-checkouts")
_HEADER = (b"x-abandoned-checkouts-twin", VERSION.encode())
# A larger store is not copied into memory when the server starts.
_LARGEST_INITIAL = 256 * 1024 * 1024


class Twin:
    """Create it before the server's other parts, which take its `clock`; `open` it when they exist."""

    def __init__(self, real: Clock, seed: int) -> None:
        self.clock = TwinClock(real)
        self.seeded = Seeded(seed)
        self._travel: Travel | None = None
        self._snapshots: Snapshots | None = None

    @property
    def travel(self) -> Travel:
        """The background work. Exists after `open`."""
        assert self._travel is not None, "the twin is not open yet"
        return self._travel

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """A request of any endpoint: with the twin's random values, and its header in the response."""
        source.set(self.seeded)

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], _HEADER]}
            await send(message)

        await app(scope, receive, send_marked)

    async def open(
        self,
        database: Database,
        work: Work,
        *,
        folder: Path,
        parts: Mapping[str, Part],
        erasure_delay: int,
        public_url: str,
    ) -> list[BaseRoute]:
        """Start the background work and return the routes. `folder` has the results of bulk operations."""
        source.set(self.seeded)
        travel = self._travel = Travel(database, self.clock, work, self.seeded, erasure_delay=erasure_delay)
        snapshots = self._snapshots = Snapshots(
            database, self.clock, self.seeded, travel, folder, parts, RecentAccess.forget_all
        )
        controls = Controls(database, self.clock, self.seeded, travel, snapshots, public_url)
        if await asyncio.to_thread(_bytes_of, database) <= _LARGEST_INITIAL:
            await snapshots.take(INITIAL)
        return routes(controls)

    async def close(self) -> None:
        if self._snapshots is not None:
            self._snapshots.close()


def routes(controls: Controls) -> list[BaseRoute]:
    """The routes of the table of operations, `/__twin/openapi.json`, and a 404 with the nearest name for the rest."""

    def route(path: str, handler: TwinHandler, methods: list[str]) -> Route:
        async def guarded(request: Request) -> Response:
            refuse_foreign(request, controls.public_url)
            return await handler(request, controls)

        return Route(f"{PREFIX}{path}", with_refusals(guarded), methods=methods)

    async def described(_: Request, __: Controls) -> Response:
        return json_response(openapi(OPERATIONS, VERSION))

    async def unknown(request: Request, _: Controls) -> Response:
        names = [f"{PREFIX}{each.path}" for each in OPERATIONS]
        raise missing("endpoint", f"{request.method} {request.url.path}", [*names, f"{PREFIX}/openapi.json"])

    return [
        *(route(each.path, each.handler, [each.method]) for each in OPERATIONS),
        route("/openapi.json", described, ["GET"]),
        route("", unknown, ["GET", "POST", "PUT", "PATCH", "DELETE"]),
        route("/{rest:path}", unknown, ["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]


def _bytes_of(database: Database) -> int:
    """The size of a store in a SQLite file; a store in memory counts as empty, one in PostgreSQL as too large."""
    if not database.is_sqlite:
        return _LARGEST_INITIAL + 1
    file = Path(database.url.database or "")
    return file.stat().st_size if database.url.database and file.is_file() else 0
