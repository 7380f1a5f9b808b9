"""The languages of recovery pages and mails: a file of texts for each (words/), and the format of prices."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal

from abandoned_checkouts.checkouts.caches import cached
from abandoned_checkouts.checkouts.mail_languages import DEFAULT_LANGUAGE, language_code, languages_of
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.recovery.number_text import price_text

_FOLDER = Path(__file__).parent / "words"
# Files are named by language, or by language and region if the region needs other texts (pt-BR).
CATALOGUES = tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))
LANGUAGES = tuple(name for name in CATALOGUES if "-" not in name)
DEFAULT = DEFAULT_LANGUAGE


@dataclass(frozen=True, slots=True)
class Language:
    """`tag` is the locale as in HTML's lang attribute, such as de-CH. `direction` is ltr or rtl."""

    name: str
    tag: str
    direction: str
    words: Mapping[str, str]
    locale: Locale

    def say(self, name: str, /, **values: object) -> str:
        """The text with this name, with its {placeholders} replaced by `values`. Raises KeyError."""
        return self.words[name].format(**{key: self.isolated(value) for key, value in values.items()})

    def isolated(self, value: object) -> object:
        """In right-to-left languages: the value between Unicode's isolates (FSI, PDI), so that a name or a price keeps
        its direction within the sentence."""
        return f"\u2068{value}\u2069" if self.direction == "rtl" and value else value

    def price(self, amount: int, currency: str) -> str:
        """An amount in ten-thousandths as a price. A unit price can have more decimals than the currency."""
        return price_text(amount, currency, self.locale)

    def day(self, day: date) -> str:
        """A day with the name of its month, such as "January 31, 2027"."""
        return format_date(day, "long", locale=self.locale)

    def number(self, number: int) -> str:
        return format_decimal(number, locale=self.locale)


def language_of(*locales: str | None, shop: Shop | None = None) -> Language:
    """The language of the first locale (such as de-CH, pt_BR or iw) in which the shop writes, or the shop's first
    language. Without a shop: of all languages, and English."""
    names = languages_of(shop)
    for locale in locales:
        parts = (locale or "").strip().replace("_", "-").split("-")
        name = language_code(locale)
        if name in names:
            region = next((part.upper() for part in parts[1:] if len(part) == 2 and part.isalpha()), "")
            return _language(name, region)
    return _language(names[0], "")


@cached(256, 4_000)
def _language(name: str, region: str) -> Language:
    try:
        locale = Locale.parse(f"{name}_{region}" if region else name)
    except (UnknownLocaleError, ValueError):
        region, locale = "", Locale.parse(name)
    tag = f"{name}-{region}" if region else name
    return Language(name, tag, str(locale.text_direction), _words(tag if tag in CATALOGUES else name), locale)


@cache
def _words(catalogue: str) -> Mapping[str, str]:
    return tomllib.loads((_FOLDER / f"{catalogue}.toml").read_text(encoding="utf-8"))
