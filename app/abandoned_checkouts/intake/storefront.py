"""POST /intake/checkouts: receives checkouts of a custom storefront, in the JSON of Shopify's REST API.

The body is a checkout, `{"checkout": …}` or `{"checkouts": […]}`. `id`, `token`, the times and the currency are
optional. The response has the token of the checkout. Later requests about the same checkout have this token, or the
same header `Idempotency-Key`. A checkout with `completed_at` is completed. A line without `quantity` has one; one with
the `variant_id` of a known product can leave out its title and price.
"""

from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.access.rules import Action, Data, refused, rule_of
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.lifecycle import rules_of, state_of
from abandoned_checkouts.checkouts.moment import format_microseconds, format_utc
from abandoned_checkouts.checkouts.randomness import random_hex
from abandoned_checkouts.checkouts.recovery_link import link_of
from abandoned_checkouts.checkouts.rejected import RejectedRecordError, json_object
from abandoned_checkouts.checkouts.shop import WIX, Shop
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.http_kit.request_headers import access_token
from abandoned_checkouts.http_kit.responses import json_response
from abandoned_checkouts.intake.endpoint import BODIES, Intake, json_of
from abandoned_checkouts.intake.known_products import complete_lines
from abandoned_checkouts.intake.member_carts import cart_token_of, end_cart, is_members_cart, set_cart
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.shopify.formats.from_rest.visit import visit_from_rest
from abandoned_checkouts.store.checkouts.open_checkouts import find_abandoned_checkout, find_open_checkout
from abandoned_checkouts.store.checkouts.take import take_checkout
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.tenants.access_tokens import Access, find_access

MOST = 250


async def receive(request: Request, intake: Intake) -> Response:
    """Responds with 200, the ids and the `outcome` of each checkout, or with 422 and the error; then nothing is
    stored."""
    now = intake.clock()
    access = await _access(request, intake, now)
    source = json_of(await BODIES.read(request))
    listed = isinstance(source, dict) and "checkouts" in source
    items = source["checkouts"] if listed else [source.get("checkout", source) if isinstance(source, dict) else source]
    if not isinstance(items, list) or not 0 < len(items) <= MOST:
        raise RefusedError(422, f"checkouts must be a list of 1 to {MOST} checkouts.")
    async with intake.database.read() as connection:
        await complete_lines(connection, access.shop, items)
    key = request.headers.get("idempotency-key")
    checkouts = []
    for place, item in enumerate(items):
        try:
            checkouts.append(reported_checkout(access.shop, item, f"{key}/{place}" if key else None, now))
        except RejectedRecordError as problem:
            where = f"checkouts[{place}]" if listed else "checkout"
            raise RefusedError(422, f"{where}: {problem}") from None
    address = intake.address_of(request)

    async def take(connection: Connection) -> list[Json]:
        return [
            await take_reported(connection, access.shop, checkout, sent_times, now, address)
            for checkout, sent_times in checkouts
        ]

    answers = await intake.database.write(take)
    intake.wake()
    return json_response({"checkouts": answers} if listed else {"checkout": answers[0]})


async def _access(request: Request, intake: Intake, now: int) -> Access:
    token, host = access_token(request), request.headers.get("host", "")
    async with intake.database.read() as connection:
        access = await find_access(connection, token, now, Endpoint.STOREFRONT_INTAKE, host) if token else None
    if access is None:
        raise RefusedError(401, "[API] Invalid API key or access token (unrecognized login or wrong password)")
    if refused(access, Endpoint.STOREFRONT_INTAKE, Data.NEW_CHECKOUTS, Action.WRITE) is not None:
        scopes = rule_of(Data.NEW_CHECKOUTS, Action.WRITE).scopes
        raise RefusedError(403, f"This action requires one of the scopes {', '.join(sorted(scopes))}.")
    return access


def reported_checkout(shop: Shop, source: object, key: str | None, now: int) -> tuple[Checkout, frozenset[str]]:
    """The checkout, and the names of the times that the source sent."""
    source = json_object(source)
    present = format_microseconds(now)
    is_cart = is_members_cart(shop, source)
    if is_cart:
        source["token"] = cart_token_of(shop, str(source["cart_token"]))
    if not source.get("id") and not source.get("token"):
        source["token"] = derived_token(shop.secret, "storefront", key) if key else random_hex(16)
    source.setdefault("currency", shop.currency)
    sent_times = frozenset(name for name in ("created_at", "updated_at") if source.get(name))
    source["updated_at"] = source.get("updated_at") or source.get("created_at") or present
    source["created_at"] = source.get("created_at") or source["updated_at"]
    checkout = checkout_from_rest(source, zone=shop.timezone)
    checkout.platform = "storefront"
    _take_contact(checkout, source.get("customer"))
    if is_cart:
        set_cart(checkout)
    checkout.visit = {**visit_from_rest(source, None, zone=shop.timezone), "source": "custom_storefront"}
    return checkout, sent_times


def _take_contact(checkout: Checkout, customer: object) -> None:
    """Copy the contact from `customer` to the checkout, because a storefront may send it only there."""
    for name in ("email", "phone"):
        text = customer.get(name) if isinstance(customer, dict) else None
        if not getattr(checkout, name) and isinstance(text, str) and text.strip():
            setattr(checkout, name, text.strip())


async def take_reported(
    connection: Connection, shop: Shop, checkout: Checkout, sent_times: frozenset[str], now: int, address: str
) -> Json:
    if checkout.platform != WIX or not checkout.line_items:
        await end_cart(connection, shop, checkout.cart_token, now)
    outcome = await take_checkout(connection, shop, checkout, now, sent_times=sent_times)
    stored = await find_abandoned_checkout(connection, shop, token=checkout.token, number=checkout.id)
    entry = None if stored else await find_open_checkout(connection, shop, token=checkout.token, number=checkout.id)
    known = stored[0] if stored else entry.checkout if entry else checkout
    due_at = entry.due_at if entry else None
    return {
        "id": known.id,
        "token": known.token,
        "outcome": outcome,
        "state": state_of(known, now, rules_of(shop)) if stored else entry.state if entry else "open",
        "abandoned_from": None if due_at is None else format_utc(due_at),
        "abandoned_checkout_url": link_of(shop, known, address),
    }
