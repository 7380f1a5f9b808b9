"""The number that identifies a shopper in reports: one person, who may have abandoned several checkouts."""

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.contact import contact_keys
from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.shop import Shop


def shopper_of(shop: Shop, checkout: Checkout) -> int | None:
    """A keyed hash of 63 bits of the customer's number, else of the e-mail address, else of the phone number.

    It cannot be computed without the shop's secret. None if the checkout has no contact.
    """
    number = checkout.customer.id if checkout.customer is not None else checkout.customer_id
    contact: int | str | None = number
    if not number:
        keys = contact_keys(checkout, shop)
        contact = keys.email or keys.phone
    return None if contact is None else shopper_number(shop, contact)


def shopper_number(shop: Shop, contact: int | str) -> int:
    return int(derived_token(shop.secret, "shopper", contact)[:16], 16) >> 1
