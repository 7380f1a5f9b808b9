"""The address that leads a buyer back to a checkout.

It has Shopify's form: https://{shop}/{shop number}/checkouts/ac/{cart token}/recover?key={32 hex digits}, followed by
&locale={language} if the language is known.
"""

from urllib.parse import quote

from abandoned_checkouts.checkouts.caches import cached_texts
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.shop import Shop


def recovery_link(base: str, shop_id: int, cart_token: str | None, token: str, key: str, locale: str | None) -> str:
    """The link. `base` is the shop's address with its scheme, without a slash at its end."""
    given = cart_token or token
    # Most tokens have letters and digits alone. Quoting takes more time than the rest of the link.
    shown = given if given.isascii() and given.isalnum() else quote(given, safe="")
    return f"{base}/{shop_id}/checkouts/ac/{shown}/recover?key={key}{_ending(locale) if locale else ''}"


@cached_texts(512, 32)
def _ending(locale: str) -> str:
    return f"&locale={quote(locale)}"


def recovery_key_of(shop: Shop, checkout: Checkout) -> str:
    """The key of a checkout's link. For an open checkout, the key that it will have when it is abandoned."""
    return checkout.recovery_key or derived_token(shop.secret, "recovery", checkout.token or "")


def link_of(shop: Shop, checkout: Checkout, address: str) -> str:
    """The platform's link if the source sent one, else a link to this server at `address`."""
    return checkout.abandoned_checkout_url or recovery_link(
        address,
        shop.id,
        checkout.cart_token,
        checkout.token or "",
        recovery_key_of(shop, checkout),
        checkout.locale,
    )
