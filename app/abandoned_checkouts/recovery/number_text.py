"""Numbers and prices as Babel writes them, without its work for each of them.

Babel finds the form of a currency in a locale again for each price, which takes 40 µs, and a page has hundreds. Here
Babel writes a few samples. If they have groups of three digits, as in most locales, others are written in the same
form; else Babel writes them all.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency, format_decimal

from abandoned_checkouts.checkouts.caches import cached
from abandoned_checkouts.checkouts.money import SCALE, as_decimal, decimals_of

_UNIT = 10**SCALE
# Numbers that show the form, and whether it is the same for every length.
_SAMPLES = (0, 7, 1_234, 12_345, 987_654, 1_234_567, 1_234_567_890)
_SHAPE = re.compile(r"(\D*)1(?P<group>\D*)234(?P=group)567(?:(\D*)(0+))?(\D*)")
# A currency symbol of letters, such as KWD, needs a space before or after the number (Unicode CLDR).
_TOUCHING = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")


@dataclass(frozen=True, slots=True)
class _Form:
    """The texts around the number, between its groups, and before its decimals."""

    before: str
    group: str
    point: str
    decimals: int
    after: str

    def written(self, amount: int) -> str:
        units, rest = divmod(amount, _UNIT)
        decimals = f"{self.point}{f'{rest:0{SCALE}}'[: self.decimals]}" if self.decimals else ""
        return f"{self.before}{f'{units:,}'.replace(',', self.group)}{decimals}{self.after}"


def number_text(number: int | float | Decimal, locale: Locale) -> str:
    """A number in a locale, such as 1,234."""
    if type(number) is int and number >= 0:
        form = _form_of(None, locale)
        if form is not None:
            return form.written(number * _UNIT)
    return str(format_decimal(number, locale=locale))


def price_text(amount: int, currency: str, locale: Locale) -> str:
    """An amount in ten-thousandths as a price in a locale. A unit price can have more decimals than the currency."""
    if amount >= 0 and amount % 10 ** (SCALE - decimals_of(currency)) == 0:
        form = _form_of(currency, locale)
        if form is not None:
            return form.written(amount)
    return _by_babel(amount, currency, locale)


@cached(256, 2_000)
def _form_of(currency: str | None, locale: Locale) -> _Form | None:
    """The form of a currency's prices, or of whole numbers; None if it depends on the number."""
    found = _SHAPE.fullmatch(_by_babel(1_234_567 * _UNIT, currency, locale))
    if found is None:
        return None
    before, group, point, decimals, after = found.groups(default="")
    form = _Form(before, group, point, len(decimals), after)
    is_same = all(form.written(each * _UNIT) == _by_babel(each * _UNIT, currency, locale) for each in _SAMPLES)
    return form if is_same and len(decimals) == (decimals_of(currency) if currency else 0) else None


def _by_babel(amount: int, currency: str | None, locale: Locale) -> str:
    exact = as_decimal(amount)
    if currency is None:
        return str(format_decimal(exact, locale=locale))
    fits_currency = exact == round(exact, decimals_of(currency))
    text = format_currency(exact, currency, locale=locale, decimal_quantization=fits_currency)
    return _TOUCHING.sub("\xa0", text)
