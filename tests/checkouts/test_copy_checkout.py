"""A copy of a checkout has all of its values, and can change without it."""

from dataclasses import fields

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.copy_checkout import copy_of


def test_a_copy_has_the_value_of_every_field() -> None:
    checkout = Checkout(platform="shopify", created_at=1, updated_at=2, currency="USD")
    for item in fields(Checkout):
        setattr(checkout, item.name, object())
    copy = copy_of(checkout)
    assert type(copy) is Checkout
    assert copy is not checkout
    assert all(getattr(copy, item.name) is getattr(checkout, item.name) for item in fields(Checkout))
    copy.currency = "CAD"
    assert checkout.currency != "CAD"
