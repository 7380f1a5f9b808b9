"""Wix's signed events of carts: a member's cart waits for the threshold, as one that a storefront reports.

Wix declares checkouts abandoned itself, but not carts that are left before the checkout. A visitor's cart has nobody
to write to, and is ignored.
"""

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.intake.member_carts import cart_token_of, end_cart, set_cart
from abandoned_checkouts.store.checkouts.take import take_checkout
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.wix.from_wix.checkout import checkout_from_wix

CART = "wix.ecom.v1.cart"
_EVENT_TYPES = {f"{CART}_{slug}": slug for slug in ("created", "updated", "deleted")}
# The keys that a cart and an abandoned checkout have in common.
_SHARED = (
    "createdDate",
    "updatedDate",
    "currency",
    "conversionCurrency",
    "buyerLanguage",
    "buyerInfo",
    "lineItems",
    "appliedDiscounts",
)


def cart_slug(kind: str) -> str | None:
    """What happened to the cart; None for an event of another kind."""
    return _EVENT_TYPES.get(kind)


async def take_cart(
    connection: Connection, shop: Shop, slug: str, cart_id: str, happened: UntypedJson, now: int
) -> str:
    """Store the cart and return the outcome in one word. Raises RejectedRecordError.

    A deleted or emptied cart, and one with a checkout, is not waiting any more.
    """
    if slug == "deleted":
        await end_cart(connection, shop, cart_id, now)
        return "deleted"
    entity = happened.get("entity") or happened.get("currentEntity")
    if not isinstance(entity, dict):
        raise RejectedRecordError("the event has no cart")
    buyer = entity.get("buyerInfo")
    if not isinstance(buyer, dict) or not buyer.get("memberId"):
        return "ignored"
    contact = entity.get("contactInfo")
    details = contact.get("contactDetails") if isinstance(contact, dict) else None
    shared = {name: entity[name] for name in _SHARED if name in entity}
    cart = {**shared, "id": entity.get("id") or cart_id, "cartId": entity.get("id") or cart_id}
    checkout = checkout_from_wix(cart | ({"contactDetails": details} if details else {}))
    if not checkout.line_items or entity.get("checkoutId"):
        await end_cart(connection, shop, checkout.cart_token, now)
        return "ended"
    # It is a cart, and nobody has declared it abandoned.
    checkout.uuid, checkout.abandoned_at = None, None
    checkout.token = cart_token_of(shop, checkout.cart_token or "")
    set_cart(checkout)
    return await take_checkout(connection, shop, checkout, now)
