"""Stores the messages of Shopify's webhooks, with one function per topic."""

import re
from collections.abc import Awaitable, Callable

import orjson

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.checkout_record import CheckoutRecord
from abandoned_checkouts.checkouts.converters import int_or_zero
from abandoned_checkouts.checkouts.event_kind import EventKind
from abandoned_checkouts.checkouts.json_shape import ObjectShape
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.checkouts.rejected import UNEXPECTED, RejectedRecordError, rejection
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.value_checks import check_customer
from abandoned_checkouts.intake.member_carts import cart_token_of, end_cart, is_members_cart, set_cart
from abandoned_checkouts.shopify.formats.from_rest import shapes
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.shopify.formats.from_rest.customer import customer_from_rest
from abandoned_checkouts.shopify.formats.from_rest.order import order_from_rest
from abandoned_checkouts.shopify.formats.from_rest.visit import visit_from_rest
from abandoned_checkouts.store.checkouts.known_records import find_known
from abandoned_checkouts.store.checkouts.open_checkouts import find_cart, find_open_checkout, save_cart
from abandoned_checkouts.store.checkouts.take import take_checkout, take_deletion
from abandoned_checkouts.store.checkouts.take_customers import (
    change_customer,
    delete_customer,
    merge_customers,
    take_customer,
)
from abandoned_checkouts.store.checkouts.take_orders import take_order
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.locks import lock_subject
from abandoned_checkouts.store.outbox.events import NewEvent, write_events
from abandoned_checkouts.store.privacy.erasure_requests import add_erasure_request, add_erasure_requests_for_all

Take = Callable[[Connection, Shop, UntypedJson, int], Awaitable[str]]


async def take(connection: Connection, shop: Shop, topic: str, source: UntypedJson, now: int) -> str:
    """Store a message and return the outcome in one word. Raises RejectedRecordError."""
    if topic not in _TOPICS:
        return "ignored"
    handler, shape = _TOPICS[topic]
    try:
        return await handler(connection, shop, source, now)
    except UNEXPECTED as problem:
        raise rejection(problem, source, shape) from None


async def _checkout(connection: Connection, shop: Shop, source: UntypedJson, now: int) -> str:
    checkout = checkout_from_rest(source, zone=shop.timezone)
    if checkout.id is None:
        checkout.id = await _number_in_name(connection, shop, checkout)
    cart = await find_cart(connection, shop, checkout.cart_token) if checkout.cart_token else None
    checkout.visit = visit_from_rest(source, None if cart is None else orjson.loads(cart), zone=shop.timezone)
    return await take_checkout(connection, shop, checkout, now)


async def _number_in_name(connection: Connection, shop: Shop, checkout: Checkout) -> int | None:
    """The id for a checkout that has none, taken from its name.

    From API version 2026-04 on, webhooks send checkouts without an id, but deletions with only the id. The name of a
    checkout is # and the id (Shopify: name). None if the token is known, or if another checkout has the id.
    """
    found = re.fullmatch(r"#(\d{1,18})", checkout.name or "", re.ASCII)
    if found is None or int(found[1]) == 0:
        return None
    number = int(found[1])
    for name in ({"token": checkout.token}, {"number": number}):
        known = await find_known(connection, shop, **name)
        if known is not None and known.checkout.token != _deleted_token(number):
            return None
    return number


async def _nameless(connection: Connection, shop: Shop, cart_token: str | None) -> CheckoutRecord | None:
    """The open checkout of a cart, if its messages had neither id nor name; this server then assigned its number."""
    known = await find_open_checkout(connection, shop, cart_token=cart_token)
    return None if known is None or known.checkout.name is not None else known


def _deleted_token(number: int) -> str:
    """The token for a checkout that was deleted before it was first reported."""
    return f"deleted-{number}"


async def _checkout_deleted(connection: Connection, shop: Shop, source: UntypedJson, now: int) -> str:
    """The message has the checkout's id and the token of its cart."""
    number, token = source.get("id"), source.get("token")
    number = None if number is None else _number(number)
    cart_token = source.get("cart_token") if number is None and token is None else None
    if number is None and token is None and cart_token is None:
        raise RejectedRecordError("id, token and cart_token are missing; one of them is required")
    found = await find_known(connection, shop, token=token, number=number, cart_token=cart_token)
    if number is None:
        return await take_deletion(connection, shop, found, now)
    names = Checkout(
        platform="shopify",
        id=number,
        token=token or _deleted_token(number),
        created_at=now,
        updated_at=now,
        currency=shop.currency,
    )
    found = found or await _nameless(connection, shop, source.get("cart_token"))
    return await take_deletion(connection, shop, found, now, names=names)


async def _cart(connection: Connection, shop: Shop, source: UntypedJson, now: int) -> str:
    token = str(source.get("token") or source["id"])
    await lock_subject(connection, shop, f"cart/{token}")
    updated_at = parse_moment(source.get("updated_at") or source["created_at"], shop.timezone)
    document = orjson.dumps(source).decode()
    outcome = await save_cart(connection, shop, token, document, updated_at, now)
    if outcome in ("created", "updated"):
        kind: EventKind = "cart_created" if outcome == "created" else "cart_updated"
        await write_events(connection, shop, [NewEvent(kind, f"cart/{token}", document)], now)
        report = {"currency": shop.currency, **source, "cart_token": token}
        report.pop("token", None)
        report.pop("id", None)
        if is_members_cart(shop, report):
            await _members_cart(connection, shop, report, now)
    return outcome


