"""Takes Wix's signed cart events. A member's cart becomes an open checkout, which is abandoned when its threshold
passes.

Wix itself decides when a checkout is abandoned, but not when a cart is. Carts of visitors are ignored, because they
have no contact.
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
# The keys that Wix's carts and abandoned checkouts share.
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
    """How the cart changed, or None if the event is not about a cart."""
    return _EVENT_TYPES.get(kind)


async def take_cart(
    connection: Connection, shop: Shop, slug: str, cart_id: str, happened: UntypedJson, now: int
) -> str:
    """Store the cart and return the outcome in one word. Raises RejectedRecordError.

    If the cart was deleted or emptied, or has a checkout now, its open checkout is deleted.
    """
    if slug == "deleted":
        await end_cart(connection, shop, cart_id, now)
        return "deleted"
    entity = happened.get("entity") or happened.get("currentEntity")
    if not isinstance(entity, dict):
        raise RejectedRecordError("the event does not contain a cart")
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
    # Not abandoned yet: a cart, unlike Wix's checkouts, becomes abandoned by our threshold.
    checkout.uuid, checkout.abandoned_at = None, None
    checkout.token = cart_token_of(shop, checkout.cart_token or "")
    set_cart(checkout)
    return await take_checkout(connection, shop, checkout, now)
