"""Unsubscribing from mails: by a page with a button, or by the button of the mail program (RFC 8058)."""

import hmac

from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.access.callers import link_caller
from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.access.rules import Action, Data, refused
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.recovery.languages import language_of
from abandoned_checkouts.recovery.links import unsubscribe_key
from abandoned_checkouts.recovery.page import page
from abandoned_checkouts.recovery.visit import Recovery, accepted, message, missing, shop_of
from abandoned_checkouts.store.privacy.consent import withdraw_consent


async def unsubscribe_page(request: Request, recovery: Recovery) -> Response:
    """GET shows the page and POST unsubscribes. Some programs open every link of a mail, so GET changes nothing."""
    recipient = request.path_params["recipient"]
    async with recovery.database.read() as connection:
        shop = await shop_of(connection, request)
    key = unsubscribe_key(shop, recipient) if shop is not None else "0" * 32
    sent_key = request.query_params.get("key", "")
    caller = link_caller(hmac.compare_digest(sent_key.encode(), key.encode()))
    if refused(caller, Endpoint.RECOVERY, Data.LINKED_CONSENT, Action.WRITE) is not None or shop is None:
        return missing(request)
    if request.method == "POST":
        async with recovery.database.begin() as connection:
            await withdraw_consent(connection, shop, recipient, recovery.clock())
    return confirmation(request, shop)


def confirmation(request: Request, shop: Shop) -> Response:
    """The page with the button; after a POST, the page that confirms it."""
    language = language_of(request.query_params.get("locale"), *accepted(request), shop=shop)
    if request.method == "POST":
        return message(shop, language, "unsubscribed")
    return page("unsubscribe.html", shop=shop, values={"language": language})
