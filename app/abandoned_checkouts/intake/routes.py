"""The addresses at which checkouts come in."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from abandoned_checkouts.intake import shopify_webhooks, storefront, wix_webhooks
from abandoned_checkouts.intake.endpoint import Intake
from abandoned_checkouts.store.engine.database import Database

Receive = Callable[[Request, Intake], Awaitable[Response]]


def intake_routes(
    database: Database,
    clock: Callable[[], int],
    *,
    wake: Callable[[], None] = lambda: None,
    wix_public_key: str | None = None,
    public_url: str | None = None,
) -> list[Route]:
    """POST /intake/shopify, /intake/wix and /intake/checkouts. `wake` rouses the workers."""
    intake = Intake(database, clock, wake, wix_public_key, (public_url or "").rstrip("/"))

    def route(path: str, receive: Receive) -> Route:
        async def endpoint(request: Request) -> Response:
            return await receive(request, intake)

        return Route(path, endpoint, methods=["POST"])

    return [
        route("/intake/shopify", shopify_webhooks.receive),
        route("/intake/wix", wix_webhooks.receive),
        route("/intake/checkouts", storefront.receive),
    ]
