"""The routes of the server other than GraphQL, health and metrics. `server` imports them after it has started."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from abandoned_checkouts.agents.routes import agent_routes
from abandoned_checkouts.checkouts.moment import Clock, to_datetime
from abandoned_checkouts.config import Settings
from abandoned_checkouts.control.routes import control_of, control_routes
from abandoned_checkouts.demo.demo_token import TOKEN
from abandoned_checkouts.demo.pictures import picture
from abandoned_checkouts.documentation.routes import documentation_routes
from abandoned_checkouts.explorer.examples import examples
from abandoned_checkouts.explorer.pictures import picture_routes
from abandoned_checkouts.explorer.routes import explorer_routes
from abandoned_checkouts.explorer.session import OfferedShop, OfferedVersion, Session
from abandoned_checkouts.http_kit.refusal import HttpRefusal
from abandoned_checkouts.http_kit.responses import error_response
from abandoned_checkouts.intake.endpoint import opens_nothing
from abandoned_checkouts.intake.routes import intake_routes
from abandoned_checkouts.merchant.explorer_shops import shops_of_visitor
from abandoned_checkouts.merchant.routes import merchant_routes
from abandoned_checkouts.merchant.site import Site
from abandoned_checkouts.recovery.routes import recovery_routes
from abandoned_checkouts.shopify.bulk.rules.files import Results
from abandoned_checkouts.shopify.http.bulk_download import download_routes
from abandoned_checkouts.shopify.http.graphql_endpoint import GraphqlEndpoint
from abandoned_checkouts.shopify.http.oauth import OAuthEndpoints
from abandoned_checkouts.shopify.http.rest_endpoint import RestEndpoints
from abandoned_checkouts.shopify.language.versions import public_api_versions, supported_versions
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.reading.snapshots import Snapshots
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from abandoned_checkouts.wix.rate_limit import RequestLimit
from abandoned_checkouts.wix.routes import wix_routes
from abandoned_checkouts.work.mail_server import MailServer
from abandoned_checkouts.work.open_url import open_url
from search_syntax.parse import parser


@dataclass(frozen=True, slots=True)
class Opened:
    """What a running server has opened. `wake` makes its workers look for work at once."""

    app: ASGIApp
    settings: Settings
    clock: Clock
    database: Database
    snapshots: Snapshots | None
    results: Results
    wix_limit: RequestLimit
    admin: GraphqlEndpoint
    mail_server: MailServer | None
    wake: Callable[[], None]
    is_twin: bool


def other_routes(server: Opened) -> list[BaseRoute]:
    """The routes of the server other than GraphQL, health and metrics."""
    # Built for the first search, and this function runs in a thread.
    parser()
    settings, database, clock, admin = server.settings, server.database, server.clock, server.admin
    control = control_of(database, clock, settings, server.results.discard)
    demo_token = TOKEN if settings.demo_is_open else None
    site = Site(control, server.mail_server, demo_token, server.results, server.wake)
    return [
        # First, because most requests to these routes are webhooks.
        *intake_routes(
            database,
            clock,
            wake=server.wake,
            wix_public_key=settings.wix_public_key,
            public_url=settings.public_url,
            fetch=opens_nothing if server.is_twin else open_url,
        ),
        *RestEndpoints(database, clock, admin.callers, admin.throttle, admin.public_url).routes(),
        *OAuthEndpoints(database, clock).routes(),
        *download_routes(database, clock, server.results),
        *wix_routes(
            database,
            clock,
            public_url=settings.public_url or "",
            limit=server.wix_limit,
            snapshots=server.snapshots,
        ),
        *recovery_routes(database, clock, settings),
        *control_routes(control),
        *merchant_routes(site),
        *agent_routes(control, server.app, twin=server.is_twin),
        *page_routes(site, settings, clock),
    ]


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
            clock=clock,
        ),
    ]


async def demo_image(request: Request) -> Response:
    drawn = picture(request.path_params["name"])
    if drawn is None:
        return error_response(HttpRefusal(404, "Not Found"))
    return Response(drawn, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})
