"""Finds originals in texts that an anonymised export keeps: names and addresses of buyers in titles of products, say of
an engraved cup, and in names of towns.

A text keeps its words, except those of a whole name, e-mail address, street line or phone number of the shop's data.
"""

import re
from functools import lru_cache
from typing import Any

from abandoned_checkouts.exporting.pseudonyms import Pseudonyms, key_of, words_in
from abandoned_checkouts.store.engine.scratch import Scratch

_WHOLE = "whole"
# The longest sequence of words that is compared. Longer originals are found by their first words.
_LONGEST = 8
# Digits of a phone number, with what people write between them.
_PHONE = re.compile(r"[+(]{0,2}\d(?:[\s()./-]{0,3}\d){6,}")
_WAITING, _CACHED = 20_000, 10_000


class KeptTexts:
    """First, `learn` takes the originals; then `cleaned` returns texts without them."""

    def __init__(self, scratch: Scratch, pseudonyms: Pseudonyms) -> None:
        self._scratch, self._pseudonyms = scratch, pseudonyms
        self._waiting: set[str] = set()
        self._cleaned = lru_cache(_CACHED)(self._uncached)

    def learn(self, *originals: str | None) -> None:
        """A single word is not learned: it can be the word for a product, too."""
        for original in originals:
            keys = [key_of(word) for word in words_in(original or "")][:_LONGEST]
            if len(keys) > 1:
                self._waiting.add(" ".join(keys))
        if len(self._waiting) > _WAITING:
            self._write()

    def learn_name(self, first: str | None, last: str | None) -> None:
        self.learn(f"{first or ''} {last or ''}", f"{last or ''} {first or ''}")

    def cleaned(self, text: str | None) -> str | None:
        """The text with pseudonyms for the words of originals."""
        if not text:
            return text
        if self._waiting:
            self._write()
        return self._cleaned(text)

    def cleaned_json(self, value: Any) -> Any:
        """The value with all its texts cleaned."""
        if isinstance(value, str):
            return self.cleaned(value)
        if isinstance(value, dict):
            return {name: self.cleaned_json(item) for name, item in value.items()}
        return [self.cleaned_json(item) for item in value] if isinstance(value, list) else value

    def _write(self) -> None:
        self._scratch.note(_WHOLE, ((key, "") for key in self._waiting))
        self._waiting.clear()

    def _uncached(self, text: str) -> str:
        text = _PHONE.sub(lambda found: self._pseudonyms.known_phone(found[0]), text)
        words = words_in(text)
        keys, replaced, place = [key_of(word) for word in words], set[int](), 0
        while place < len(keys):
            length = self._length_at(keys, place)
            replaced.update(range(place, place + length))
            place += length or 1
        return self._pseudonyms.some_words(text, replaced) if replaced else text

    def _length_at(self, keys: list[str], place: int) -> int:
        """The number of words of the longest original that begins there, or 0."""
        for length in range(min(_LONGEST, len(keys) - place), 1, -1):
            if not self._scratch.is_free(_WHOLE, " ".join(keys[place : place + length])):
                return length
        return 0
