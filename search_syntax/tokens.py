"""Words as the search sees them: folded, and cut where letters and digits end.

Whoever fills a full-text index must cut its texts with `tokenize` too, or query and index will disagree.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

ASCII_WORD = re.compile(r"[a-z0-9]+")
MARK_OR_ASCII_WORD = re.compile(f"\x00|{ASCII_WORD.pattern}")
# Chinese and Japanese put no space between words, so that each sign counts as one.
SIGNS = re.compile("([\u3041-\u3096\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f])")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def fold(text: str) -> str:
    """Text without case, accents and compatibility forms: `fold("CAFÉ") == fold("cafe\u0301") == "cafe"`.

    NUL and lone surrogates, which no database keeps, become U+FFFD.
    """
    if text.isascii():
        return text.lower().replace("\x00", "\ufffd")
    spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(sign for sign in spread if not unicodedata.combining(sign))
    return UNSTORABLE.sub("\ufffd", unicodedata.normalize("NFKD", bare.casefold()))


def tokenize(text: str) -> tuple[str, ...]:
    """The folded words of `text`, in order: `tokenize("Bob's T-Shirt") == ("bob", "s", "t", "shirt")`."""
    if text.isascii():
        return tuple(ASCII_WORD.findall(text.lower()))
    kept = "".join(sign if _belongs(sign) else " " for sign in fold(text))
    return tuple(SIGNS.sub(r" \1 ", kept).split())


def tokenize_all(texts: Iterable[str], mark: str) -> list[str]:
    """The words of several texts as `tokenize` cuts each of them, with `mark` before each text.

    An index is filled with many short texts at a time: cut together they take a third of the time.
    """
    parts = [text.replace("\x00", " ") for text in texts]
    joined = "".join([f"\x00{part}" for part in parts])
    if joined.isascii():
        return [mark if word == "\x00" else word for word in MARK_OR_ASCII_WORD.findall(joined.lower())]
    return [word for part in parts for word in (mark, *tokenize(part))]


def _belongs(sign: str) -> bool:
    """Letters, digits, and the marks that some scripts write vowels with."""
    return sign.isalnum() or unicodedata.category(sign)[0] == "M"
