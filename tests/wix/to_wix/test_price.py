"""Formatted prices equal Babel's in every language and currency, with or without the fast formatter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abandoned_checkouts.checkouts.money import parse_amount
from abandoned_checkouts.wix.to_wix.price import _by_babel, _form, formatted, price_to_wix

LANGUAGES = [
    "en",
    "en-US",
    "de",
    "de-CH",
    "fr",
    "fr_CH",
    "es",
    "pt-BR",
    "he",
    "ar",
    "ja",
    "hi-IN",
    "pl",
    "xx",
    "zh-TW",
    "",
    None,
]
CURRENCIES = ["USD", "EUR", "JPY", "KWD", "BRL", "CHF", "INR", "CLF", "XXX", "ABC"]

WRITTEN = [
    ("255", "USD", "en", "$255.00"),
    ("45", "EUR", "en", "€45.00"),
    ("1234.5", "USD", "en", "$1,234.50"),
    ("1234.5", "EUR", "de", "1.234,50\u00a0€"),
    ("1234567.89", "EUR", "fr", "1\u202f234\u202f567,89\u00a0€"),
    ("1234", "JPY", "ja", "￥1,234"),
    ("0.005", "KWD", "en", "KWD0.005"),
    ("1234567.8", "INR", "hi-IN", "₹12,34,567.80"),
    ("0.0051", "USD", "en", "$0.01"),
    ("-3", "USD", "en", "-$3.00"),
    ("5", "USD", "no language", "$5.00"),
    ("5", "USD", None, "$5.00"),
]


@pytest.mark.parametrize(("amount", "currency", "language", "text"), WRITTEN)
def test_prices_are_formatted_in_the_language(amount: str, currency: str, language: str | None, text: str) -> None:
    assert formatted(parse_amount(amount), currency, language) == text


@given(st.integers(-(10**6), 10**17), st.sampled_from(CURRENCIES), st.sampled_from(LANGUAGES))
def test_the_fast_formatter_equals_babel(amount: int, currency: str, language: str | None) -> None:
    assert formatted(amount, currency, language) == _by_babel(amount, currency, language)


def test_most_languages_have_a_fast_formatter() -> None:
    slow = {
        (language, currency) for language in LANGUAGES for currency in CURRENCIES if not _form(currency, language)[1]
    }
    assert {language for language, _ in slow} <= {"hi-IN"}


def test_a_price_in_both_currencies() -> None:
    assert price_to_wix(2_550_000, 2_300_000, "USD", "EUR", "en") == {
        "amount": "255",
        "convertedAmount": "230",
        "formattedAmount": "$255.00",
        "formattedConvertedAmount": "€230.00",
    }
