"""Prices as Wix tells them: an amount and its text for a reader, in the shop's currency and in the buyer's."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency

from app.checkouts.money import as_decimal, format_price

Price = dict[str, str]

# The language in which prices are written where none is known, or none that the Unicode tables know.
_FALLBACK = "en"


def price(amount: int, converted: int, currency: str, conversion_currency: str, language: str | None) -> Price:
    """Ten-thousandths of both currencies as a MultiCurrencyPrice."""
    return {
        "amount": format_price(amount, 0),
        "convertedAmount": format_price(converted, 0),
        "formattedAmount": formatted(amount, currency, language),
        "formattedConvertedAmount": formatted(converted, conversion_currency, language),
    }


@lru_cache(maxsize=131_072)
def formatted(amount: int, currency: str, language: str | None) -> str:
    """As readers of the language write it: $1,234.50 · 1.234,50 €."""
    return format_currency(as_decimal(amount), currency, locale=_locale(language))


@lru_cache(maxsize=1024)
def _locale(language: str | None) -> Locale:
    for name in (language or _FALLBACK, (language or _FALLBACK).replace("_", "-").split("-")[0]):
        try:
            return Locale.parse(name.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(_FALLBACK)
