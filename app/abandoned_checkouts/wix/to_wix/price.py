"""Prices as Wix sends them: an amount and its text for a reader, in the shop's currency and in the buyer's."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency, get_currency_precision

from abandoned_checkouts.checkouts.money import SCALE, UNIT, as_decimal, format_price

Price = Mapping[str, str]

# The language in which prices are written where none is known, or none that the Unicode tables know.
_FALLBACK = "en"
# Amounts by which a form is tried: with and without groups, cents and leading zeros.
_SAMPLES = (0, 1, 9, 10, 999, 1_000, 12_345, 999_999, 1_000_000, 1_234_567_890, 98_765_432_109_876)


# Products repeat and so do their prices; the object is shared by all responses that contain it.
@lru_cache(maxsize=16_384)
def price_to_wix(amount: int, converted: int, currency: str, conversion_currency: str, language: str | None) -> Price:
    """Ten-thousandths of both currencies as a MultiCurrencyPrice."""
    if amount == converted and currency == conversion_currency:
        plain, shown = format_price(amount, 0), formatted(amount, currency, language)
        return {
            "amount": plain,
            "convertedAmount": plain,
            "formattedAmount": shown,
            "formattedConvertedAmount": shown,
        }
    return {
        "amount": format_price(amount, 0),
        "convertedAmount": format_price(converted, 0),
        "formattedAmount": formatted(amount, currency, language),
        "formattedConvertedAmount": formatted(converted, conversion_currency, language),
    }


def formatted(amount: int, currency: str, language: str | None) -> str:
    """As readers of the language write it: $1,234.50 · 1.234,50 €."""
    step, form = _form(currency, language)
    if form is None or amount < 0 or amount % step:
        return _by_babel(amount, currency, language)
    return form(amount)


@lru_cache(maxsize=4096)
def _form(currency: str, language: str | None) -> tuple[int, Callable[[int], str] | None]:
    """The smallest coin of a currency, and how amounts of whole coins are written in a language.

    Babel takes 16 microseconds for each amount. What it writes before and after the number and between its digits is
    the same for all amounts of a currency and language, so it is asked once; and where it goes other ways (India's
    groups of two digits), which the samples show, there is no form.
    """
    decimals = get_currency_precision(currency)
    if decimals > SCALE:
        return 1, None
    step = 10 ** (SCALE - decimals)
    model = _by_babel(1_234 * UNIT, currency, language)
    start, end = model.find("1"), model.rfind("0" if decimals else "4") + 1
    digits = model[start:end].split("234")
    if start < 0 or len(digits) != 2 or not digits[0].startswith("1"):
        return step, None
    before, after, group = model[:start], model[end:], digits[0][1:]
    point = digits[1][: len(digits[1]) - decimals]
    ends = [f"{point}{coin:0{decimals}d}{after}" for coin in range(10**decimals)] if decimals else [after]

    def form(amount: int) -> str:
        whole, rest = divmod(amount, UNIT)
        digits = str(whole) if whole < 1000 else f"{whole:,}".replace(",", group)
        return f"{before}{digits}{ends[rest // step]}"

    fits = all(form(sample * step) == _by_babel(sample * step, currency, language) for sample in _SAMPLES)
    return step, form if fits else None


def _by_babel(amount: int, currency: str, language: str | None) -> str:
    return format_currency(as_decimal(amount), currency, locale=_locale(language))


@lru_cache(maxsize=1024)
def _locale(language: str | None) -> Locale:
    for name in (language or _FALLBACK, (language or _FALLBACK).replace("_", "-").split("-")[0]):
        try:
            return Locale.parse(name.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(_FALLBACK)
