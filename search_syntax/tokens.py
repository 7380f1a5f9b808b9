"""Splits text into search words: the text is folded, and split at every character that is not a letter or digit.

Texts of a full-text index must be split by `tokenize` too; otherwise words of a query do not match the index.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

# A table for bytes.translate and ASCII: letters become lower case, digits stay, other characters become spaces. For a
# text of 300 characters, it takes a fifth of the time of str.translate.
_ASCII_TABLE = bytes(ord(chr(code).lower()) if chr(code).isalnum() else ord(" ") for code in range(128)).ljust(256)
# Chinese and Japanese have no spaces between words, so each character is a word.
IDEOGRAPHS = re.compile("([\u3041-\u3096\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f])")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def fold(text: str) -> str:
    """The text without case, accents and compatibility forms: `fold("CAFÉ") == fold("cafe\u0301") == "cafe"`.

    NUL and lone surrogates, which databases cannot store, become U+FFFD.
    """
    if text.isascii():
        lower = text.lower()
        return lower.replace("\x00", "\ufffd") if "\x00" in lower else lower
    return "".join(map(_folded, text))


def tokenize(text: str) -> tuple[str, ...]:
    """The folded words of `text`, in order: `tokenize("Bob's T-Shirt") == ("bob", "s", "t", "shirt")`."""
    if text.isascii():
        return tuple(text.encode().translate(_ASCII_TABLE).decode().split())
    return tuple("".join(map(_split, text)).split())


def tokenize_all(texts: Sequence[str], mark: str) -> list[str]:
    """The words of several texts, with `mark`, a single ASCII character, before the words of each text.

    This takes a fifth of the time of `tokenize` per text when an index is filled with many short texts.
    """
    joined = _joined(texts)
    if not joined.isascii():
        # Most words have a form in ASCII: names with accents, for example.
        texts = [text if text.isascii() else " ".join(tokenize(text)) for text in texts]
        joined = _joined(texts)
    if joined.isascii() and joined.count("\x00") == len(texts):
        return joined.encode().translate(_table_with(mark)).decode().split()
    return [word for text in texts for word in (mark, *tokenize(text))]


def _joined(texts: Sequence[str]) -> str:
    """The texts with NUL before each."""
    return "\x00 " + " \x00 ".join(texts) if texts else ""


@lru_cache(maxsize=16)
def _table_with(mark: str) -> bytes:
    """The table for ASCII, with NUL translated to `mark`."""
    return mark.encode("ascii") + _ASCII_TABLE[1:]


# Normalization is done character by character. It gives the same result as for the whole text, because normalization
# across characters only sorts accents, and accents are removed. A text with a million accents on one letter would
# take minutes to normalize as a whole.


@lru_cache(maxsize=16384)
def _folded(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    bare = "".join(each for each in decomposed if not unicodedata.combining(each))
    return UNSTORABLE.sub("\ufffd", unicodedata.normalize("NFKD", bare.casefold()))


@lru_cache(maxsize=16384)
def _split(character: str) -> str:
    """The folded character. A space if the character separates words; with spaces around it if it is a word by
    itself."""
    return IDEOGRAPHS.sub(r" \1 ", "".join(each if _in_word(each) else " " for each in _folded(character)))


def _in_word(character: str) -> bool:
    """Whether the character is part of a word: a letter, a digit, or a mark that is a vowel in some scripts."""
    return character.isalnum() or unicodedata.category(character)[0] == "M"
