"""Two links for mails to a customer: the unsubscribe page, and the image that counts opened mails."""

from typing import Literal

from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.shop import Shop

# The purposes of a link, each with its part of the path.
Purpose = Literal["unsubscribe", "open_tracking"]
PATHS: dict[Purpose, str] = {"unsubscribe": "unsubscribe", "open_tracking": "open-tracking"}


def customer_link(address: str, shop: Shop, purpose: Purpose, number: int) -> str:
    """The link of one customer. `address` is this server's URL without a slash at the end."""
    return f"{address}/{shop.id}/{PATHS[purpose]}/{number}?key={customer_key(shop, purpose, number)}"


def customer_key(shop: Shop, purpose: Purpose, number: int) -> str:
    """The key in the link. It is valid for one customer, purpose and shop only."""
    return derived_token(shop.secret, purpose, number)
