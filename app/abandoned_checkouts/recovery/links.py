"""The links in a mail: the recovery link, and the link to unsubscribe."""

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.recovery_link import recovery_link
from abandoned_checkouts.checkouts.shop import Shop


def cart_link(address: str, shop: Shop, checkout: Checkout, key: str) -> str:
    """The recovery link. `address` is this server's URL without a trailing slash."""
    return recovery_link(address, shop.id, checkout.cart_token, checkout.token or "", key, checkout.locale)


def unsubscribe_link(address: str, shop: Shop, recipient: str, locale: str) -> str:
    """`recipient` is the keyed hash of the e-mail address (see store/privacy/unsubscribed)."""
    key = unsubscribe_key(shop, recipient)
    return f"{address}/{shop.id}/reminders/{recipient}/unsubscribe?key={key}&locale={locale}"


def opened_link(address: str, shop: Shop, mail_id: str) -> str:
    """The image in a mail that counts how often it is opened."""
    return f"{address}/{shop.id}/reminders/{mail_id}/opened?key={opened_key(shop, mail_id)}"


def opened_key(shop: Shop, mail_id: str) -> str:
    return derived_token(shop.secret, "opened", mail_id)


def unsubscribe_key(shop: Shop, recipient: str) -> str:
    return derived_token(shop.secret, "unsubscribe", recipient)
