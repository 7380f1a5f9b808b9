"""Exact money."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abandoned_checkouts.checkouts.money import (
    AmountError,
    convert,
    decimals_of,
    format_amount,
    format_price,
    parse_amount,
    split,
)

AMOUNTS = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize(
    ("text", "amount", "graphql", "rest"),
    [
        ("199.00", 1_990_000, "199.0", "199.00"),
        ("379.69", 3_796_900, "379.69", "379.69"),
        ("3", 30_000, "3.0", "3.00"),
        (12.5, 125_000, "12.5", "12.50"),
        (0, 0, "0.0", "0.00"),
        ("-0.0001", -1, "-0.0001", "-0.0001"),
        ("1.234", 12_340, "1.234", "1.234"),
        (0.1, 1_000, "0.1", "0.10"),
    ],
)
def test_reading_and_both_ways_of_writing(text: str | float, amount: int, graphql: str, rest: str) -> None:
    assert parse_amount(text) == amount
    assert (format_amount(amount), format_price(amount)) == (graphql, rest)


@pytest.mark.parametrize("text", ["", "abc", "1.00001", "NaN", "Infinity", "1e30", "9" * 30, "1e9999999"])
def test_what_cannot_be_held_exactly_is_refused(text: str) -> None:
    with pytest.raises(AmountError):
        parse_amount(text)


@given(AMOUNTS)
def test_writing_and_reading_again_changes_nothing(amount: int) -> None:
    assert parse_amount(format_amount(amount)) == amount == parse_amount(format_price(amount))


@given(
    st.integers(0, 10**9).map(lambda coins: coins * 100),
    st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any),
)
def test_parts_add_up_and_none_is_more_than_a_coin_from_its_share(amount: int, weights: list[int]) -> None:
    parts = split(amount, weights, "USD")
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Decimal(part) - Decimal(amount) * weight / sum(weights)) <= 100


@pytest.mark.parametrize(
    ("currency", "decimals", "converted"), [("JPY", 0, 1_500_000), ("EUR", 2, 1_500_000), ("KWD", 3, 1_500_000)]
)
def test_conversion_rounds_to_the_currencys_coin(currency: str, decimals: int, converted: int) -> None:
    assert decimals_of(currency) == decimals
    assert convert(10_000, Decimal("150.00001"), currency) == converted
