"""The ASGI application: connects the store, the HTTP endpoints and the background workers."""

import gc
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from abandoned_checkouts.access.callers import CallerKind
from abandoned_checkouts.agents.routes import agent_routes
from abandoned_checkouts.checkouts.moment import MINUTE, Clock, to_datetime
from abandoned_checkouts.checkouts.randomness import random_uuid
from abandoned_checkouts.config import Settings
from abandoned_checkouts.control.routes import control_of, control_routes
from abandoned_checkouts.demo.fill import TOKEN
from abandoned_checkouts.demo.pictures import picture
from abandoned_checkouts.documentation.routes import documentation_routes
from abandoned_checkouts.explorer.examples import examples
from abandoned_checkouts.explorer.pictures import picture_routes
from abandoned_checkouts.explorer.routes import explorer_routes
from abandoned_checkouts.explorer.session import OfferedShop, OfferedVersion, Session
from abandoned_checkouts.http_kit.bodies import BODY_TIME
from abandoned_checkouts.http_kit.failures import FailureNet
from abandoned_checkouts.http_kit.health import health_routes
from abandoned_checkouts.http_kit.refusal import HttpRefusal
from abandoned_checkouts.http_kit.responses import error_response
from abandoned_checkouts.intake.endpoint import opens_nothing
from abandoned_checkouts.intake.routes import intake_routes
from abandoned_checkouts.merchant.explorer_shops import shops_of_visitor
from abandoned_checkouts.merchant.routes import merchant_routes
from abandoned_checkouts.merchant.site import Site
from abandoned_checkouts.recovery.routes import recovery_routes
from abandoned_checkouts.server_metrics import gauges
from abandoned_checkouts.server_parts import (
    buckets,
    graphql_endpoint,
    mail_server,
    readiness,
    result_files,
    webhook_url,
)
from abandoned_checkouts.shopify.http.bulk_download import download_routes
from abandoned_checkouts.shopify.http.graphql_endpoint import GraphqlEndpoint
from abandoned_checkouts.shopify.http.graphql_request import is_graphql
from abandoned_checkouts.shopify.http.oauth import OAuthEndpoints
from abandoned_checkouts.shopify.http.rest_endpoint import RestEndpoints
from abandoned_checkouts.shopify.http.throttling import Throttle
from abandoned_checkouts.shopify.language.versions import public_api_versions, supported_versions
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.reading.snapshots import snapshots_of
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from abandoned_checkouts.store.tenants.access_tokens import closed_kinds
from abandoned_checkouts.store.tenants.throttle_buckets import MemoryBuckets
from abandoned_checkouts.sync.worker import SyncWorker
from abandoned_checkouts.telemetry.requests import RequestObserver
from abandoned_checkouts.wix.routes import wix_routes
from abandoned_checkouts.work.open_url import open_url
from abandoned_checkouts.work.workers import Workers

