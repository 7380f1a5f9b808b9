"""Words as the search sees them: folded, and cut where letters and digits end.

Whoever fills a full-text index must cut its texts with `tokenize` too, or query and index will disagree.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

# How one translation cuts ASCII: small letters and digits stay, all else becomes a space.
CUT = {code: ord(chr(code).lower()) if chr(code).isalnum() else ord(" ") for code in range(128)}
# Chinese and Japanese put no space between words, so that each sign counts as one.
SIGNS = re.compile("([\u3041-\u3096\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f])")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def fold(text: str) -> str:
    """Text without case, accents and compatibility forms: `fold("CAFÉ") == fold("cafe\u0301") == "cafe"`.

    NUL and lone surrogates, which no database keeps, become U+FFFD.
    """
    if text.isascii():
        return text.lower().replace("\x00", "\ufffd")
    return "".join(map(_folded, text))


def tokenize(text: str) -> tuple[str, ...]:
    """The folded words of `text`, in order: `tokenize("Bob's T-Shirt") == ("bob", "s", "t", "shirt")`."""
    if text.isascii():
        return tuple(text.translate(CUT).split())
    return tuple("".join(map(_cut, text)).split())


def tokenize_all(texts: Sequence[str], mark: str) -> list[str]:
    """The words of several texts as `tokenize` cuts each of them, with `mark`, which is one sign, before each text.

    An index is filled with many short texts at a time: cut together they take a fifth of the time.
    """
    joined = "".join([f" \x00 {text}" for text in texts])
    if joined.isascii() and joined.count("\x00") == len(texts):
        return joined.translate(_cut_around(mark)).split()
    return [word for text in texts for word in (mark, *tokenize(text))]


@lru_cache(maxsize=16)
def _cut_around(mark: str) -> dict[int, int]:
    """CUT, with the mark where NUL stood."""
    return {**CUT, 0: ord(mark)}


# Sign by sign, since what neighbours do to each other in Unicode is to put accents in order, and accents go: a whole
# text with a million of them on one letter would take minutes to normalize.


@lru_cache(maxsize=16384)
def _folded(sign: str) -> str:
    spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", sign).casefold())
    bare = "".join(each for each in spread if not unicodedata.combining(each))
    return UNSTORABLE.sub("\ufffd", unicodedata.normalize("NFKD", bare.casefold()))


@lru_cache(maxsize=16384)
def _cut(sign: str) -> str:
    """A folded sign as part of a word, as a word of its own, or as the space between words."""
    return SIGNS.sub(r" \1 ", "".join(each if _belongs(each) else " " for each in _folded(sign)))


def _belongs(sign: str) -> bool:
    """Letters, digits, and the marks that some scripts write vowels with."""
    return sign.isalnum() or unicodedata.category(sign)[0] == "M"
