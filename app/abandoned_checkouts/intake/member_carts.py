"""Carts of a Wix site's members. A cart that a member leaves without starting a checkout becomes an abandoned checkout.

Wix knows the contact of a member before the checkout. Carts of Shopify shops have no contact, so they never become
abandoned.
"""

from abandoned_checkouts.checkouts.buyer import ACCOUNT
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.shop import WIX, Shop
from abandoned_checkouts.store.checkouts.open_checkouts import find_open_checkout
from abandoned_checkouts.store.checkouts.take import take_deletion
from abandoned_checkouts.store.engine.database import Connection


def is_members_cart(shop: Shop, source: UntypedJson) -> bool:
    """Whether a report is about a member's cart, not a checkout: it has a `cart_token`, but neither id nor token."""
    customer = source.get("customer")
    return (
        shop.platform == WIX
        and bool(source.get("cart_token"))
        and not source.get("id")
        and not source.get("token")
        and isinstance(customer, dict)
        and str(customer.get("state") or "").lower() == ACCOUNT
    )


def cart_token_of(shop: Shop, cart_token: str) -> str:
    """The token under which a cart is stored as an open checkout until its threshold passes."""
    return derived_token(shop.secret, "cart", cart_token)


def set_cart(checkout: Checkout) -> None:
    """Mark the checkout as a cart by removing its checkoutId: see abandonment_type."""
    checkout.platform, checkout.checkout_uuid = "wix", None


async def end_cart(connection: Connection, shop: Shop, cart_token: str | None, now: int) -> None:
    """Delete a stored open cart, because the member started the checkout or emptied the cart."""
    if shop.platform != WIX or not cart_token:
        return
    found = await find_open_checkout(connection, shop, token=cart_token_of(shop, cart_token))
    if found is not None and found.state == "open":
        await take_deletion(connection, shop, found, now)
