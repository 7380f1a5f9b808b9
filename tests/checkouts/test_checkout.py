"""The name that a checkout is sorted by, whether the buyer can be reached, and whether it is a cart."""

from typing import Any

import pytest

from abandoned_checkouts.checkouts.checkout import abandonment_type, customer_name, has_contact
from tests.checkouts.samples import a_checkout, a_customer

ADA = {"first_name": "Ada", "last_name": "Lovelace"}
BOB = {"first_name": "Bob", "last_name": "Byron"}


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"customer": a_customer(first_name="Cara", last_name="Clay"), "billing_address": ADA}, "clay, cara"),
        ({"customer": a_customer(), "billing_address": ADA, "shipping_address": BOB}, "lovelace, ada"),
        ({"billing_address": {"city": "Rome"}, "shipping_address": BOB}, "byron, bob"),
        ({"shipping_address": {"first_name": "Bob"}}, ", bob"),
        ({"shipping_address": {"last_name": "Byron"}}, "byron, "),
        ({"customer": a_customer(last_name="Ó Brien")}, "ó brien, "),
        ({}, ", "),
    ],
)
def test_lists_are_sorted_by_last_name_then_first_name(values: dict[str, Any], name: str) -> None:
    assert customer_name(a_checkout(**values)) == name


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, False),
        ({"email": "", "phone": ""}, False),
        ({"email": "ada@example.com"}, True),
        ({"phone": "+1"}, True),
        ({"customer_id": 501}, True),
        ({"customer": a_customer()}, True),
    ],
)
def test_a_buyer_with_any_contact_can_be_reached(values: dict[str, Any], expected: bool) -> None:
    assert has_contact(a_checkout(**values)) is expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"platform": "wix", "checkout_uuid": None}, "CART"),
        ({"platform": "wix", "checkout_uuid": ""}, "CART"),
        ({"platform": "wix", "checkout_uuid": "b3f0"}, "CHECKOUT"),
        ({"platform": "shopify", "checkout_uuid": None}, "CHECKOUT"),
        ({"platform": None, "checkout_uuid": None}, "CHECKOUT"),
    ],
)
def test_only_wix_reports_carts_without_a_checkout(values: dict[str, Any], expected: str) -> None:
    assert abandonment_type(a_checkout(**values)) == expected