if TYPE_CHECKING:
    from abandoned_checkouts.twin.twin import Twin


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
        return FailureNet(ExceptionMiddleware(self.router), error_response)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.observer.is_on and scope["type"] == "http":
            await self.observer(self.choose, scope, receive, send)
        else:
            await self.choose(scope, receive, send)

    async def choose(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.twin is not None and scope["type"] == "http":
            await self.twin(self.respond, scope, receive, send)
        else:
            await self.respond(scope, receive, send)

    async def respond(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.demo_is_open and scope["type"] == "http":
            closed_kinds.set(frozenset({CallerKind.DEMO}))
        if self.graphql is not None and scope["type"] == "http" and is_graphql(scope):
            await self.graphql(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


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
            workers = Workers(
                database,
                clock,
                address=settings.address,
                allow_private=settings.allow_private_targets,
                mail_server=mail_server(settings, twin),
                erasure_delay=settings.erasure_delay_minutes * MINUTE,
                results=results,
                wrap_sender=None if twin is None else twin.wrap_sender,
                on_mail=None if twin is None else twin.on_mail,
                bulk_plan_of=None if twin is None else twin.bulk.plan,
                in_order=twin is not None,
                # A twin is the source of others. Its time is not the time of a source.
                sync=SyncWorker(database, clock, webhook_url(settings)).turn if twin is None else None,
                deliveries_at_once=max(1, settings.deliveries_at_once // settings.workers),
            )
            control = control_of(database, clock, settings, results.discard)
            shared = buckets(database, settings)
            opened.push_async_callback(shared.close)
            app.demo_is_open = settings.demo_is_open
            app.twin, wake, own_routes = twin, workers.wake, list[BaseRoute]()
            if twin is not None:
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
            demo_token = TOKEN if settings.demo_is_open else None
            site = Site(control, mail_server(settings, twin), demo_token, results, wake)
            admin = app.graphql = graphql_endpoint(
                database,
                snapshots,
                (Throttle if twin is None else twin.throttle)(shared, settings.throttle),
                settings,
                clock,
            )
            app.router.routes[:] = [
                *own_routes,
                *metrics_routes(settings),
                *health_routes(
                    await opened.enter_async_context(readiness(database, workers, settings, processes_folder))
                ),
                *admin.routes(),
                *RestEndpoints(database, clock, admin.callers, admin.throttle, admin.public_url).routes(),
                *OAuthEndpoints(database, clock).routes(),
                *download_routes(database, clock, results),
                *wix_routes(
                    database,
                    clock,
                    public_url=settings.public_url or "",
                    requests_per_minute=settings.wix_requests_per_minute,
                    buckets=shared,
                    snapshots=snapshots,
                ),
                *intake_routes(
                    database,
                    clock,
                    wake=wake,
                    wix_public_key=settings.wix_public_key,
                    public_url=settings.public_url,
                    fetch=open_url if twin is None else opens_nothing,
                ),
                *recovery_routes(database, clock, settings),
                *control_routes(control),
                *merchant_routes(site),
                *agent_routes(control, app, twin=twin is not None),
                *page_routes(site, settings, clock),
            ]
            if settings.tracing:
                from abandoned_checkouts.telemetry.tracing import turn_on as turn_on_tracing

                opened.callback(turn_on_tracing())
            if settings.has_metrics:
                from abandoned_checkouts.telemetry.prometheus import turn_off, turn_on

                opened.callback(turn_off)
                await opened.enter_async_context(gauges(turn_on(), database, clock, admin))
            if settings.work and twin is None:
                await opened.enter_async_context(workers)
            elif settings.work and twin is not None:
                # With a twin, background jobs do not run by themselves: the twin runs them in one sequence when its
                # clock moves.
                opened.push_async_callback(workers.stop)
                await opened.enter_async_context(twin.travel)
            # All objects that exist now live as long as the server. Freezing excludes them from garbage collection,
            # which would otherwise scan them again and again and delay responses by tens of milliseconds.
            gc.collect()
            gc.freeze()
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


def page_routes(site: Site, settings: Settings, clock: Clock) -> list[BaseRoute]:
    """The routes of the explorer, the documentation and the demo shop's pictures."""

    async def session(request: Request) -> Session:
        moment = to_datetime(clock())
        shops, signed_in = await shops_of_visitor(site, request)
        return Session(
            versions=[
                OfferedVersion(str(row["handle"]), bool(row["supported"]))
                for row in reversed(public_api_versions(moment))
            ],
            default_version=supported_versions(moment).latest.handle,
            demo_shops=[OfferedShop(shop.domain, shop.name, TOKEN) for shop in shops],
            signed_in=[OfferedShop(shop.domain, shop.name, key) for shop, key in signed_in],
            examples=examples(),
            searched_fields=["abandonedCheckouts", "abandonedCheckoutsCount"],
        )

    fields = checkout_fields(extended=settings.extended_search)
    return [
        Route("/demo/images/{name}", demo_image, methods=["GET"]),
        *picture_routes(),
        *documentation_routes((settings.public_url or "").rstrip("/")),
        *explorer_routes(
            session=session,
            search_fields={"abandonedCheckouts": fields, "abandonedCheckoutsCount": fields},
        ),
    ]


async def demo_image(request: Request) -> Response:
    drawn = picture(request.path_params["name"])
    if drawn is None:
        return error_response(HttpRefusal(404, "Not Found"))
    return Response(drawn, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})
