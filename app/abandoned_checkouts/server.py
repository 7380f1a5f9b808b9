"""The ASGI application: connects the store, the HTTP endpoints and the background workers."""

import gc
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from abandoned_checkouts.access.callers import CallerKind
from abandoned_checkouts.checkouts.moment import MINUTE, Clock
from abandoned_checkouts.checkouts.randomness import random_uuid
from abandoned_checkouts.config import Settings
from abandoned_checkouts.http_kit.bodies import BODY_TIME
from abandoned_checkouts.http_kit.failures import FailureNet
from abandoned_checkouts.http_kit.health import health_routes
from abandoned_checkouts.http_kit.later_routes import LaterRoutes
from abandoned_checkouts.http_kit.responses import error_response
from abandoned_checkouts.http_kit.unrouted import unrouted
from abandoned_checkouts.server_metrics import gauges
from abandoned_checkouts.server_parts import (
    buckets,
    graphql_endpoint,
    mail_server,
    readiness,
    result_files,
)
from abandoned_checkouts.server_work import ServerWork
from abandoned_checkouts.shopify.http.graphql_endpoint import GraphqlEndpoint
from abandoned_checkouts.shopify.http.graphql_request import is_graphql
from abandoned_checkouts.shopify.http.throttling import Throttle
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.reading.snapshots import snapshots_of
from abandoned_checkouts.store.tenants.access_tokens import closed_kinds
from abandoned_checkouts.store.tenants.throttle_buckets import MemoryBuckets
from abandoned_checkouts.telemetry.requests import RequestObserver
from abandoned_checkouts.telemetry.spans import Tracing

if TYPE_CHECKING:
    from abandoned_checkouts.twin.twin import Twin


# A new document has about a thousand objects that are kept, which by default is reason enough to look for garbage each
# time, among all documents every hundredth time. Few objects here are garbage that needs it, so it may wait longer.
GC_THRESHOLDS = (10_000, 5, 5)
_DEMO_ALONE = frozenset({CallerKind.DEMO})


def now() -> int:
    """Microseconds since 1970, UTC."""
    return time.time_ns() // 1000


