"""Normalised contacts: e-mail addresses without case, phone numbers in E.164."""

from typing import Any

import pytest

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.contact import (
    ContactKeys,
    contact_keys,
    customer_keys,
    email_key,
    has_same_contact,
    is_without_customer,
    needs_customer,
    phone_key,
)
from abandoned_checkouts.checkouts.customer import Customer
from tests.checkouts.samples import a_checkout, a_customer, a_shop


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("ada@example.com", "ada@example.com"),
        (" Ada@Example.COM\n", "ada@example.com"),
        ("JÖRG@EXAMPLE.COM", "jörg@example.com"),
        ("  ", None),
        ("", None),
        (None, None),
    ],
)
def test_an_email_key_is_without_case(text: str | None, key: str | None) -> None:
    assert email_key(text) == key


@pytest.mark.parametrize(
    ("text", "country", "key"),
    [
        ("+16136120707", None, "+16136120707"),
        # The form alone decides, also for a number that no country has.
        ("+99999999", None, "+99999999"),
        ("+1 (613) 612-0707", None, "+16136120707"),
        ("tel:+1-613-612-0707", None, "+16136120707"),
        ("001 613 612 0707", None, "+16136120707"),
        ("(613) 612-0707", "CA", "+16136120707"),
        ("613.612.0707", "ca", "+16136120707"),
        ("03-1234-5678", "JP", "+81312345678"),
        ("\uff10\uff13-1234-5678", "JP", "+81312345678"),
        ("0171 2345678", "DE", "+491712345678"),
        ("00 49 171 2345678", "US", "+491712345678"),
        ("011 49 171 2345678", "US", "+491712345678"),
        ("12345", None, "12345"),
        ("613 612 0707", None, "6136120707"),
        ("unknown", None, "unknown"),
        ("", None, None),
        (None, "US", None),
    ],
)
def test_a_phone_key_is_in_e164(text: str | None, country: str | None, key: str | None) -> None:
    assert phone_key(text, country) == key


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (None, True),
        ("web", True),
        ("pos", True),
        ("580111", True),
        ("shopify_draft_order", False),
        ("1354745", False),
        (1354745, False),
        ("my-app", False),
    ],
)
def test_checkouts_of_drafts_and_apps_need_no_customer(source: object, expected: bool) -> None:
    extra = None if source is None else {"source_name": source}
    checkout = Checkout(
        platform="shopify", created_at=0, updated_at=0, currency="USD", email="ada@example.com", extra=extra
    )
    assert needs_customer(checkout) is expected


def test_a_checkout_with_a_customer_or_without_contact_needs_none() -> None:
    without = Checkout(platform="shopify", created_at=0, updated_at=0, currency="USD")
    known = Checkout(platform="shopify", created_at=0, updated_at=0, currency="USD", email="a@b.example", customer_id=5)
    sent = Checkout(
        platform="shopify",
        created_at=0,
        updated_at=0,
        currency="USD",
        email="a@b.example",
        customer=Customer(id=5, created_at=0, updated_at=0),
    )
    assert not any(map(needs_customer, (without, known, sent)))


LOCAL = "(613) 612-0707"
CANADA, JAPAN = {"country_code": "CA"}, {"country_code": "JP"}


@pytest.mark.parametrize(
    ("values", "keys"),
    [
        ({"email": "Ada@Example.com", "phone": "+16136120707"}, ContactKeys("ada@example.com", "+16136120707")),
        ({"email": "Ada@Example.com"}, ContactKeys("ada@example.com", None)),
        ({"phone": ""}, ContactKeys(None, None)),
        # A local number is one of the delivery's country, else of the payer's, else of the shop's.
        ({"phone": LOCAL, "shipping_address": CANADA, "billing_address": JAPAN}, ContactKeys(None, "+16136120707")),
        ({"phone": LOCAL, "billing_address": CANADA}, ContactKeys(None, "+16136120707")),
        (
            {"phone": LOCAL, "shipping_address": {"city": "x"}, "billing_address": CANADA},
            ContactKeys(None, "+16136120707"),
        ),
        ({"phone": "03-1234-5678"}, ContactKeys(None, "+81312345678")),
    ],
)
def test_a_phone_number_gets_the_country_of_the_address(values: dict[str, Any], keys: ContactKeys) -> None:
    assert contact_keys(a_checkout(**values), a_shop(address=JAPAN)) == keys


@pytest.mark.parametrize(
    ("values", "keys"),
    [
        ({"email": "Ada@Example.com", "phone": "+16136120707"}, ContactKeys("ada@example.com", "+16136120707")),
        ({"phone": LOCAL, "addresses": [{}, CANADA]}, ContactKeys(None, "+16136120707")),
        ({"phone": "03-1234-5678"}, ContactKeys(None, "+81312345678")),
    ],
)
def test_a_customers_keys_are_from_the_customers_address(values: dict[str, Any], keys: ContactKeys) -> None:
    assert customer_keys(a_customer(**values), a_shop(address=JAPAN)) == keys


def test_without_a_country_the_key_is_the_digits() -> None:
    assert contact_keys(a_checkout(phone=LOCAL), a_shop()) == ContactKeys(None, "6136120707")


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (ContactKeys(None, None), False),
        (ContactKeys("a@b.example", None), True),
        (ContactKeys(None, "+1"), True),
        (ContactKeys("a@b.example", "+1"), True),
    ],
)
def test_one_key_is_enough(keys: ContactKeys, expected: bool) -> None:
    assert bool(keys) is expected


@pytest.mark.parametrize(
    ("values", "other", "expected"),
    [
        ({"email": "a@b.example"}, {"email": "A@B.example"}, True),
        ({"email": "a@b.example"}, {"email": "c@b.example"}, False),
        ({"email": "a@b.example", "phone": "+16136120707"}, {"email": "a@b.example"}, False),
        ({"phone": LOCAL}, {"phone": "+16136120707"}, True),
    ],
)
def test_spelling_does_not_matter_for_a_contact(values: dict[str, Any], other: dict[str, Any], expected: bool) -> None:
    assert has_same_contact(a_checkout(**values), a_checkout(**other), a_shop(address=CANADA)) is expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"email": "a@b.example"}, True),
        ({"phone": "+1"}, True),
        ({}, False),
        ({"customer": a_customer()}, False),
        ({"customer": a_customer(from_contact=True)}, True),
        ({"email": "a@b.example", "extra": {"source_name": "my-app"}}, False),
    ],
)
def test_a_created_customer_can_be_replaced(values: dict[str, Any], expected: bool) -> None:
    assert is_without_customer(a_checkout(**values)) is expected
