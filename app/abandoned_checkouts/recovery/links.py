"""The addresses in a mail: back to the cart, and out of the list."""

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.recovery_link import recovery_link
from abandoned_checkouts.checkouts.shop import Shop


def cart_link(address: str, shop: Shop, checkout: Checkout, key: str) -> str:
    """`address` is where this server is reached, without a slash at its end."""
    return recovery_link(address, shop.id, checkout.cart_token, checkout.token or "", key, checkout.locale)


def unsubscribe_link(address: str, shop: Shop, recipient: str, locale: str) -> str:
    """`recipient` is the key that an address is known by (see store/privacy/unsubscribed)."""
    key = unsubscribe_key(shop, recipient)
    return f"{address}/{shop.id}/reminders/{recipient}/unsubscribe?key={key}&locale={locale}"


def unsubscribe_key(shop: Shop, recipient: str) -> str:
    return derived_token(shop.secret, "unsubscribe", recipient)
