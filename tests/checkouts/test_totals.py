"""The arithmetic of checkouts."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.money import UNIT
from abandoned_checkouts.checkouts.totals import charges, price_checkout, price_lines, unit_of
from abandoned_checkouts.demo.customers import DemoCustomer
from abandoned_checkouts.demo.journeys import journey
from tests.checkouts.total_violations import violations

NOW = 1_790_000_000_000_000


def sample(taxes_included: bool = False) -> Checkout:
    """Two lamps at 199, 10 % off by a code, 6 % tax: the numbers of Shopify's example."""
    checkout = Checkout(
        platform="shopify",
        id=1,
        created_at=NOW,
        updated_at=NOW,
        currency="USD",
        presentment_currency="USD",
        taxes_included=taxes_included,
        total_tax=214_900,
        presentment_total_tax=214_900,
        discount_applications=[{"kind": "code", "code": "TENOFF"}],
        line_items=[
            LineItem(
                key="a",
                quantity=2,
                original_unit_price=199 * UNIT,
                presentment_original_unit_price=199 * UNIT,
                discount_allocations=[{"application": 0, "amount": 398_000, "presentment_amount": 398_000}],
            )
        ],
    )
    price_lines(checkout)
    price_checkout(checkout)
    return checkout


def test_the_totals_of_shopifys_example() -> None:
    checkout = sample()
    assert checkout.total_line_items_price == 3_980_000
    assert checkout.total_discount == 398_000
    assert checkout.subtotal_price == 3_582_000
    assert checkout.total_price == 3_796_900
    assert list(violations(checkout)) == []


def test_a_line_without_discounts_costs_its_original_price() -> None:
    checkout = sample()
    (line,) = checkout.line_items
    line.discount_allocations, line.presentment_original_unit_price = [], 180 * UNIT
    price_lines(checkout)
    assert (line.original_total_price, line.presentment_original_total_price) == (398 * UNIT, 360 * UNIT)
    for prefix, unit in (("", 199 * UNIT), ("presentment_", 180 * UNIT)):
        for suffix in ("", "_with_code"):
            assert getattr(line, f"{prefix}discounted_unit_price{suffix}") == unit
            assert getattr(line, f"{prefix}discounted_total_price{suffix}") == 2 * unit


def test_tax_within_prices_is_not_added() -> None:
    assert sample(taxes_included=True).total_price == 3_582_000


def test_codes_apply_after_other_discounts() -> None:
    checkout = sample()
    checkout.discount_applications.append({"kind": "automatic", "title": "Sale"})
    (line,) = checkout.line_items
    line.discount_allocations.append({"application": 1, "amount": 100_000, "presentment_amount": 100_000})
    price_lines(checkout)
    assert line.discounted_total_price == 3_880_000
    assert line.discounted_total_price_with_code == 3_482_000
    assert line.discounted_unit_price == 1_940_000


def test_each_currency_has_its_own_discounts() -> None:
    """Two codes and a sale; prices in the shop's currency, and half of them in the buyer's."""
    checkout = sample()
    checkout.discount_applications += [{"kind": "automatic"}, {"kind": "code", "code": "MORE"}, {"kind": "manual"}]
    (line,) = checkout.line_items
    line.quantity, line.presentment_original_unit_price = 3, 100 * UNIT
    line.discount_allocations = [
        {"application": place, "amount": 2 * amount * UNIT, "presentment_amount": amount * UNIT}
        for place, amount in ((0, 5), (1, 7), (2, 11), (3, 13))
    ]
    price_lines(checkout)
    assert {name: getattr(line, name) / UNIT for name in dir(line) if "discounted" in name} == pytest.approx(
        {
            "discounted_total_price": 597 - 40,
            "discounted_total_price_with_code": 597 - 72,
            "discounted_unit_price": (597 - 40) / 3,
            "discounted_unit_price_with_code": 175,
            "presentment_discounted_total_price": 300 - 20,
            "presentment_discounted_total_price_with_code": 300 - 36,
            "presentment_discounted_unit_price": 280 / 3,
            "presentment_discounted_unit_price_with_code": 88,
        },
        abs=0.0001,
    )


def test_an_allocation_of_an_unknown_discount_is_not_a_code() -> None:
    checkout = sample()
    (line,) = checkout.line_items
    line.discount_allocations[0]["application"] = 1
    price_lines(checkout)
    assert line.discounted_total_price == line.discounted_total_price_with_code == 3_582_000


def test_a_line_of_nothing_has_its_total_as_the_price_of_a_unit() -> None:
    assert [unit_of(total, quantity) for total, quantity in ((7, 0), (7, 2), (5, 3), (4, 3))] == [7, 4, 2, 1]


@pytest.mark.parametrize(
    ("taxes_included", "prefix", "expected"),
    [(False, "", 1111), (True, "", 111), (False, "presentment_", 2222), (True, "presentment_", 222)],
)
def test_charges_include_tax_unless_prices_do(taxes_included: bool, prefix: str, expected: int) -> None:
    checkout = sample(taxes_included)
    for place, name in enumerate(("total_shipping", "total_duties", "total_tip", "total_tax")):
        setattr(checkout, name, 10**place)
        setattr(checkout, f"presentment_{name}", 2 * 10**place)
    assert charges(checkout, prefix) == expected
    price_checkout(checkout)
    assert getattr(checkout, f"{prefix}total_price") == getattr(checkout, f"{prefix}subtotal_price") + expected


def test_unknown_tax_and_duties_add_nothing() -> None:
    checkout = sample()
    checkout.total_tax = checkout.total_duties = None
    assert charges(checkout) == 0


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("total_price", "total_price is"),
        ("presentment_total_price", "presentment_total_price is"),
        ("subtotal_price", "subtotal_price is"),
        ("total_line_items_price", "total_line_items_price is"),
    ],
)
def test_a_wrong_total_is_reported_by_name(name: str, words: str) -> None:
    checkout = sample()
    wrong = replace(checkout, **{name: getattr(checkout, name) + 1})
    assert any(words in line for line in violations(wrong)), list(violations(wrong))


@given(st.integers(0, 10**12), st.integers(1, 1000))
def test_a_unit_is_never_further_than_half_a_ten_thousandth_from_its_share(total: int, quantity: int) -> None:
    assert abs(unit_of(total, quantity) * quantity - total) * 2 <= quantity


def test_every_checkout_of_the_demo_shop_adds_up() -> None:
    chance = random.Random(3)
    for place in range(600):
        checkout = journey(chance, place, 600, DemoCustomer(3, place, NOW), NOW)
        assert list(violations(checkout)) == [], (checkout.id, checkout.presentment_currency)
