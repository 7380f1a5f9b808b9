"""The addresses of a customer: where they unsubscribe, and the image that counts opened e-mails."""

from typing import Literal

from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.shop import Shop

# The purposes of a key, and their parts of the path.
Purpose = Literal["unsubscribe", "open_tracking"]
PATHS: dict[Purpose, str] = {"unsubscribe": "unsubscribe", "open_tracking": "open-tracking"}


def customer_link(address: str, shop: Shop, purpose: Purpose, number: int) -> str:
    """`address` is this server's URL, without a slash at its end."""
    return f"{address}/{shop.id}/{PATHS[purpose]}/{number}?key={customer_key(shop, purpose, number)}"


def customer_key(shop: Shop, purpose: Purpose, number: int) -> str:
    """Opens the address of one customer; another customer, purpose or shop has another key."""
    return derived_token(shop.secret, purpose, number)
