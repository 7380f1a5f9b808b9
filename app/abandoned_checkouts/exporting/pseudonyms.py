"""Replaces words, numbers and identifiers by stable pseudonyms, under a random key that is lost with the object.

A word has one pseudonym everywhere, and two words have different ones, so a search for a pseudonym finds as many rows
as the search for the word did. A pseudonym is never a word of the original data.
"""

import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from functools import cache
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from faker import Faker

_WORD = re.compile(r"[^\W\d_]+|\d+")
_NUMBER = re.compile(r"\d")
# House numbers up to this length are permuted; longer ones are computed.
_PERMUTED = 4
# The last digits of a phone number are replaced. The key of the replacement is a few more, which are the same in the
# national and the international form.
_REPLACED, _COMPARED = 6, 8
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class MissingFakerError(Exception):
    """The library for names is not installed. The message says how to install it."""


class Pseudonyms:
    """`learn` takes the original texts and phone numbers first; then every other method returns pseudonyms."""

    def __init__(self) -> None:
        """Raises MissingFakerError."""
        _faker("en_US")
        self._key = secrets.token_bytes(32)
        self._originals: set[str] = set()
        self._phones: set[str] = set()
        self._tails: dict[str, str] = {}
        self._used_phones: set[str] = set()
        self._words: dict[str, str] = {}
        self._used: set[str] = set()

    def learn(self, texts: Iterable[str | None], phones: Iterable[str | None]) -> None:
        for text in texts:
            self._originals.update(word.casefold() for word in _WORD.findall(text or ""))
        self._phones.update("".join(_NUMBER.findall(phone or "")) for phone in phones)

    def name(self, text: str | None, locale: str | None, *, is_first: bool) -> str | None:
        """Each word becomes a name that is usual in the locale."""
        pick: Callable[[Faker], str] = _first_name if is_first else _last_name
        return None if text is None else self._each_word(text, lambda: pick(_faker(_locale(locale))))

    def street(self, text: str | None, locale: str | None) -> str | None:
        """Each word becomes another one, each number another one of the same length."""
        return None if text is None else self._each_word(text, lambda: _last_name(_faker(_locale(locale))))

    def email(self, text: str | None) -> str | None:
        """An address in the reserved domain `example`, to which no mail can be delivered. The part before the @, and
        the names of the domain except its last, have the pseudonyms of their words."""
        if text is None:
            return None
        local, _, domain = text.rpartition("@")
        domain, _, top = domain.rpartition(".")
        parts = [self._each_word(part, lambda: _last_name(_faker("en_US")), plain=True) for part in (local, domain)]
        return f"{parts[0] or 'buyer'}@{parts[1] or 'mail'}.{top or 'com'}.example"

    def phone(self, text: str | None) -> str | None:
        """The same country, area and form; other last digits."""
        if text is None:
            return None
        digits = "".join(_NUMBER.findall(text))
        replaced = min(_REPLACED, max(len(digits) - 1, 0))
        head = digits[: len(digits) - replaced]
        known = self._tails.get(digits[-_COMPARED:])
        tail = known if known is not None else self._tail(digits, head, replaced)
        self._tails[digits[-_COMPARED:]] = tail
        self._used_phones.add(head + tail)
        rest = iter(head + tail)
        return _NUMBER.sub(lambda _: next(rest), text)

    def _tail(self, digits: str, head: str, length: int) -> str:
        """The last digits of a number that is neither an original nor the pseudonym of another one."""
        tail = ""
        for attempt in range(1000):
            number = int.from_bytes(self._hash("phone", f"{attempt}/{digits[-_COMPARED:]}"))
            tail = str(number % 10**length).zfill(length) if length else ""
            if head + tail not in self._phones and head + tail not in self._used_phones:
                break
        return tail

    def hex_token(self, text: str | None) -> str | None:
        return None if text is None else self._hash("token", text).hex()

    def guid(self, text: str | None) -> str | None:
        return None if text is None else str(UUID(bytes=self._hash("guid", text)[:16], version=4))

    def code(self, text: str | None) -> str | None:
        return None if text is None else f"CODE-{self._hash('code', text.casefold()).hex()[:8].upper()}"

    def value(self, text: str | None) -> str | None:
        """A free text. Equal texts stay equal."""
        return text if not text else f"text {self._hash('text', text).hex()[:8]}"

    def _each_word(self, text: str, pick: Callable[[], str], *, plain: bool = False) -> str:
        def replaced(found: re.Match[str]) -> str:
            word = found[0]
            if word.isdigit():
                return self._number(word)
            pseudonym = self._word(word.casefold(), pick)
            if plain or word.islower():
                return pseudonym
            return pseudonym.upper() if word.isupper() and len(word) > 1 else pseudonym.capitalize()

        return _WORD.sub(replaced, text)

    def _word(self, word: str, pick: Callable[[], str]) -> str:
        if word not in self._words:
            base = self._seeded(word, pick)
            choice, suffix = base, 0
            while choice in self._used or choice in self._originals:
                suffix += 1
                choice = base + _LETTERS[suffix % 26] + (_LETTERS[suffix // 26 % 26] if suffix > 25 else "")
                choice += _LETTERS[suffix // 676 % 26] if suffix > 675 else ""
            self._used.add(choice)
            self._words[word] = choice
        return self._words[word]

    def _seeded(self, word: str, pick: Callable[[], str]) -> str:
        for faker in _fakers.values():
            faker.seed_instance(int.from_bytes(self._hash("word", word)))
        # An ASCII word, because it can be part of an e-mail address too.
        return "".join(_WORD.findall(_plain(pick()))).casefold() or "name"

    def _number(self, digits: str) -> str:
        length = len(digits)
        if length > _PERMUTED or digits[0] == "0":
            return str(int.from_bytes(self._hash("number", digits)) % 10**length).zfill(length)
        return str(self._permutation(length)[int(digits) - 10 ** (length - 1)])

    def _permutation(self, length: int) -> list[int]:
        numbers = list(range(10 ** (length - 1), 10**length))
        Random(self._hash("permutation", str(length))).shuffle(numbers)
        return numbers

    def _hash(self, purpose: str, text: str) -> bytes:
        return hmac.digest(self._key, f"{purpose}/{text}".encode(), "sha256")


_fakers: "dict[str, Faker]" = {}


def _faker(locale: str) -> "Faker":
    if locale not in _fakers:
        try:
            from faker import Faker
        except ImportError:
            raise MissingFakerError(
                'an anonymised export needs the library faker: pip install "abandoned-checkouts[anonymise]"'
            ) from None
        _fakers[locale] = Faker(locale)
    return _fakers[locale]


@cache
def _locale(text: str | None) -> str:
    """The locale of the library for one such as de, de-AT or pt-BR."""
    from faker.config import AVAILABLE_LOCALES

    language, _, country = (text or "en").replace("-", "_").partition("_")
    for name in (f"{language.lower()}_{country.upper()}", f"{language.lower()}_{language.upper()}"):
        if name in AVAILABLE_LOCALES:
            return name
    return next((name for name in sorted(AVAILABLE_LOCALES) if name.startswith(f"{language.lower()}_")), "en_US")


def _first_name(faker: "Faker") -> str:
    return str(faker.first_name())


def _last_name(faker: "Faker") -> str:
    return str(faker.last_name())


def _plain(text: str) -> str:
    """The ASCII letters of a text, or the text if it has none."""
    import unicodedata

    folded = "".join(each for each in unicodedata.normalize("NFKD", text) if each.isascii() and each.isalpha())
    return folded or text
