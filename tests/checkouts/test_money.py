"""Exact money."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abandoned_checkouts.checkouts.money import (
    AmountError,
    as_decimal,
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
        ("1234.56", 12_345_600, "1234.56", "1234.56"),
        ("0.99", 9_900, "0.99", "0.99"),
        ("-12.50", -125_000, "-12.5", "-12.50"),
        ("3", 30_000, "3.0", "3.00"),
        (12.5, 125_000, "12.5", "12.50"),
        (0, 0, "0.0", "0.00"),
        ("-0.0001", -1, "-0.0001", "-0.0001"),
        ("1.234", 12_340, "1.234", "1.234"),
        (0.1, 1_000, "0.1", "0.10"),
    ],
)
def test_amounts_are_read_and_written_in_both_formats(text: str | float, amount: int, graphql: str, rest: str) -> None:
    assert parse_amount(text) == amount
    assert (format_amount(amount), format_price(amount)) == (graphql, rest)


@pytest.mark.parametrize(
    ("text", "amount"),
    [("922337203685477.5807", 2**63 - 1), ("-922337203685477.5807", 1 - 2**63), (9e14, 9 * 10**18)],
)
def test_amounts_up_to_64_bits_are_accepted(text: str | float, amount: int) -> None:
    """The columns of the store have 64 bits."""
    assert parse_amount(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "1.00001",
        "NaN",
        "Infinity",
        "1e30",
        "9" * 30,
        "1e9999999",
        "922337203685477.5808",
        "-922337203685477.5808",
        "922337203685478.00",
        1e15,
    ],
)
def test_an_amount_that_cannot_be_stored_exactly_is_refused(text: str | float) -> None:
    with pytest.raises(AmountError):
        parse_amount(text)


@pytest.mark.parametrize(("amount", "number"), [(1_990_000, "199"), (1, "0.0001"), (-12_340, "-1.234"), (0, "0")])
def test_an_amount_becomes_an_equal_decimal(amount: int, number: str) -> None:
    assert as_decimal(amount) == Decimal(number)


@pytest.mark.parametrize(
    ("amount", "decimals", "text"),
    [
        (1_990_000, 0, "199"),
        (1_990_000, 2, "199.00"),
        (1_990_000, 3, "199.000"),
        (1_995_000, 0, "199.5"),
        (-1_995_000, 3, "-199.500"),
    ],
)
def test_a_price_has_at_least_the_decimals_of_its_currency(amount: int, decimals: int, text: str) -> None:
    assert format_price(amount, decimals) == text


@given(AMOUNTS)
def test_writing_and_reading_again_changes_nothing(amount: int) -> None:
    assert parse_amount(format_amount(amount)) == amount == parse_amount(format_price(amount))


@given(
    st.integers(0, 10**9).map(lambda coins: coins * 100),
    st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any),
)
def test_parts_add_up_and_differ_from_their_share_by_less_than_a_coin(amount: int, weights: list[int]) -> None:
    parts = split(amount, weights, "USD")
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Decimal(part) - Decimal(amount) * weight / sum(weights)) <= 100


@pytest.mark.parametrize(
    ("amount", "weights", "currency", "parts"),
    [
        # Remaining coins go to the parts that lost most by rounding; of equal ones, to the first.
        (100_0000, [1, 1, 1], "JPY", [34_0000, 33_0000, 33_0000]),
        (10_0000, [1, 5, 3], "JPY", [1_0000, 6_0000, 3_0000]),
        (11_0000, [3, 1, 3], "JPY", [5_0000, 1_0000, 5_0000]),
        # The part that lost most is not the largest one.
        (10_0000, [60, 25, 15], "JPY", [6_0000, 3_0000, 1_0000]),
        (10_0000, [60, 24, 16], "JPY", [6_0000, 2_0000, 2_0000]),
        # Exact also where a float is not.
        (9_007_199_254_740_993_00, [1, 2], "USD", [3_002_399_751_580_331_00, 6_004_799_503_160_662_00]),
        (1, [1], "USD", [1]),
        (1_00, [1, 1, 1], "KWD", [40, 30, 30]),
        (1_00, [1, 5, 3], "KWD", [10, 60, 30]),
        (1_0000, [1, 1, 1], "USD", [3400, 3300, 3300]),
        (1_0000, [0, 1], "USD", [0, 1_0000]),
        (1_0000, [0, 0], "USD", [0, 0]),
        (1_0000, [], "USD", []),
    ],
)
def test_parts_are_whole_coins(amount: int, weights: list[int], currency: str, parts: list[int]) -> None:
    assert split(amount, weights, currency) == parts


@given(
    st.integers(0, 10**7),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(any),
    st.sampled_from([("JPY", 10_000), ("USD", 100), ("KWD", 10)]),
)
def test_parts_of_whole_coins_are_whole_coins(coins: int, weights: list[int], currency: tuple[str, int]) -> None:
    name, coin = currency
    parts = split(coins * coin, weights, name)
    assert sum(parts) == coins * coin and all(part % coin == 0 for part in parts)


@pytest.mark.parametrize(
    ("currency", "decimals", "rate", "converted"),
    [
        ("JPY", 0, "150.1234567", 150_0000),
        ("EUR", 2, "150.1234567", 150_1200),
        ("KWD", 3, "150.1234567", 150_1230),
        # Half a coin is rounded up.
        ("JPY", 0, "150.5", 151_0000),
        ("EUR", 2, "150.125", 150_1300),
        ("KWD", 3, "150.1235", 150_1240),
    ],
)
def test_conversion_rounds_to_the_currencys_coin(currency: str, decimals: int, rate: str, converted: int) -> None:
    assert decimals_of(currency) == decimals
    assert convert(1_0000, Decimal(rate), currency) == converted
