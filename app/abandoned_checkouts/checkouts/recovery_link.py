"""The address that leads a buyer back to a checkout.

The form is Shopify's: https://{shop}/{shop number}/checkouts/ac/{cart token}/recover?key={32 hex digits}, and behind
it &locale={language}.
"""

from urllib.parse import quote

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.shop import Shop


def recovery_link(base: str, shop_id: int, cart_token: str | None, token: str, key: str, locale: str | None) -> str:
    """`base` is the shop's own address with its scheme, without a slash at its end."""
    ending = f"&locale={quote(locale)}" if locale else ""
    return f"{base}/{shop_id}/checkouts/ac/{quote(cart_token or token, safe='')}/recover?key={key}{ending}"


def recovery_key_of(shop: Shop, checkout: Checkout) -> str:
    """The key of a checkout's link; one that is still open has the key that it will be stored with."""
    return checkout.recovery_key or derived_token(shop.secret, "recovery", checkout.token or "")


def link_of(shop: Shop, checkout: Checkout, address: str) -> str:
    """The platform's own link where the checkout came with one, else one to `address`, where this server is reached."""
    return checkout.abandoned_checkout_url or recovery_link(
        address,
        shop.id,
        checkout.cart_token,
        checkout.token or "",
        recovery_key_of(shop, checkout),
        checkout.locale,
    )
