"""The endpoints for buyers: the recovery link and the unsubscribe page."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from abandoned_checkouts.checkouts.moment import Clock
from abandoned_checkouts.config import Settings
from abandoned_checkouts.http_kit.failures import failure_response
from abandoned_checkouts.recovery.customer_pages import mail_opened, open_tracking, unsubscribe_customer
from abandoned_checkouts.recovery.unsubscribe import unsubscribe_page
from abandoned_checkouts.recovery.visit import Recovery, unavailable, visit
from abandoned_checkouts.store.engine.database import Database


def recovery_routes(database: Database, clock: Clock, settings: Settings) -> list[Route]:
    """The recovery link in Shopify's form, unsubscribing, and the image that counts opened e-mails.

    `clock` returns microseconds since 1970.
    """
    recovery = Recovery(database, clock, (settings.public_url or "").rstrip("/"))

    def route(path: str, handler: Callable[[Request, Recovery], Awaitable[Response]], *methods: str) -> Route:
        async def endpoint(request: Request) -> Response:
            try:
                return await handler(request, recovery)
            except Exception as problem:
                return failure_response(problem, lambda refusal: unavailable(request, refusal))

        return Route(path, endpoint, methods=list(methods))

    return [
        route("/{shop_id}/checkouts/ac/{cart_token:path}/recover", visit, "GET"),
        route("/{shop_id}/unsubscribe/{customer_id}", unsubscribe_customer, "GET", "POST"),
        route("/{shop_id}/open-tracking/{customer_id}", open_tracking, "GET"),
        route("/{shop_id}/reminders/{mail_id}/opened", mail_opened, "GET"),
        route("/{shop_id}/reminders/{recipient}/unsubscribe", unsubscribe_page, "GET", "POST"),
    ]
