"""The key `more`: exactly the fields that an import of the other keys would not restore."""

import copy

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.shopify.formats.rest_extras import apply_more, more_of
from tests.intake.samples import rest_checkout


def sample() -> Checkout:
    return checkout_from_rest(rest_checkout(1))


def test_equal_nouns_have_no_more() -> None:
    assert more_of(sample(), sample()) == {}


def test_more_has_the_fields_that_differ_and_restores_them() -> None:
    changed = copy.deepcopy(sample())
    changed.email_state, changed.note, changed.line_items = "SENT", "call back", []
    more = more_of(changed, sample())
    assert more == {"email_state": "SENT", "note": "call back"}, "line items have their own key"
    restored = sample()
    apply_more(restored, more)
    assert more_of(changed, restored) == {}
