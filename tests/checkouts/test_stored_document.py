"""Checkouts and customers as JSON texts: nothing is lost."""

import pytest

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.stored_document import document_of, read_checkout_document, read_customer_document
from tests.checkouts.samples import NOW, a_checkout, a_customer, a_line

CUSTOMER = a_customer(first_name="Zoë", tags=["vip"], addresses=[{"city": "Łódź"}], extra={"a": [1]})


@pytest.mark.parametrize(
    "checkout",
    [
        a_checkout(),
        a_checkout(
            customer=CUSTOMER,
            line_items=[a_line(title="Tea 🫖", custom_attributes=[{"key": "a", "value": None}]), a_line(key="l")],
            present_fields=frozenset({"email", "note"}),
            visit={"started_at": NOW},
            activities=[{"activity_type": "SCHEDULED", "created_at": NOW}],
        ),
        a_checkout(present_fields=frozenset()),
    ],
    ids=["empty", "full", "no present fields"],
)
def test_a_checkout_is_read_as_it_was_written(checkout: Checkout) -> None:
    found = read_checkout_document(document_of(checkout))
    assert found == checkout
    assert type(found.present_fields) is type(checkout.present_fields)


def test_a_customer_is_read_as_it_was_written() -> None:
    assert read_customer_document(document_of(CUSTOMER)) == CUSTOMER
