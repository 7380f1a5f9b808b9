"""Conversion of Wix's abandonedCheckout JSON, as in exported files, to a Checkout."""

from typing import Any

import pytest

from abandoned_checkouts.checkouts.activity import email_state_of
from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.wix.from_wix.checkout import checkout_from_wix
from abandoned_checkouts.wix.from_wix.values import id_from_guid
from tests.checkouts.total_violations import violations
from tests.intake.samples import wix_checkout

LINE = {
    "id": "0f1d2c3b-9f0a-4b0e-8a11-0a5b4d8f4e07",
    "quantity": 3,
    "productName": {"original": "Oak Lamp"},
    "price": {"amount": "85", "convertedAmount": "78.2"},
    "descriptionLines": [
        {"name": {"original": "Size"}, "plainText": {"original": "Tall"}},
        {"name": {"original": "Colour"}, "colorInfo": {"original": "Red", "code": "#f00"}},
    ],
    "image": {"id": "x.png", "url": "https://static.example/x.png", "width": 40, "height": 30},
    "physicalProperties": {"sku": "OAK-1", "shippable": True},
    "catalogReference": {"catalogItemId": "6de9f4a4-0b3a-4f6e-9d50-7f5a4d9f1111", "appId": "x"},
}


def test_names_times_and_money() -> None:
    checkout = checkout_from_wix(wix_checkout())
    assert checkout.uuid == "b4ebb0b8-9f0a-4b0e-8a11-0a5b4d8f4e02"
    assert checkout.created_at == parse_moment("2026-05-03T08:26:07.512Z")
    assert (checkout.total_price, checkout.currency) == (2_550_000, "USD")
    assert checkout.customer is not None
    assert checkout.customer.uuid == "251f2a54-9f0a-4b0e-8a11-0a5b4d8f4e05"
    assert checkout.customer.id == id_from_guid(checkout.customer.uuid) < 1 << 52
    assert (checkout.customer.first_name, checkout.phone) == ("John", "+15025550101")


def test_lines_and_discounts() -> None:
    discounts = [
        {"coupon": {"id": "c", "code": "TEN", "name": "Ten", "amount": {"amount": "25.5", "convertedAmount": "23.46"}}},
        {
            "discountRule": {"id": "r", "name": {"original": "May"}, "amount": {"amount": "5"}},
            "lineItemIds": [LINE["id"]],
        },
        {"merchantDiscount": {"amount": {"amount": "1"}, "percentage": 2}},
    ]
    total = {"amount": "223.5", "convertedAmount": "205.62"}
    checkout = checkout_from_wix(
        wix_checkout(
            lineItems=[LINE],
            appliedDiscounts=discounts,
            totalPrice=total,
            subtotalPrice={"amount": "255", "convertedAmount": "234.6"},
            conversionCurrency="EUR",
        )
    )
    (line,) = checkout.line_items
    assert (line.title, line.variant_title, line.sku, line.quantity) == ("Oak Lamp", "Tall / Red", "OAK-1", 3)
    assert (line.original_unit_price, line.presentment_original_unit_price) == (850_000, 782_000)
    assert [item["kind"] for item in checkout.discount_applications] == ["code", "automatic", "manual"]
    assert [item["amount"] for item in line.discount_allocations] == [255_000, 50_000, 10_000]
    assert checkout.total_discount == 315_000 and checkout.total_price == 2_235_000
    assert [text for text in violations(checkout) if "presentment" not in text] == []


def test_a_recovered_checkout_is_completed() -> None:
    checkout = checkout_from_wix(wix_checkout(status="RECOVERED", checkoutRecoveredDate="2026-05-03T09:00:00.000Z"))
    assert checkout.completed_at == checkout.recovered_at == parse_moment("2026-05-03T09:00:00Z")
    untold = checkout_from_wix(wix_checkout(status="RECOVERED"))
    assert untold.recovered_at == untold.updated_at


@pytest.mark.parametrize(
    ("log", "state", "sent_at"),
    [
        ([], "not_sent", None),
        (["SCHEDULED"], "scheduled", None),
        (["SCHEDULED", "EMAIL_SENT"], "sent", 2),
        (["EMAIL_SENT", "SCHEDULED", "EMAIL_SENT"], "sent", 3),
        (["SCHEDULED", "EMAIL_NOT_SENT"], "suppressed", None),
        (["SCHEDULED", "AUTOMATION_SKIPPED"], "suppressed", None),
        (["EMAIL_NOT_SENT", "SCHEDULED"], "scheduled", None),
        (["SCHEDULED", "NOTIFICATION_SENT"], "not_sent", None),
        (["SCHEDULED", "TASK_CREATED"], "not_sent", None),
        (["NOTIFICATION_SENT", "TASK_CREATED"], "not_sent", None),
    ],
)
def test_activities_set_the_email_state(log: list[str], state: str, sent_at: int | None) -> None:
    steps: Any = [{"activity_type": kind, "created_at": place} for place, kind in enumerate(log, 1)]
    assert email_state_of(steps) == (state, sent_at)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": "7"}, "GUID"),
        ({"currency": None}, "currency"),
        ({"createdDate": None}, "createdDate"),
        ({"createdDate": "soon"}, "ISO 8601"),
        ({"totalPrice": {"amount": "much"}}, "much"),
        ({"lineItems": [{**LINE, "quantity": -1}]}, "quantity: expected a quantity from 1 to 100000, got -1"),
        ({"activities": [{"type": "SCHEDULED"}]}, "createdDate"),
        ({"buyerInfo": 7}, "unexpected type in buyerInfo: expected an object, got 7"),
    ],
)
def test_invalid_entities_are_rejected_with_the_reason(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(RejectedRecordError, match=reason):
        checkout_from_wix(wix_checkout(**changes))
