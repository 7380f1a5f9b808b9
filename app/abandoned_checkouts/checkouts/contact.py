"""Normalised e-mail addresses and phone numbers, by which the customer of a checkout is found."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from abandoned_checkouts.checkouts.address import Address
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.shop import Shop

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_INTERNATIONAL = re.compile(r"\s*00(?=[\s1-9])")
# Sources where buyers check out themselves (REST: source_name). All other sources are draft orders and apps. A checkout
# from those has a customer only if the source sends one (GraphQL: AbandonedCheckout.customer).
_BUYERS_SOURCES = frozenset(("web", "pos", "iphone", "android", "580111"))


class ContactKeys(NamedTuple):
    """A buyer's e-mail address and phone number, normalised by email_key and phone_key."""

    email: str | None
    phone: str | None

    def __bool__(self) -> bool:
        return self.email is not None or self.phone is not None


def email_key(text: str | None) -> str | None:
    return (text.strip().casefold() or None) if text else None


def phone_key(text: str | None, country: str | None = None) -> str | None:
    """The number in E.164: "(613) 612-0707" in CA → "+16136120707". `country` is an ISO 3166 code.

    If neither the number nor `country` says which country it is, the result is the digits. A text without digits is
    returned in lower case.
    """
    if not text:
        return None
    return text if _E164.fullmatch(text) else _spelled(text, country)


@lru_cache(maxsize=16384)
def _spelled(text: str, country: str | None) -> str | None:
    # Loaded here because the tables of all countries take a while to load, and most numbers arrive in E.164 already.
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
    """The keys of the checkout's contact. A phone number without a country code gets that of the address, or the
    shop."""
    addresses = (checkout.shipping_address, checkout.billing_address, shop.address)
    return ContactKeys(email_key(checkout.email), _phone_key(checkout.phone, addresses))


def customer_keys(customer: Customer, shop: Shop) -> ContactKeys:
    return keys_of_customer(customer.email, customer.phone, customer.addresses, shop)


def keys_of_customer(email: str | None, phone: str | None, addresses: Iterable[Address], shop: Shop) -> ContactKeys:
    """The keys of a customer's contact. The addresses are the customer's."""
    return ContactKeys(email_key(email), _phone_key(phone, (*addresses, shop.address)) if phone else None)


def has_same_contact(checkout: Checkout, other: Checkout, shop: Shop) -> bool:
    return contact_keys(checkout, shop) == contact_keys(other, shop)


def is_without_customer(checkout: Checkout) -> bool:
    """Whether the store must find or create the customer: the source sent a contact only, or a customer that an earlier
    export had created from a contact."""
    return needs_customer(checkout) or (checkout.customer is not None and checkout.customer.from_contact)


def needs_customer(checkout: Checkout) -> bool:
    """Whether the source sent only a contact, from which the store finds or creates the customer."""
    if checkout.customer is not None or checkout.customer_id is not None or not (checkout.email or checkout.phone):
        return False
    source = (checkout.extra or {}).get("source_name")
    return not source or source in _BUYERS_SOURCES


def _phone_key(text: str | None, addresses: Iterable[Address | None]) -> str | None:
    if not text or _E164.fullmatch(text):
        return text or None
    countries = (address.get("country_code") for address in addresses if address is not None)
    return phone_key(text, next(filter(None, countries), None))
