"""The record of a deleted checkout."""

from abandoned_checkouts.checkouts.checkout_record import CheckoutRecord, deleted_record
from tests.checkouts.samples import NOW, a_checkout, a_customer, a_line


def test_a_deleted_checkout_has_only_its_names_and_times() -> None:
    known = a_checkout(
        platform="wix",
        token="tok",
        updated_at=NOW + 5,
        currency="EUR",
        email="ada@example.com",
        customer=a_customer(),
        line_items=[a_line()],
    )
    names = a_checkout(platform="wix", token="tok", updated_at=NOW + 5, currency="EUR")
    assert deleted_record(known, 4) == CheckoutRecord(names, "deleted", 4, contact_at=None, due_at=None)
