"""A buyer's contact in one spelling, by which their customer is found: e-mail without case, phone in E.164."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from abandoned_checkouts.checkouts.address import Address
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.shop import Shop

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_INTERNATIONAL = re.compile(r"\s*00(?=[\s1-9])")
# Where buyers themselves check out (REST: source_name). Every other source is a draft order or an app; a checkout that
# one of these made has a customer only if the source sends one (GraphQL: AbandonedCheckout.customer).
_BUYERS_SOURCES = frozenset(("web", "pos", "iphone", "android", "580111"))


@dataclass(frozen=True, slots=True)
class ContactKeys:
    """The two ways to reach a buyer, as email_key and phone_key spell them."""

    email: str | None
    phone: str | None

    def __bool__(self) -> bool:
        return self.email is not None or self.phone is not None


def email_key(text: str | None) -> str | None:
    return (text.strip().casefold() or None) if text else None


def phone_key(text: str | None, country: str | None = None) -> str | None:
    """The number in E.164: "(613) 612-0707" in CA → "+16136120707". `country` is an ISO 3166 code.

    A number without its country, where `country` is unknown, is reduced to its digits; a text without digits stays.
    """
    if not text:
        return None
    return text if _E164.fullmatch(text) else _spelled(text, country)


@lru_cache(maxsize=16384)
def _spelled(text: str, country: str | None) -> str | None:
    # Most numbers arrive in E.164: the tables of all countries are loaded for the others only.
    import phonenumbers

    for number, region in ((_INTERNATIONAL.sub("+", text), None), (text, country)):
        try:
            parsed = phonenumbers.parse(number, region and region.upper())
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(parsed):
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    digits = "".join(str(int(each)) for each in text if each.isdecimal())
    return digits or text.strip().casefold() or None


def contact_keys(checkout: Checkout, shop: Shop) -> ContactKeys:
    """The keys of the checkout's own contact. A phone number without its country is one of the address, or the shop."""
    addresses = (checkout.shipping_address, checkout.billing_address, shop.address)
    return ContactKeys(email_key(checkout.email), _phone_key(checkout.phone, addresses))


def customer_keys(customer: Customer, shop: Shop) -> ContactKeys:
    return ContactKeys(email_key(customer.email), _phone_key(customer.phone, (*customer.addresses, shop.address)))


def has_same_contact(checkout: Checkout, other: Checkout, shop: Shop) -> bool:
    return contact_keys(checkout, shop) == contact_keys(other, shop)


def is_without_customer(checkout: Checkout) -> bool:
    """Whether the customer must be found or made: there is only a contact, or an exported customer made of one."""
    return needs_customer(checkout) or (checkout.customer is not None and checkout.customer.from_contact)


def needs_customer(checkout: Checkout) -> bool:
    """Whether the buyer is known by their contact alone, so that the contact makes or finds a customer."""
    if checkout.customer is not None or checkout.customer_id is not None or not (checkout.email or checkout.phone):
        return False
    source = (checkout.extra or {}).get("source_name")
    return not source or source in _BUYERS_SOURCES


def _phone_key(text: str | None, addresses: Iterable[Address | None]) -> str | None:
    if not text or _E164.fullmatch(text):
        return text or None
    countries = (address.get("country_code") for address in addresses if address is not None)
    return phone_key(text, next(filter(None, countries), None))
