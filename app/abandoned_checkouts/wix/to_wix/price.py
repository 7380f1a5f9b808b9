"""Prices in Wix's form: a number and a formatted text, each in the shop's and in the buyer's currency."""

from collections.abc import Callable, Mapping

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency, get_currency_precision

from abandoned_checkouts.checkouts.caches import cached_texts
from abandoned_checkouts.checkouts.money import SCALE, UNIT, as_decimal, format_price

Price = Mapping[str, str]

# The language of formatted prices if the checkout's language is missing or unknown to Babel.
_FALLBACK = "en"
# Sample amounts, with and without groups, cents and leading zeros. If _form formats them like Babel, it is used.
_SAMPLES = (0, 1, 9, 10, 999, 1_000, 12_345, 999_999, 1_000_000, 1_234_567_890, 98_765_432_109_876)


# Many lines have the same price. All responses share the cached object.
@cached_texts(16_384, 16, 700)
def price_to_wix(amount: int, converted: int, currency: str, conversion_currency: str, language: str | None) -> Price:
    """A MultiCurrencyPrice. `amount` and `converted` are ten-thousandths of their currency's unit."""
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
    """The amount as written in the language: $1,234.50 in English, 1.234,50 € in German."""
    step, form = _form(currency, language)
    if form is None or amount < 0 or amount % step:
        return _by_babel(amount, currency, language)
    return form(amount)


@cached_texts(1024, 16, 1_000)
def _form(currency: str, language: str | None) -> tuple[int, Callable[[int], str] | None]:
    """The smallest coin of a currency in ten-thousandths, and a fast formatter for amounts of whole coins.

    Babel needs 16 microseconds per amount. Its prefix, suffix and separators are the same for all amounts of a
    currency in a language, so the formatter takes them from one example. It is None where the samples show that Babel
    formats in another way, such as with India's groups of two digits.
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


@cached_texts(256, 16, 20_000)
def _locale(language: str | None) -> Locale:
    for name in (language or _FALLBACK, (language or _FALLBACK).replace("_", "-").split("-")[0]):
        try:
            return Locale.parse(name.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(_FALLBACK)
