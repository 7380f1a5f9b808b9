"""The languages in which buyers are addressed: one table of words each, and prices as the language writes them."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency, format_decimal

from abandoned_checkouts.checkouts.money import as_decimal, decimals_of

_FOLDER = Path(__file__).parent / "words"
LANGUAGES = tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))
DEFAULT = "en"
# Unicode's rule for symbols of letters, such as KWD: a space keeps them off the number.
_TOUCHING = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
# Older names that browsers and platforms still use.
_OLDER = {"iw": "he"}


@dataclass(frozen=True, slots=True)
class Language:
    """`tag` is the locale in the form of HTML's lang, as de-CH; `direction` is ltr or rtl."""

    name: str
    tag: str
    direction: str
    words: Mapping[str, str]
    locale: Locale

    def say(self, name: str, /, **values: object) -> str:
        """The words of that name, with {…} replaced. Raises KeyError."""
        return self.words[name].format(**{key: self.isolated(value) for key, value in values.items()})

    def isolated(self, value: object) -> object:
        """A name or a price inside a sentence that runs from right to left keeps its own order (Unicode's FSI, PDI)."""
        return f"\u2068{value}\u2069" if self.direction == "rtl" and value else value

    def price(self, amount: int, currency: str) -> str:
        """Ten-thousandths as a price; unit prices may have more decimals than the currency."""
        exact = as_decimal(amount)
        digits = decimals_of(currency)
        whole = exact == round(exact, digits)
        text = format_currency(exact, currency, locale=self.locale, decimal_quantization=whole)
        return _TOUCHING.sub("\xa0", text)

    def number(self, number: int) -> str:
        return format_decimal(number, locale=self.locale)


def language_of(*locales: str | None) -> Language:
    """The language of the first locale that there are words for, such as de-CH, pt_BR or iw; else English."""
    for locale in locales:
        parts = (locale or "").strip().replace("_", "-").split("-")
        name = _OLDER.get(parts[0].lower(), parts[0].lower())
        if name in LANGUAGES:
            region = next((part.upper() for part in parts[1:] if len(part) == 2 and part.isalpha()), "")
            return _language(name, region)
    return _language(DEFAULT, "")


@lru_cache(maxsize=256)
def _language(name: str, region: str) -> Language:
    try:
        locale = Locale.parse(f"{name}_{region}" if region else name)
    except (UnknownLocaleError, ValueError):
        region, locale = "", Locale.parse(name)
    tag = f"{name}-{region}" if region else name
    return Language(name, tag, str(locale.text_direction), _words(name), locale)


@cache
def _words(name: str) -> Mapping[str, str]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
