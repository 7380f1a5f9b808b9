"""Names that are usual in a locale, from the library faker. Each list is made once."""

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Literal

from search_syntax.tokens import fold

if TYPE_CHECKING:
    from faker import Faker

NameKind = Literal["first", "last"]
# Names that are drawn for a list. Repeated ones are dropped.
_DRAWN = 1_500


class MissingFakerError(Exception):
    """The library for names is not installed. The message says how to install it."""


@cache
def names_of(kind: NameKind, locale: str) -> tuple[str, ...]:
    """Lower-case words of one alphabet, which can be part of an e-mail address if the alphabet is Latin.

    Raises MissingFakerError.
    """
    faker = _faker(locale)
    faker.seed_instance(0)
    pick = faker.first_name if kind == "first" else faker.last_name
    found = sorted({_plain(str(pick())).casefold() for _ in range(_DRAWN)} - {""})
    # A search does not distinguish words that differ in accents only.
    return tuple({fold(name): name for name in found}.values()) or ("name",)


@cache
def locale_of(text: str | None) -> str:
    """The locale of the library for one such as de, de-AT or pt-BR. Raises MissingFakerError."""
    _faker("en_US")
    from faker.config import AVAILABLE_LOCALES

    language, _, country = (text or "en_US").replace("-", "_").partition("_")
    for name in (f"{language.lower()}_{country.upper() or 'US'}", f"{language.lower()}_{language.upper()}"):
        if name in AVAILABLE_LOCALES:
            return name
    return next((name for name in sorted(AVAILABLE_LOCALES) if name.startswith(f"{language.lower()}_")), "en_US")


@cache
def _faker(locale: str) -> "Faker":
    try:
        from faker import Faker
    except ImportError:
        raise MissingFakerError(
            'an anonymised export needs the library faker: pip install "abandoned-checkouts[anonymise]"'
        ) from None
    return Faker(locale)


def _plain(text: str) -> str:
    """The ASCII letters of a name, or its letters if it has none."""
    folded = "".join(each for each in unicodedata.normalize("NFKD", text) if each.isascii() and each.isalpha())
    return folded or "".join(each for each in text if each.isalpha())
