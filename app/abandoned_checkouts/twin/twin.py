"""The twin of one server: its clock, its random values, its routes, and what it does around every request."""

import asyncio
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from abandoned_checkouts.checkouts.moment import Clock
from abandoned_checkouts.checkouts.randomness import Seeded, source
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.http_kit.foreign_pages import refuse_foreign
from abandoned_checkouts.http_kit.responses import json_response, with_refusals
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tenants.recent_access import RecentAccess
from abandoned_checkouts.twin.clock import TwinClock
from abandoned_checkouts.twin.controls import Controls, TwinHandler, missing
from abandoned_checkouts.twin.journal import Journal
from abandoned_checkouts.twin.openapi import openapi
from abandoned_checkouts.twin.operations import OPERATIONS
from abandoned_checkouts.twin.page import page_routes
from abandoned_checkouts.twin.recorded_request import RecordedRequest
from abandoned_checkouts.twin.recorded_sending import RecordedSender, mail_entry
from abandoned_checkouts.twin.snapshots import INITIAL, Part, Snapshots
from abandoned_checkouts.twin.travel import Travel, Work
from abandoned_checkouts.work.post import MessageSender

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
        self.journal = Journal()
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
        recorded = None if is_own(scope["path"]) else RecordedRequest(scope)
        started = time.perf_counter()

        async def receive_noted() -> Message:
            message = await receive()
            if recorded is not None:
                recorded.received(message)
            return message

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], _HEADER]}
            if recorded is not None:
                recorded.sent(message)
            await send(message)

        try:
            await app(scope, receive_noted, send_marked)
        finally:
            if recorded is not None:
                milliseconds = (time.perf_counter() - started) * 1000
                self.journal.add("requests", self.clock(), recorded.entry(self.clock(), milliseconds))

    def wrap_sender(self, sender: MessageSender) -> MessageSender:
        """The sender of the background work, which records what it sends."""
        return RecordedSender(sender, self.journal, self.clock)

    def on_mail(self, shop: Shop, mail: Row) -> None:
        """Record a mail that a flow has sent."""
        self.journal.add("mails", self.clock(), mail_entry(shop, mail))

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
            database,
            self.clock,
            self.seeded,
            travel,
            folder,
            {**parts, "journal": self.journal},
            RecentAccess.forget_all,
        )
        controls = Controls(database, self.clock, self.seeded, travel, snapshots, self.journal, public_url)
        if await asyncio.to_thread(_bytes_of, database) <= _LARGEST_INITIAL:
            await snapshots.take(INITIAL)
        return routes(controls)

    async def close(self) -> None:
        if self._snapshots is not None:
            self._snapshots.close()


def is_own(path: str) -> bool:
    """Whether a request is about the twin itself or loads a page, and is not recorded."""
    return path.startswith((PREFIX, "/explorer/")) or path in ("/healthz", "/readyz")


def routes(controls: Controls) -> list[BaseRoute]:
    """The routes of the table of operations, the description, the page, and a 404 with the nearest name."""

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
        *page_routes(PREFIX),
        route("", unknown, ["GET", "POST", "PUT", "PATCH", "DELETE"]),
        route("/{rest:path}", unknown, ["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]


def _bytes_of(database: Database) -> int:
    """The size of a store in a SQLite file; a store in memory counts as empty, one in PostgreSQL as too large."""
    if not database.is_sqlite:
        return _LARGEST_INITIAL + 1
    file = Path(database.url.database or "")
    return file.stat().st_size if database.url.database and file.is_file() else 0
