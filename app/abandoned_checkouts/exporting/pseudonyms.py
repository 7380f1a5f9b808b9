"""Replaces words, numbers and identifiers by stable pseudonyms, under a random key that is lost with the object.

A word has one pseudonym everywhere, and two words have different ones, so a search for a pseudonym finds as many rows
as the search for the word did. A pseudonym is never a word of the original data. Words are in a temporary file, so
that memory does not grow with the shop.
"""

import hmac
import re
import secrets
from collections import Counter
from collections.abc import Collection
from functools import lru_cache
from itertools import count, groupby
from uuid import UUID

from abandoned_checkouts.exporting.name_pools import NameKind, locale_of, names_of
from abandoned_checkouts.store.engine.scratch import Scratch
from search_syntax.tokens import fold

# A word with its accents, which can be characters on their own.
_LETTERS_ONLY = re.compile("(?:[^\\W\\d_][\u0300-\u036f]*)+")
_WORD = re.compile(rf"{_LETTERS_ONLY.pattern}|\d+")
_NUMBER = re.compile(r"\d")
# The last name of a domain that says nothing about a person: com, de.
_TOP = re.compile(r"[A-Za-z]{2,4}")
# The last digits of a phone number are replaced. The key of the replacement is a few more, which are the same in the
# national and the international form.
_REPLACED, _COMPARED = 6, 8
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORDS, _NUMBERS, _PHONES, _TAILS = "word", "number", "phone", "tail"
# Words in memory: those that wait to be written, and the pseudonyms that were used last.
_WAITING, _CACHED = 20_000, 50_000
_ATTEMPTS = 1_000


