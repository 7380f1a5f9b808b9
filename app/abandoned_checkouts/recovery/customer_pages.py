"""The addresses that the Admin API returns for a customer: unsubscribing, and the image that counts opened e-mails."""

import base64
import hmac

from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.access.callers import link_caller
from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.access.rules import Action, Data, refused
from abandoned_checkouts.checkouts.customer_links import Purpose, customer_key
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.recovery.links import opened_key
from abandoned_checkouts.recovery.unsubscribe import confirmation
from abandoned_checkouts.recovery.visit import Recovery, is_counted, missing, shop_of
from abandoned_checkouts.store.privacy.consent import withdraw_consent_of_customer
from abandoned_checkouts.store.privacy.email_opens import count_mail_open, count_open

# A transparent image of one pixel.
_PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


async def unsubscribe_customer(request: Request, recovery: Recovery) -> Response:
    """GET asks, POST unsubscribes: a button of the page, or of the mail program (RFC 8058)."""
    found = await _customer(request, recovery, "unsubscribe", Data.LINKED_CONSENT)
    if found is None:
        return missing(request)
    shop, number = found
    if request.method == "POST":
        async with recovery.database.begin() as connection:
            await withdraw_consent_of_customer(connection, shop, number, recovery.clock())
    return confirmation(request, shop)


async def open_tracking(request: Request, recovery: Recovery) -> Response:
    """An image. Each GET is counted, except those of programs that look ahead."""
    found = await _customer(request, recovery, "open_tracking", Data.LINKED_OPENS)
    if found is None:
        return missing(request)
    shop, number = found
    if is_counted(request):
        async with recovery.database.begin() as connection:
            await count_open(connection, shop, number, recovery.clock())
    return Response(_PIXEL, headers={"Cache-Control": "no-store"}, media_type="image/gif")


async def mail_opened(request: Request, recovery: Recovery) -> Response:
    """The image in a mail of a flow. Each GET is counted, except those of programs that look ahead."""
    name = request.path_params["mail_id"]
    async with recovery.database.read() as connection:
        shop = await shop_of(connection, request)
    key = "0" * 32 if shop is None else opened_key(shop, name)
    if not hmac.compare_digest(request.query_params.get("key", "").encode(), key.encode()) or shop is None:
        return missing(request)
    if is_counted(request):
        async with recovery.database.begin() as connection:
            await count_mail_open(connection, shop, name, recovery.clock())
    return Response(_PIXEL, headers={"Cache-Control": "no-store"}, media_type="image/gif")


async def _customer(request: Request, recovery: Recovery, purpose: Purpose, data: Data) -> tuple[Shop, int] | None:
    """The shop and the number of the customer; None with a wrong key, which takes as long as the right one."""
    number = whole_number(request.path_params["customer_id"])
    async with recovery.database.read() as connection:
        shop = await shop_of(connection, request)
    key = "0" * 32 if shop is None or number is None else customer_key(shop, purpose, number)
    given = request.query_params.get("key", "")
    caller = link_caller(hmac.compare_digest(given.encode(), key.encode()) and shop is not None)
    if refused(caller, Endpoint.RECOVERY, data, Action.WRITE) is not None or shop is None or number is None:
        return None
    return shop, number
