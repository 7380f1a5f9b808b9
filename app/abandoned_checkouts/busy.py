"""The response to a request above the limit of connections, in the error form of each endpoint."""

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from abandoned_checkouts.http_kit.refusal import HttpRefusal
from abandoned_checkouts.http_kit.responses import error_response, json_response
from abandoned_checkouts.merchant.layout import failed_page
from abandoned_checkouts.recovery.visit import unavailable
from abandoned_checkouts.wix.errors import plain_body

BUSY = HttpRefusal(503, "The server has too many connections. Try again later.")
# Paths at which errors have Wix's form.
_WIX_PATHS = ("/ecom/v1/", "/v1/", "/oauth2/", "/oauth/")


async def busy(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application for requests above the limit of connections. It responds with status 503, in the error form
    of the endpoint."""
    path = scope["path"]
    if path.startswith(_WIX_PATHS):
        response = json_response(plain_body(BUSY), BUSY.status)
    elif path == "/" or path.startswith("/merchant"):
        response = failed_page(BUSY)
    elif "/checkouts/ac/" in path or "/reminders/" in path:
        response = unavailable(Request(scope), BUSY)
    else:
        response = error_response(BUSY)
    response.headers.update({"retry-after": "5", "connection": "close"})
    await response(scope, receive, send)
