"""Values that no checkout can have, and sizes that would cost too much."""

import pytest

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.checkouts.value_checks import MOST_LINES, check_checkout


def checkout(**values: object) -> Checkout:
    return Checkout(**{"platform": "shopify", "id": 1, "created_at": 1, "updated_at": 1, "currency": "USD", **values})  # type: ignore[arg-type]


def lines(count: int) -> list[LineItem]:
    return [LineItem(key=str(number), quantity=1, title="x") for number in range(count)]


def test_ordinary_values_are_accepted() -> None:
    check_checkout(checkout(line_items=lines(MOST_LINES), phone="+1 555 0100", email="a@b.example"))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"line_items": lines(MOST_LINES + 1)}, "there are 1,001 line items; the maximum is 1,000"),
        ({"phone": "+" + "1" * 600}, "the phone number has 601 characters; the maximum is 600"),
        ({"email": "a" * 601}, "the e-mail has 601 characters; the maximum is 600"),
        ({"abandoned_checkout_url": "JavaScript:alert(1)"}, "must be an http or https URL"),
    ],
)
def test_others_are_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(RejectedRecordError, match=message):
        check_checkout(checkout(**values))