async def _members_cart(connection: Connection, shop: Shop, source: UntypedJson, now: int) -> None:
    source["token"] = cart_token_of(shop, source["cart_token"])
    source["created_at"] = source.get("created_at") or source["updated_at"]
    checkout = checkout_from_rest(source, zone=shop.timezone)
    checkout.email = checkout.email or (checkout.customer.email if checkout.customer is not None else None)
    set_cart(checkout)
    if checkout.line_items:
        await take_checkout(connection, shop, checkout, now)
    else:
        await end_cart(connection, shop, checkout.cart_token, now)


def _customer(kind: EventKind) -> Take:
    async def handler(connection: Connection, shop: Shop, source: UntypedJson, now: int) -> str:
        customer = customer_from_rest(source, now, shop.timezone)
        if customer is None:
            raise RejectedRecordError("the customer has no id")
        check_customer(customer)
        return await take_customer(connection, shop, customer, kind, now)

    return handler


async def _customer_deleted(connection: Connection, shop: Shop, source: UntypedJson, now: int) -> str:
    return await delete_customer(connection, shop, _number(source["id"]), now)


async def _customer_merged(connection: Connection, shop: Shop, source: UntypedJson, now: int) -> str:
    kept, gone = (
        _number(str(source[f"admin_graphql_api_customer_{name}_id"]).rpartition("/")[2]) for name in ("kept", "deleted")
    )
    return await merge_customers(connection, shop, kept, gone, now)


async def _customer_redacted(connection: Connection, shop: Shop, source: UntypedJson, now: int) -> str:
    """Every app must erase a customer on request. This stores the request; a background job erases the customer."""
    customer = source["customer"]
    number, email = customer.get("id"), str(customer.get("email") or "").strip()
    if number is None and not email:
        raise RejectedRecordError("customer has neither id nor email")
    number = None if number is None else _number(number)
    await add_erasure_request(connection, shop, customer_id=number, email=email or None, now=now)
    return "noted"


async def _shop_redacted(connection: Connection, shop: Shop, source: UntypedJson, now: int) -> str:
    """Shopify sends this two days after a shop uninstalled the app. All data about its buyers is erased; amounts and
    products stay."""
    await add_erasure_requests_for_all(connection, shop, now)
    return "noted"


async def _email_consent(connection: Connection, shop: Shop, source: UntypedJson, now: int) -> str:
    consent, kind = source["email_marketing_consent"], "customer_email_marketing_consent_updated"
    changes = _consent("email_marketing", consent, shop)
    number = _number(source.get("customer_id") or source["id"])
    return await change_customer(connection, shop, number, kind, changes, now)  # type: ignore[arg-type]


async def _sms_consent(connection: Connection, shop: Shop, source: UntypedJson, now: int) -> str:
    consent = source["sms_marketing_consent"] or {"state": "not_subscribed"}
    changes = _consent("sms_marketing", consent, shop)
    if consent.get("consent_collected_from"):
        changes["sms_marketing_collected_from"] = str(consent["consent_collected_from"]).upper()
    number = _number(source.get("customer_id") or source["id"])
    return await change_customer(connection, shop, number, "customer_marketing_consent_updated", changes, now)


def _consent(name: str, consent: UntypedJson, shop: Shop) -> UntypedJson:
    level, updated = consent.get("opt_in_level"), consent.get("consent_updated_at")
    return {
        f"{name}_state": str(consent["state"]).upper(),
        f"{name}_opt_in_level": str(level).upper() if level else None,
        f"{name}_updated_at": parse_moment(updated, shop.timezone) if updated else None,
    }


def _number(value: int | str) -> int:
    number = int_or_zero(value)
    if not 0 < number < 1 << 62:
        raise RejectedRecordError(f"{number} is not a valid id of Shopify")
    return number


async def _order(connection: Connection, shop: Shop, source: UntypedJson, now: int) -> str:
    return await take_order(connection, shop, order_from_rest(source, zone=shop.timezone), now)


# Topic → the function that stores its messages, and the shape of the messages.
_TOPICS: dict[str, tuple[Take, ObjectShape]] = {
    "checkouts/create": (_checkout, shapes.CHECKOUT),
    "checkouts/update": (_checkout, shapes.CHECKOUT),
    "checkouts/paid": (_checkout, shapes.CHECKOUT),
    "checkouts/delete": (_checkout_deleted, shapes.DELETION),
    "carts/create": (_cart, shapes.CART),
    "carts/update": (_cart, shapes.CART),
    "customers/create": (_customer("customer_created"), shapes.CUSTOMER),
    "customers/update": (_customer("customer_updated"), shapes.CUSTOMER),
    "customers/enable": (_customer("customer_enabled"), shapes.CUSTOMER),
    "customers/disable": (_customer("customer_disabled"), shapes.CUSTOMER),
    "customers/delete": (_customer_deleted, shapes.DELETION),
    "customers/merge": (_customer_merged, shapes.MERGE),
    "customers/redact": (_customer_redacted, shapes.REDACTION),
    "shop/redact": (_shop_redacted, ObjectShape({})),
    "customers_email_marketing_consent/update": (_email_consent, shapes.EMAIL_CONSENT),
    "customers_marketing_consent/update": (_sms_consent, shapes.SMS_CONSENT),
    "orders/create": (_order, shapes.ORDER),
    "orders/paid": (_order, shapes.ORDER),
    "orders/updated": (_order, shapes.ORDER),
}
