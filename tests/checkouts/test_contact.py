"""Contacts in one spelling: e-mail addresses without case, phone numbers in E.164."""

import pytest

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.contact import email_key, needs_customer, phone_key
from abandoned_checkouts.checkouts.customer import Customer


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
def test_email_key(text: str | None, key: str | None) -> None:
    assert email_key(text) == key


@pytest.mark.parametrize(
    ("text", "country", "key"),
    [
        ("+16136120707", None, "+16136120707"),
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
def test_phone_key(text: str | None, country: str | None, key: str | None) -> None:
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
def test_drafts_and_apps_have_no_customer(source: object, expected: bool) -> None:
    extra = None if source is None else {"source_name": source}
    checkout = Checkout(
        platform="shopify", created_at=0, updated_at=0, currency="USD", email="ada@example.com", extra=extra
    )
    assert needs_customer(checkout) is expected


def test_who_needs_no_customer() -> None:
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
