"""The twin of one server: it has the clock and the random values, and it records every request and applies faults."""

import asyncio
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from abandoned_checkouts.checkouts.moment import Clock, parse_moment
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.http_kit.foreign_pages import refuse_foreign
from abandoned_checkouts.http_kit.refusal import HttpRefusal, RefusedError
from abandoned_checkouts.http_kit.responses import error_response, json_response, with_refusals
from abandoned_checkouts.shopify.http.throttling import Throttle
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tenants.recent_access import RecentAccess
from abandoned_checkouts.store.tenants.throttle_buckets import Buckets
from abandoned_checkouts.store.twin.seed_uses import begin_seed
from abandoned_checkouts.twin.bulk_pace import BulkPace
from abandoned_checkouts.twin.clock import TwinClock
from abandoned_checkouts.twin.controls import Controls, TwinHandler, missing
from abandoned_checkouts.twin.fault_rules import FaultError, Faults, rule_of_header
from abandoned_checkouts.twin.faulty_requests import respond_with_fault
from abandoned_checkouts.twin.faulty_sending import FaultySender
from abandoned_checkouts.twin.journal import Journal
from abandoned_checkouts.twin.limit_time import LimitTime
from abandoned_checkouts.twin.mail_tray import MailTray
from abandoned_checkouts.twin.openapi import openapi
from abandoned_checkouts.twin.operations import OPERATIONS
from abandoned_checkouts.twin.page import page_routes
from abandoned_checkouts.twin.random_streams import REQUESTS, RandomStreams
from abandoned_checkouts.twin.recorded_request import RecordedRequest
from abandoned_checkouts.twin.request_owners import RequestOwners
from abandoned_checkouts.twin.scenarios.running import RunningScenarios
from abandoned_checkouts.twin.snapshots import INITIAL, Part, Snapshots
from abandoned_checkouts.twin.throttled import TwinRequestLimit, TwinThrottle
from abandoned_checkouts.twin.travel import Travel, Work
from abandoned_checkouts.twin.twin_callers import authorize
from abandoned_checkouts.wix.rate_limit import RequestLimit
from abandoned_checkouts.work.mail_server import MailServer
from abandoned_checkouts.work.sender import MessageSender

PREFIX = "/__twin"
FAULT_HEADER = "X-Twin-Fault"
VERSION = version("abandoned-checkouts")
_HEADER = (b"x-abandoned-checkouts-twin", VERSION.encode())
# A larger store is not copied into memory when the server starts.
_LARGEST_INITIAL = 256 * 1024 * 1024


