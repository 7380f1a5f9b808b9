"""Numbers and prices are exactly those of Babel, in every locale and for every amount."""

import random

import pytest
from babel import Locale
from babel.numbers import format_decimal

from abandoned_checkouts.recovery import number_text as module
from abandoned_checkouts.recovery.number_text import number_text, price_text

CURRENCIES = ("USD", "JPY", "KWD")
# Of the pages, the mails, and others: groups of two digits, other digits, and no group in numbers of four digits.
LOCALES = [
    "en",
    "he",
    "de",
    "fr",
    "ja",
    "en_GB",
    "en_IN",
    "hi",
    "de_CH",
    "de_AT",
    "pt_BR",
    "pt_PT",
    "es",
    "pl",
    "ar_EG",
    "fa",
]


def amounts() -> list[int]:
    chance = random.Random(7)
    sizes = [chance.randint(0, 10 ** chance.randint(1, 14)) for _ in range(12)]
    return [
        0,
        1,
        10,
        100,
        9_999,
        10_000,
        99_990_000,
        100_000_000,
        *sizes,
        *(size * 10_000 for size in sizes),
        -5,
        -500_000,
    ]


@pytest.mark.parametrize("name", sorted(set(LOCALES)))
def test_numbers_and_prices_are_those_of_babel(name: str) -> None:
    locale = Locale.parse(name)
    for amount in amounts():
        assert number_text(amount, locale) == format_decimal(amount, locale=locale)
    for currency in CURRENCIES:
        for amount in amounts():
            assert price_text(amount, currency, locale) == module._by_babel(amount, currency, locale)


def test_the_usual_languages_need_no_babel_for_each_price() -> None:
    for name in ("en", "he", "de"):
        assert module._form_of("EUR", Locale.parse(name)) is not None
        assert module._form_of(None, Locale.parse(name)) is not None
    assert module._form_of("EUR", Locale.parse("hi")) is None
