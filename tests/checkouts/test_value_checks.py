"""Values that no checkout can have, and sizes that would cost too much."""

from typing import Any

import pytest

from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.checkouts.value_checks import (
    MOST_LINES,
    check_checkout,
    check_customer,
    check_lengths,
    check_order,
    check_recovery_url,
)
from tests.checkouts.samples import a_checkout, a_customer, a_line, an_order

LARGEST = 2**63 - 1


def test_ordinary_values_are_accepted() -> None:
    check_checkout(
        a_checkout(
            line_items=[a_line(title="x")] * MOST_LINES,
            phone="+1 555 0100",
            email="a@b.example",
            total_price=LARGEST,
            total_tax=-LARGEST,
            total_duties=None,
            shipping_address={"city": "Rome", "latitude": 41.9, "longitude": 12, "extra": {"any": [1]}},
            billing_address={"city": None, "id": LARGEST},
            customer=a_customer(tags=["vip"], addresses=[{"city": "Rome"}]),
            custom_attributes=[{"key": "a", "value": None}],
            discount_codes=[{"code": "TEN", "amount": 1, "type": "percentage"}],
            discount_applications=[
                {"kind": "code", "target_type": "LINE_ITEM", "target_selection": "ALL", "allocation_method": "ACROSS"},
                {"kind": "automatic", "value_type": "percentage", "value": 10},
            ],
            tax_lines=[{"title": "VAT", "rate": 0.2, "amount": 1}],
            shipping_lines=[{"title": "Post", "amount": 5}],
        )
    )


def test_the_whole_quantity_can_be_the_largest_number_of_the_api() -> None:
    check_checkout(a_checkout(line_items=[a_line(quantity=2**31 - 2), a_line()]))
    check_order(an_order(number=2**31 - 1))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"line_items": [a_line()] * (MOST_LINES + 1)}, "there are 1,001 line items; the maximum is 1,000"),
        ({"phone": "+" + "1" * 600}, "the phone number has 601 characters; the maximum is 600"),
        ({"email": "a" * 601}, "the e-mail has 601 characters; the maximum is 600"),
        ({"token": "t" * 1_601}, "the token has 1,601 characters; the maximum is 600"),
        ({"customer": a_customer(last_name="b" * 599)}, "the customer's name has 601 characters; the maximum is 600"),
        ({"customer": a_customer(email="a" * 601)}, "the customer's e-mail has 601 characters; the maximum is 600"),
        (
            {"abandoned_checkout_url": "JavaScript:alert(1)"},
            "the recovery URL is 'JavaScript:alert(1)'; it must be an http or https URL",
        ),
        (
            {"abandoned_checkout_url": "x" * 101},
            f"the recovery URL is '{'x' * 100}'; it must be an http or https URL",
        ),
        ({"note": None}, None),
        ({"note": 5}, "unexpected type in note: expected a text, got 5"),
        ({"email": ["a"]}, "unexpected type in email: expected a text, got a list"),
        ({"total_price": LARGEST + 1}, "the number 9223372036854775808 is out of range"),
        ({"total_tax": -LARGEST - 1}, "the number -9223372036854775808 is out of range"),
        ({"total_duties": LARGEST + 1}, "the number 9223372036854775808 is out of range"),
        ({"shipping_address": {"city": 5}}, "unexpected type in city: expected a text, got 5"),
        ({"billing_address": {"zip": 10115}}, "unexpected type in zip: expected a text, got 10115"),
        ({"billing_address": {"latitude": "north"}}, "unexpected type in latitude: expected a number, got 'north'"),
        ({"billing_address": {"extra": []}}, "unexpected type in extra: expected an object, got a list"),
        ({"billing_address": {"id": LARGEST + 1}}, "the number 9223372036854775808 is out of range"),
        ({"shipping_address": {"id": -LARGEST - 1}}, "the number -9223372036854775808 is out of range"),
        ({"custom_attributes": [{"key": "a", "value": 5}]}, "unexpected type in value: expected a text, got 5"),
        ({"discount_codes": [{"code": 5}]}, "unexpected type in code: expected a text, got 5"),
        ({"discount_codes": [{"amount": 1.5}]}, "unexpected type in amount: expected a whole number, got 1.5"),
        ({"tax_lines": [{"rate": "6 %"}]}, "unexpected type in rate: expected a number, got '6 %'"),
        ({"tax_lines": [{"channel_liable": 1}]}, "unexpected type in channel_liable: expected true or false, got 1"),
        ({"shipping_lines": [{"title": "Post"}, {"title": 1}]}, "unexpected type in title: expected a text, got 1"),
        ({"discount_applications": [{"kind": 5}]}, "unexpected type in kind: expected a text, got 5"),
        (
            {"discount_applications": [{"kind": "gift"}]},
            "'gift' is not a kind; use code, automatic, manual, script",
        ),
        (
            {"discount_applications": [{"kind": "code", "target_type": "x" * 101}]},
            f"'{'x' * 100}' is not a target_type; use LINE_ITEM, SHIPPING_LINE",
        ),
        ({"line_items": [a_line(title=5)]}, "unexpected type in title: expected a text, got 5"),
        ({"line_items": [a_line(image={"url": 5})]}, "unexpected type in url: expected a text, got 5"),
        ({"line_items": [a_line(product_id=LARGEST + 1)]}, "the number 9223372036854775808 is out of range"),
        (
            {"line_items": [a_line(components=[{"id": "a", "quantity": "2"}])]},
            "unexpected type in quantity: expected a whole number, got '2'",
        ),
        (
            {"line_items": [a_line(components=[{"id": "a", "image": "b"}])]},
            "unexpected type in image: expected an object, got 'b'",
        ),
        (
            {"line_items": [a_line(quantity=2**31 - 1), a_line()]},
            "the quantities of all lines add up to more than the maximum of 2,147,483,647",
        ),
        ({"customer": a_customer(id=LARGEST + 1)}, "the number 9223372036854775808 is out of range"),
        ({"customer": a_customer(note=5)}, "unexpected type in note: expected a text, got 5"),
        ({"customer": a_customer(addresses=[{"city": 5}])}, "unexpected type in city: expected a text, got 5"),
        ({"customer": a_customer(tags=["a", 5])}, "unexpected type in tags: expected a text, got 5"),
    ],
)
def test_values_beyond_the_limits_are_refused(values: dict[str, Any], message: str | None) -> None:
    if message is None:
        check_checkout(a_checkout(**values))
        return
    with pytest.raises(RejectedRecordError) as error:
        check_checkout(a_checkout(**values))
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"number": 2**31}, "the order number 2147483648 is too large"),
        ({"customer_id": LARGEST + 1}, "the number 9223372036854775808 is out of range"),
        ({"name": 1001}, "unexpected type in name: expected a text, got 1001"),
    ],
)
def test_an_order_with_too_large_numbers_is_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(RejectedRecordError) as error:
        check_order(an_order(**values))
    assert str(error.value) == message


def test_texts_of_600_characters_are_accepted() -> None:
    check_lengths(
        a_checkout(email="e" * 600, phone="1" * 600, token="t" * 600, customer=a_customer(last_name="n" * 598))
    )
    check_customer(a_customer(email="e" * 600))


@pytest.mark.parametrize("url", [None, "", "http://shop.example/r", "https://shop.example/r"])
def test_a_recovery_url_must_be_a_web_address(url: str | None) -> None:
    check_recovery_url(a_checkout(abandoned_checkout_url=url))
