"""The amounts of the page of a checkout add up."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.merchant.amounts import amounts_of
from abandoned_checkouts.merchant.words import words_of
from tests.intake.messages import START

cents = st.integers(0, 10**6).map(lambda value: value * 100)


def both(name: str, value: int) -> dict[str, int]:
    return {name: value, f"presentment_{name}": value * 2}


def number(text: str) -> float:
    return float(text.replace("$", "").replace("€", "").replace(",", ""))


@given(st.lists(cents, max_size=4), cents, cents, cents, cents, st.booleans())
def test_the_rows_add_up_to_the_total(
    lines: list[int], discount: int, shipping: int, tax: int, total: int, is_included: bool
) -> None:
    checkout = Checkout(
        platform="shopify",
        id=5,
        created_at=START,
        updated_at=START,
        currency="USD",
        presentment_currency="EUR",
        taxes_included=is_included,
        line_items=[
            LineItem(key=str(place), quantity=1, **both("original_total_price", value), **_unit(value))
            for place, value in enumerate(lines)
        ],
        **_all(total_discount=discount, total_shipping=shipping, total_tax=tax, total_price=total),
    )
    shown = amounts_of(checkout, words_of("en"), "https://a.example")
    assert shown.currencies == ("USD", "EUR") and len(shown.lines) == len(lines)
    for place in (0, 1):
        rows = sum(number(values[place]) for _name, values in shown.sums)
        assert round(rows, 2) == round(number(shown.total[place]), 2)
    assert bool(shown.included_tax) == (is_included and tax > 0)


def _unit(value: int) -> dict[str, int]:
    return both("original_unit_price", value)


def _all(**values: int) -> dict[str, Any]:
    return {key: value for name, amount in values.items() for key, value in both(name, amount).items()}