class Pseudonyms:
    """First, `learn_*` take the original texts; then every other method returns pseudonyms."""

    def __init__(self, scratch: Scratch) -> None:
        """Raises MissingFakerError."""
        locale_of(None)
        self._key = secrets.token_bytes(32)
        self._scratch = scratch
        self._waiting: dict[str, dict[str, str]] = {_WORDS: {}, _NUMBERS: {}, _PHONES: {}}
        self._crowded: set[tuple[int, bool]] = set()
        self._word = lru_cache(_CACHED)(self._stored_word)
        self._number = lru_cache(_CACHED)(self._stored_number)
        self._digits = lru_cache(_CACHED)(self._stored_digits)

    def learn_text(self, text: str | None, kind: NameKind = "last", locale: str | None = None) -> None:
        """Learn the words and numbers of a name, street or e-mail address."""
        for word in words_in(text or ""):
            if word.isdecimal():
                self._waiting[_NUMBERS][word] = ""
            else:
                self._waiting[_WORDS].setdefault(key_of(word), f"{kind}/{locale_of(locale)}")

    def learn_phone(self, text: str | None) -> None:
        digits = "".join(_NUMBER.findall(text or ""))
        if digits:
            # Reversed, so that numbers with the same last digits follow each other.
            self._waiting[_PHONES][digits[::-1]] = ""
        self.learn_text(_NUMBER.sub(" ", text or ""))
        if sum(map(len, self._waiting.values())) > _WAITING:
            self._write_waiting()

    def _write_waiting(self) -> None:
        for space, words in self._waiting.items():
            self._scratch.note(space, words.items())
            words.clear()

    def assign(self) -> None:
        """Choose the pseudonyms of all words that were learned."""
        self._write_waiting()
        counts = Counter(_shape(number) for number, _ in self._scratch.unassigned(_NUMBERS))
        self._crowded = {shape for shape, count in counts.items() if 4 * count > _size(shape)}
        for word, hint in self._scratch.unassigned(_WORDS):
            self._scratch.assign(_WORDS, word, self._new_word(word, hint))
        for number, _ in self._scratch.unassigned(_NUMBERS):
            self._scratch.assign(_NUMBERS, number, self._new_number(number))
        for compared, group in groupby(
            (digits for digits, _ in self._scratch.unassigned(_PHONES)), lambda digits: digits[:_COMPARED]
        ):
            self._assign_phones(compared, list(group))

    def name(self, text: str | None, locale: str | None, kind: NameKind) -> str | None:
        """Each word becomes a name that is usual in the locale."""
        return None if text is None else self._each_word(text, f"{kind}/{locale_of(locale)}")

    def street(self, text: str | None, locale: str | None) -> str | None:
        """Each word becomes another one, each number another one of the same length."""
        return self.name(text, locale, "last")

    def email(self, text: str | None) -> str | None:
        """An address in the reserved domain `example`, to which no mail can be delivered. The part before the @, and
        the names of the domain except its last, have the pseudonyms of their words."""
        if text is None:
            return None
        local, _, domain = text.rpartition("@")
        domain, _, top = domain.rpartition(".")
        if not domain or not _TOP.fullmatch(top):
            domain, top = f"{domain}.{top}".strip("."), "com"
        parts = [self._each_word(part, "last/en_US", plain=True) for part in (local, domain)]
        return f"{parts[0] or 'buyer'}@{parts[1] or 'mail'}.{top}.example"

    def phone(self, text: str | None) -> str | None:
        """The same country, area and form; other last digits, and other words if there are any."""
        if not text:
            return text
        digits = "".join(_NUMBER.findall(text))
        rest = iter(self._digits(digits) if digits else "")
        turned = _NUMBER.sub(lambda _: next(rest), text)
        return _LETTERS_ONLY.sub(lambda found: self._word(key_of(found[0]), "last/en_US"), turned)

    def known_phone(self, text: str) -> str:
        """The same, if a number with these last digits was learned; any other text is not changed."""
        compared = "".join(_NUMBER.findall(text))[::-1][:_COMPARED]
        return text if self._scratch.value_of(_TAILS, compared) is None else self.phone(text) or ""

    def some_words(self, text: str, places: Collection[int]) -> str:
        """The text with pseudonyms for the words at these places in `words_in(text)`."""
        counted = count()
        return _WORD.sub(
            lambda found: self._replaced(found[0], "last/en_US") if next(counted) in places else found[0], text
        )

    def hex_token(self, text: str | None) -> str | None:
        return None if text is None else self._hash("token", text).hex()

    def guid(self, text: str | None) -> str | None:
        return None if text is None else str(UUID(bytes=self._hash("guid", text)[:16], version=4))

    def code(self, text: str | None) -> str | None:
        return None if text is None else f"CODE-{self._hash('code', text.casefold()).hex()[:8].upper()}"

    def value(self, text: str | None) -> str | None:
        """A free text. Equal texts stay equal."""
        return text if not text else f"text {self._hash('text', text).hex()[:8]}"

    def _each_word(self, text: str, hint: str, *, plain: bool = False) -> str:
        return _WORD.sub(lambda found: self._replaced(found[0], hint, plain=plain), text)

    def _replaced(self, word: str, hint: str, *, plain: bool = False) -> str:
        if word.isdecimal():
            return self._number(word)
        pseudonym = self._word(key_of(word), hint)
        if plain or word.islower():
            return pseudonym
        return pseudonym.upper() if word.isupper() and len(word) > 1 else pseudonym.capitalize()

    def _stored_word(self, word: str, hint: str) -> str:
        found = self._scratch.value_of(_WORDS, word)
        if found is None:
            # The record changed after it was learned.
            found = self._new_word(word, hint)
            self._scratch.note(_WORDS, [(word, hint)])
            self._scratch.assign(_WORDS, word, found)
        return found

    def _new_word(self, word: str, hint: str) -> str:
        """A name of the list; if it is in use, two names; then with more and more letters."""
        kind, _, locale = hint.partition("/")
        names, choice = names_of("first" if kind == "first" else "last", locale), ""
        for attempt in range(_ATTEMPTS):
            number = int.from_bytes(self._hash("word", f"{attempt}/{word}"))
            number, place = divmod(number, len(names))
            choice = names[place]
            if attempt:
                number, place = divmod(number, len(names))
                choice += names[place]
            for _ in range((attempt + 2) // 4):
                number, place = divmod(number, len(_LETTERS))
                choice += _LETTERS[place]
            if self._scratch.is_free(_WORDS, choice) and self._scratch.is_free(_WORDS, key_of(choice)):
                break
        return choice

    def _stored_number(self, digits: str) -> str:
        found = self._scratch.value_of(_NUMBERS, digits)
        if found is None:
            found = self._new_number(digits)
            self._scratch.note(_NUMBERS, [(digits, "")])
            self._scratch.assign(_NUMBERS, digits, found)
        return found

    def _new_number(self, digits: str) -> str:
        """A number of the same length that is not in use; if most are in use, each takes the place of another one."""
        shape = _shape(digits)
        size, least = _size(shape), 0 if shape[1] else 10 ** (len(digits) - 1)
        if shape not in self._crowded:
            for attempt in range(_ATTEMPTS):
                number = least + int.from_bytes(self._hash("number", f"{attempt}/{digits}")) % size
                choice = str(number).zfill(len(digits))
                if self._scratch.is_free(_NUMBERS, choice):
                    return choice
        return str(least + self._permuted(int(digits) - least, size)).zfill(len(digits))

    def _permuted(self, number: int, size: int) -> int:
        """Another number below `size`; two numbers never get the same. A Feistel network over pairs of digits."""
        base = int(size**0.5) + 1
        while True:
            left, right = divmod(number, base)
            for turn in range(4):
                step = int.from_bytes(self._hash("permutation", f"{size}/{turn}/{right}"))
                left, right = right, (left + step) % base
            number = left * base + right
            if number < size:
                return number

    def _stored_digits(self, digits: str) -> str:
        turned = digits[::-1]
        found = self._scratch.value_of(_PHONES, turned)
        if found is None:
            self._scratch.note(_PHONES, [(turned, "")])
            self._assign_phones(turned[:_COMPARED], [turned])
            found = self._scratch.value_of(_PHONES, turned)
        return (found or turned)[::-1]

    def _assign_phones(self, compared: str, group: list[str]) -> None:
        """New last digits for numbers that have the same last digits. Each result differs from all original numbers and
        from the pseudonyms of others."""
        length = min(_REPLACED, len(compared) - 1)
        tail = self._scratch.value_of(_TAILS, compared)
        if tail is None:
            tail = compared[:length]
            for attempt in range(_ATTEMPTS if length else 0):
                number = int.from_bytes(self._hash("phone", f"{attempt}/{compared}"))
                tail = str(number % 10**length).zfill(length)
                if all(self._scratch.is_free(_PHONES, tail + each[length:]) for each in group):
                    break
            self._scratch.note(_TAILS, [(compared, "")])
            self._scratch.assign(_TAILS, compared, tail)
        for each in group:
            self._scratch.assign(_PHONES, each, tail + each[length:])

    def _hash(self, purpose: str, text: str) -> bytes:
        return hmac.digest(self._key, f"{purpose}/{text}".encode(), "sha256")


def words_in(text: str) -> list[str]:
    """The words and numbers of a text."""
    return _WORD.findall(text)


def key_of(word: str) -> str:
    """What is equal for words that a search does not distinguish: without case, accents and compatibility forms."""
    return fold(word)


def _shape(digits: str) -> tuple[int, bool]:
    """The length of a number, and whether it starts with a zero. A pseudonym has the same shape."""
    return len(digits), digits[0] == "0"


def _size(shape: tuple[int, bool]) -> int:
    """How many numbers have this shape."""
    length, has_zero = shape
    return int(10 ** (length - 1) if has_zero else 9 * 10 ** (length - 1))
