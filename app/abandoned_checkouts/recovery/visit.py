"""The response to a recovery link: the cart, a redirect to the storefront, or a message."""

import hmac
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from abandoned_checkouts.access.callers import link_caller
from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.access.rules import Action, Data, refused
from abandoned_checkouts.checkouts.lifecycle import rules_of, state_of
from abandoned_checkouts.checkouts.moment import DAY, Clock
from abandoned_checkouts.checkouts.settings import LINK_DAYS
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.shop_addresses import checkout_address, storefront_address
from abandoned_checkouts.checkouts.whole_number import whole_number
from abandoned_checkouts.http_kit.refusal import HttpRefusal
from abandoned_checkouts.http_kit.request_headers import address_of
from abandoned_checkouts.recovery.cart import cart_of
from abandoned_checkouts.recovery.languages import Language, language_of
from abandoned_checkouts.recovery.page import page
from abandoned_checkouts.store.checkouts.recovery_links import Linked, discount_of, linked_checkouts, record_visit
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.tenants.shops import find_shop

_LONGEST_NAME = 200
# Compared instead of the key of a missing checkout, so that the response time does not reveal whether one exists.
_NO_KEY = "0" * 32


@dataclass(frozen=True, slots=True)
class Recovery:
    """Shared by the endpoints. `address` is this server's URL; empty means the Host header of each request."""

    database: Database
    clock: Clock
    address: str

    def address_of(self, request: Request) -> str:
        return address_of(request, self.address)


async def visit(request: Request, recovery: Recovery) -> Response:
    """Without the correct key the response is the same whether or not the shop, cart or checkout exists."""
    now, parameters = recovery.clock(), request.query_params
    async with recovery.database.read() as connection:
        shop = await shop_of(connection, request)
        name = request.path_params["cart_token"][:_LONGEST_NAME]
        found = await linked_checkouts(connection, shop, name) if shop is not None and "\0" not in name else []
        linked = _opened_by(parameters.get("key", ""), found)
        code = None
        if shop is not None and linked is not None:
            discount = await discount_of(connection, shop, linked.checkout.id or 0, now)
            code = None if discount is None else discount.code
    caller = link_caller(linked is not None)
    is_refused = refused(caller, Endpoint.RECOVERY, Data.LINKED_CART, Action.READ) is not None
    if is_refused or shop is None or linked is None or _is_expired(shop, linked, now):
        return missing(request)
    if is_counted(request):
        opened_shop, opened = shop, linked
        await recovery.database.write(lambda connection: record_visit(connection, opened_shop, opened, now))
    return _answer(request, recovery, shop, linked, code, now)


def missing(request: Request) -> Response:
    """The 404 page, the same for every reason, in the language of the link or the browser."""
    language = language_of(request.query_params.get("locale"), *accepted(request))
    return message(None, language, "missing", 404)


def unavailable(request: Request, refusal: HttpRefusal) -> Response:
    """The page for a failure of this server."""
    language = language_of(request.query_params.get("locale"), *accepted(request))
    return message(None, language, "unavailable", refusal.status)


def message(
    shop: Shop | None, language: Language, name: str, status: int = 200, *, button: tuple[str, str] | None = None
) -> Response:
    """A page with the texts {name}_heading and {name}_text. `button` is a text and a URL."""
    values = {"language": language, "heading": f"{name}_heading", "text": f"{name}_text", "button": button}
    return page("message.html", status, shop=shop, values=values)


def _answer(request: Request, recovery: Recovery, shop: Shop, linked: Linked, code: str | None, now: int) -> Response:
    checkout, storefront = linked.checkout, storefront_address(shop)
    language = language_of(request.query_params.get("locale"), checkout.locale, *accepted(request), shop=shop)
    state = state_of(checkout, now, rules_of(shop), linked.contact_at)
    button = None if storefront is None else (language.say("to_shop", shop=shop.name), storefront)
    if state == "open" and storefront is not None:
        return RedirectResponse(storefront, 302, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
    if state == "open" or checkout.completed_at is not None:
        return message(shop, language, "open" if state == "open" else "bought", button=button)
    address = recovery.address_of(request)
    values = {
        "language": language,
        "cart": cart_of(checkout, language, address),
        "code": code,
        "checkout_address": checkout_address(shop, checkout, code, address),
    }
    return page("cart.html", shop=shop, values=values)


def _opened_by(key: str, found: list[Linked]) -> Linked | None:
    """The checkout with this key, or None. The number of comparisons does not depend on the result."""
    sent_key, opened = key.encode(), None
    for linked in found:
        if hmac.compare_digest(sent_key, linked.key.encode()) and linked.key and opened is None:
            opened = linked
    if not found:
        hmac.compare_digest(sent_key, _NO_KEY.encode())
    return opened


def _is_expired(shop: Shop, linked: Linked, now: int) -> bool:
    days = int(shop.settings.get("recovery_link_days", LINK_DAYS))
    since = linked.checkout.abandoned_at or linked.checkout.created_at
    return now >= since + days * DAY


def is_counted(request: Request) -> bool:
    """Whether to count the visit: a browser's prefetch is not one."""
    purpose = request.headers.get("sec-purpose", "") + request.headers.get("purpose", "")
    return request.method == "GET" and "prefetch" not in purpose.lower()


def accepted(request: Request) -> list[str]:
    """The languages of the Accept-Language header, in its order."""
    return [part.partition(";")[0] for part in request.headers.get("accept-language", "")[:500].split(",")]


async def shop_of(connection: Connection, request: Request) -> Shop | None:
    """The shop in the path of the request."""
    shop_id = whole_number(request.path_params["shop_id"])
    return None if shop_id is None else await find_shop(connection, shop_id)
