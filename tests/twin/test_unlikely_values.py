"""Typing errors in a new checkout, and their refusal by /__twin/checkouts."""

from typing import Any

import pytest

from abandoned_checkouts.twin.unlikely_values import unlikely_value
from tests.twin.conftest import TwinUser


@pytest.mark.parametrize(
    ("checkout", "problem"),
    [
        ({"email": "not-an-email"}, "\"email\" is 'not-an-email', which is not an e-mail address."),
        ({"email": "a b@c"}, "\"email\" is 'a b@c', which is not an e-mail address."),
        ({"total_price": "-500"}, '"total_price" is negative.'),
        ({"line_items": [{"price": "1"}, {"price": -5}]}, '"line_items.1.price" is negative.'),
        ({"line_items": [{"quantity": 0}]}, '"line_items.0.quantity" must be at least 1.'),
    ],
)
def test_an_unlikely_value_is_named(checkout: dict[str, Any], problem: str) -> None:
    assert unlikely_value(checkout) == problem


@pytest.mark.parametrize(
    "checkout",
    [{}, {"email": None}, {"email": ""}, {"email": "ada@example.com", "total_price": "0.00"}, {"total_price": "ten"}],
)
def test_other_values_are_left_to_the_intake(checkout: dict[str, Any]) -> None:
    assert unlikely_value(checkout) is None


async def test_such_a_checkout_is_refused_unless_it_is_sent_as_a_whole(twin: TwinUser) -> None:
    refused = await twin.ask("POST", "/checkouts", {"email": "not-an-email"}, status=422)
    assert refused["errors"].startswith("\"email\" is 'not-an-email'") and '{"checkout": {…}' in refused["errors"]
    made = await twin.checkout(checkout={"email": "not-an-email"})
    assert made["email"] == "not-an-email"
