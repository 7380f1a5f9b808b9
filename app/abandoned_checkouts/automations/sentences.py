"""Sentences about flows in the language of their reader.

English texts are in the modules that use them, marked by `_`. The merchant pages translate them.
"""

from collections.abc import Sequence
from typing import Protocol


def _(text: str) -> str:
    """Marks a text for the translation of the merchant pages."""
    return text


class Sentences(Protocol):
    """A language. `text` replaces the %(placeholders)s of a message; in `count`, %(count)s is the number."""

    def text(self, message: str, /, **values: object) -> str: ...

    def count(self, one: str, many: str, number: int, /, **values: object) -> str: ...


class _English:
    def text(self, message: str, /, **values: object) -> str:
        return message % values if values else message

    def count(self, one: str, many: str, number: int, /, **values: object) -> str:
        return (one if number == 1 else many) % {"count": number, **values}


ENGLISH: Sentences = _English()


def all_of(words: Sentences, texts: Sequence[str]) -> str:
    """The texts with "and" between them."""
    return words.text(_(" and ")).join(texts)


def one_of(words: Sentences, texts: Sequence[str]) -> str:
    """The texts with "or" between them."""
    return words.text(_(" or ")).join(texts)
