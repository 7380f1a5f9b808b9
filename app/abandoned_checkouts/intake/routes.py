"""The endpoints that receive checkouts."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from abandoned_checkouts.checkouts.fetched import Fetched
from abandoned_checkouts.checkouts.moment import Clock
from abandoned_checkouts.http_kit.responses import with_refusals
from abandoned_checkouts.intake import mail_events, shopify_webhooks, storefront, wix_webhooks
from abandoned_checkouts.intake.endpoint import Intake, opens_nothing
from abandoned_checkouts.intake.mail_providers.amazon_sns import SnsSignatures
from abandoned_checkouts.store.engine.database import Database

IntakeHandler = Callable[[Request, Intake], Awaitable[Response]]


def intake_routes(
    database: Database,
    clock: Clock,
    *,
    wake: Callable[[], None] = lambda: None,
    wix_public_key: str | None = None,
    public_url: str | None = None,
    fetch: Callable[[str], Awaitable[Fetched]] = opens_nothing,
) -> list[Route]:
    """POST /intake/shopify, /intake/wix, /intake/checkouts and /intake/mail/… `wake` notifies the workers of new work;
    `fetch` opens a URL."""
    intake = Intake(
        database,
        clock,
        wake,
        wix_public_key,
        (public_url or "").rstrip("/"),
        fetch,
        sns_signatures=SnsSignatures(fetch),
    )

    def route(path: str, receive: IntakeHandler) -> Route:
        async def endpoint(request: Request) -> Response:
            return await receive(request, intake)

        return Route(path, with_refusals(endpoint), methods=["POST"])

    return [
        route("/intake/shopify", shopify_webhooks.receive),
        route("/intake/wix", wix_webhooks.receive),
        route("/intake/checkouts", storefront.receive),
        route("/intake/mail/{shop_id}/{provider}/{key}", mail_events.receive),
    ]