class Server(Starlette):
    """A Starlette application in which GraphQL requests skip the router, because that makes small queries noticeably
    faster."""

    graphql: GraphqlEndpoint | None = None
    demo_is_open: bool = True
    twin: "Twin | None" = None
    observer = RequestObserver(lambda: str(random_uuid()))

    def build_middleware_stack(self) -> ASGIApp:
        # Without Starlette's outermost layer, which would respond to failures in plain text and log a second traceback.
        return FailureNet(ExceptionMiddleware(self.router, {HTTPException: unrouted}), error_response)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan" and "state" in scope:
                # For cli/answered_at_once.
                scope["state"]["at_once"] = self.at_once
            await super().__call__(scope, receive, send)
        elif self.observer.is_on:
            await self.observer(self.choose, scope, receive, send)
        else:
            await self.choose(scope, receive, send)

    def at_once(self, scope: Scope, body: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]] | None:
        """The body and headers of a response with status 200 that needs no waiting; None for all other requests, to
        which `__call__` has to respond. `scope` needs method, path, scheme and headers."""
        if self.graphql is None or self.twin is not None or Tracing.tracer is not None:
            return None
        record = self.observer.begun(scope) if self.observer.is_on else None
        response = self.graphql.at_once(scope, body, record)
        if record is not None and response is not None:
            record.status = 200
            self.observer.finished(record)
        return response

    # The next two return the coroutine of the next application instead of being another one around it.

    def choose(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if self.twin is not None:
            return self.twin(self.respond, scope, receive, send)
        return self.respond(scope, receive, send)

    def respond(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if not self.demo_is_open:
            closed_kinds.set(_DEMO_ALONE)
        if self.graphql is not None and is_graphql(scope):
            return self.graphql(scope, receive, send)
        return super().__call__(scope, receive, send)


def create_app(settings: Settings, *, clock: Clock = now, processes_folder: Path | None = None) -> Starlette:
    """The server as an ASGI application. It opens the store at startup, which can raise StoreError.

    `processes_folder` is an empty folder that the processes of one server share: see work/processes.
    """
    twin = new_twin(settings, clock) if settings.twin else None
    clock = clock if twin is None else twin.clock

    BODY_TIME.seconds = settings.request_seconds

    @asynccontextmanager
    async def lifespan(app: Server) -> AsyncIterator[None]:
        async with AsyncExitStack() as opened:
            database = await open_database(settings.database_url, secret_key=settings.secret_key, durable=twin is None)
            opened.push_async_callback(database.close)
            await opened.enter_async_context(
                database.reading_replica(settings.replica_url, settings.replica_lag_seconds)
            )
            snapshots = snapshots_of(database)
            if snapshots is not None:
                opened.push_async_callback(snapshots.close)
            results = result_files(database, settings)
            mails = mail_server(settings, twin)
            work = ServerWork(database, clock, settings, results, mails, twin)
            shared = buckets(database, settings)
            opened.push_async_callback(shared.close)
            app.demo_is_open = settings.demo_is_open
            app.twin, wake, own_routes = twin, work.wake, list[BaseRoute]()
            if twin is not None:
                workers = work.create()
                own_routes = await twin.open(
                    database,
                    workers,
                    folder=results.folder,
                    parts={"rate limits": shared} if isinstance(shared, MemoryBuckets) else {},
                    erasure_delay=settings.erasure_delay_minutes * MINUTE,
                    public_url=settings.public_url or "",
                )
                opened.push_async_callback(twin.close)
                wake = twin.travel.wake
            admin = app.graphql = graphql_endpoint(
                database,
                snapshots,
                (Throttle if twin is None else twin.throttle)(shared, settings.throttle),
                settings,
                clock,
            )

            def load_others() -> list[BaseRoute]:
                # Imported after the server has started: these modules take a quarter of the time until its first
                # response.
                from abandoned_checkouts.server_routes import Opened, other_routes
                from abandoned_checkouts.wix.rate_limit import RequestLimit

                return other_routes(
                    Opened(
                        app=app,
                        settings=settings,
                        clock=clock,
                        database=database,
                        snapshots=snapshots,
                        results=results,
                        wix_limit=(RequestLimit if twin is None else twin.request_limit)(
                            settings.wix_requests_per_minute, shared
                        ),
                        admin=admin,
                        mail_server=mails,
                        wake=wake,
                        is_twin=twin is not None,
                    )
                )

            others = LaterRoutes(app.router, load_others)
            app.router.routes[:] = [
                *own_routes,
                *metrics_routes(settings),
                *health_routes(
                    await opened.enter_async_context(readiness(database, work.problem, settings, processes_folder))
                ),
                *admin.routes(),
                others,
            ]
            if settings.tracing:
                from abandoned_checkouts.telemetry.tracing import turn_on as turn_on_tracing

                opened.callback(turn_on_tracing())
            if settings.has_metrics:
                from abandoned_checkouts.telemetry.prometheus import turn_off, turn_on

                opened.callback(turn_off)
                await opened.enter_async_context(gauges(turn_on(), database, clock, admin))
            if settings.work and twin is not None:
                # With a twin, background jobs do not run by themselves: the twin runs them in one sequence when its
                # clock moves.
                opened.push_async_callback(workers.stop)
                await opened.enter_async_context(twin.travel)
            # All objects that exist now live as long as the server. Freezing excludes them from garbage collection,
            # which would otherwise scan them again and again and delay responses by tens of milliseconds.
            gc.collect()
            gc.freeze()
            gc.set_threshold(*GC_THRESHOLDS)
            await opened.enter_async_context(others.loaded_soon())
            if settings.work and twin is None:
                await opened.enter_async_context(work.soon())
            yield

    return Server(lifespan=lifespan)


def metrics_routes(settings: Settings) -> list[BaseRoute]:
    """GET /metrics, if there is a token for it."""
    if settings.metrics_token is None:
        return []
    from abandoned_checkouts.telemetry.metrics_endpoint import metrics_route

    return [metrics_route(settings.metrics_token)]


def new_twin(settings: Settings, clock: Clock) -> "Twin":
    """The twin. Imported here, because a server without `--twin` does not need its modules."""
    from abandoned_checkouts.twin.twin import Twin

    return Twin(clock, settings.twin_seed, settings.twin_instant)