class Twin:
    """Create it before the other parts of the server, because they need its `clock`. Call `open` when they exist."""

    def __init__(self, real: Clock, seed: int, instant: str | None = None) -> None:
        self.clock = TwinClock(real, None if instant is None else parse_moment(instant))
        self.limit_time = LimitTime(self.clock)
        self.random = RandomStreams(seed)
        self.journal, self.faults = Journal(), Faults()
        self.bulk = BulkPace(self.faults)
        self.scenarios = RunningScenarios()
        self.sender: FaultySender | None = None
        self._owners = RequestOwners()
        self._travel: Travel | None = None
        self._snapshots: Snapshots | None = None

    @property
    def travel(self) -> Travel:
        """The background work. Exists after `open`."""
        assert self._travel is not None, "the twin is not open yet"
        return self._travel

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Processes a request of any endpoint with the twin's random values, and adds the twin's header to the
        response."""
        self.random.use(REQUESTS)
        if is_own(scope["path"]):
            await app(scope, receive, _marked(send))
            return
        recorded, started = RecordedRequest(scope), time.perf_counter()

        async def receive_noted() -> Message:
            message = await receive()
            recorded.received(message)
            return message

        async def send_noted(message: Message) -> None:
            recorded.sent(message)
            await marked(message)

        marked = _marked(send)
        try:
            await self._answer(app, scope, receive_noted, send_noted, send, recorded)
        finally:
            milliseconds = (time.perf_counter() - started) * 1000
            self.journal.add("requests", self.clock(), recorded.entry(self.clock(), milliseconds))

    async def _answer(
        self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, raw_send: Send, recorded: RecordedRequest
    ) -> None:
        """Respond, with the effects of a fault if one matches. `raw_send` knows the connection of the client."""
        own = dict(scope["headers"]).get(FAULT_HEADER.lower().encode())
        # The body of a token request names the app.
        if own is not None or self.faults.rules or recorded.endpoint == "oauth":
            receive = await recorded.with_body(receive)
        owner = await self._owners.of(recorded)
        recorded.shop, recorded.owner = owner.shop, owner.token
        if own is None and not self.faults.rules:
            await app(scope, receive, send)
            return
        try:
            rule = None if own is None else rule_of_header(_json(own), self.clock(), recorded.endpoint)
            if rule is None:
                rule = self.faults.match({**recorded.facts(), "app": owner.client_id}, self.clock())
            if rule is None:
                await app(scope, receive, send)
                return
            recorded.fault = rule.name
            await respond_with_fault(rule, app, scope, receive, send, raw_send, recorded.endpoint)
        except FaultError as problem:
            await error_response(HttpRefusal(422, str(problem)))(scope, receive, send)

    def _forget(self) -> None:
        """The content of the store was replaced."""
        self._owners.forget()
        RecentAccess.forget_all()

    def wrap_sender(self, sender: MessageSender) -> MessageSender:
        """The sender for background work. It records messages and applies faults."""
        self.sender = FaultySender(sender, self.journal, self.clock, self.faults)
        return self.sender

    def throttle(self, buckets: Buckets, enabled: bool) -> Throttle:
        """The rate limits of the Shopify dialect, which faults can exhaust."""
        return TwinThrottle(buckets, enabled, time=self.limit_time)

    def request_limit(self, requests_per_minute: int | None, buckets: Buckets) -> RequestLimit:
        """The rate limit of the Wix dialect."""
        return TwinRequestLimit(requests_per_minute, buckets, time=self.limit_time)

    def mail_tray(self, sender: str | None) -> MailServer:
        """The mail server of a twin that has no real one: mails are only recorded."""
        return MailTray.without_server(sender)

    def on_mail(self, _shop: Shop, _mail: Row) -> None:
        """A flow has sent a mail, which the journal reads from the store."""
        self.journal.changed()

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
        assert self.sender is not None, "the background work takes its sender from the twin"
        self._owners.begin(database)
        async with database.begin() as connection:
            self.random.restart(self.random.seed, await begin_seed(connection, self.random.seed))
        self.random.use(REQUESTS)
        await self.journal.begin(database)
        travel = self._travel = Travel(
            database, self.clock, work, self.sender, self.random, erasure_delay=erasure_delay
        )
        await travel.open()
        snapshots = self._snapshots = Snapshots(
            database,
            self.clock,
            travel,
            folder,
            {
                **parts,
                "random values": self.random,
                "journal": self.journal,
                "faults": self.faults,
                "bulk operations": self.bulk,
                "scenarios": self.scenarios,
                "held deliveries": self.sender,
                "clock": travel,
                "time of rate limits": self.limit_time,
            },
            self._forget,
        )
        controls = Controls(
            database,
            self.clock,
            self.random,
            travel,
            snapshots,
            self.journal,
            self.faults,
            self.bulk,
            self.scenarios,
            public_url,
        )
        if await asyncio.to_thread(_bytes_of, database) <= _LARGEST_INITIAL:
            await snapshots.take(INITIAL, settled=False)
        return routes(controls)

    async def close(self) -> None:
        if self._travel is not None:
            self._travel.close()
        if self._snapshots is not None:
            await self._snapshots.close()


def _json(header: bytes) -> object:
    try:
        return orjson.loads(header)
    except orjson.JSONDecodeError as problem:
        raise FaultError(
            f'X-Twin-Fault is not JSON: {problem}. Write the fault as an object, for example {{"throttled": true}}.'
        ) from None


def _marked(send: Send) -> Send:
    """Sends with the header of the twin."""

    async def send_marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], _HEADER]}
        await send(message)

    return send_marked


def is_own(path: str) -> bool:
    """Whether a request is about the twin itself, comes from an agent to the MCP server, or loads a page.

    It is not recorded, and no fault applies to it: an agent must be able to end its faults. The requests of an agent's
    tools to other endpoints are recorded."""
    return path.startswith((PREFIX, "/explorer/", "/docs")) or path in ("/healthz", "/readyz", "/mcp", "/llms.txt")


def routes(controls: Controls) -> list[BaseRoute]:
    """The routes of the table of operations, the description, the page, and a 404 with the nearest name."""

    def route(path: str, handler: TwinHandler, methods: list[str], *, settles: bool = False) -> Route:
        async def guarded(request: Request) -> Response:
            refuse_foreign(request, controls.public_url)
            if FAULT_HEADER in request.headers:
                raise RefusedError(422, f"{FAULT_HEADER}: requests to {PREFIX} have no faults. Remove the header.")
            await authorize(request, controls)
            # A jump is the same work in a fixed order, so nothing waits for its end.
            if settles and not controls.travel.is_under_way:
                await controls.travel.settle()
                controls.random.use(REQUESTS)
            return await handler(request, controls)

        return Route(f"{PREFIX}{path}", with_refusals(guarded), methods=methods)

    async def described(_: Request, __: Controls) -> Response:
        return json_response(openapi(OPERATIONS, VERSION))

    async def unknown(request: Request, _: Controls) -> Response:
        others = [found for found in found_routes if found.matches(request.scope)[0] is Match.PARTIAL]
        if others:
            methods = " or ".join(sorted({name for found in others for name in found.methods or ()} - {"HEAD"}))
            raise RefusedError(405, f"{request.url.path} does not accept {request.method}. Use {methods}.")
        names = [f"{PREFIX}{each.path}" for each in OPERATIONS]
        raise missing("endpoint", f"{request.method} {request.url.path}", [*names, f"{PREFIX}/openapi.json"])

    found_routes = [route(each.path, each.handler, [each.method], settles=each.settles) for each in OPERATIONS]
    return [
        *found_routes,
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
