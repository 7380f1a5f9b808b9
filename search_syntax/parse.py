"""Text → tree, for every text. The language is defined in grammar.lark."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from search_syntax.tree import Everything, Tree

if TYPE_CHECKING:
    from lark import Lark

# A tree takes up to 100 times the memory of its text. With longer texts the cache could grow to a gigabyte.
CACHED_LENGTH = 256


@dataclass(frozen=True, slots=True)
class Query:
    """A search text with its tree."""

    text: str
    tree: Tree


def parse(text: str) -> Query:
    """Parse `text`. The latest 512 texts of up to 256 characters are cached."""
    return _cached(text) if len(text) <= CACHED_LENGTH else _parse(text)


def parser() -> Lark:
    """The parser. The first call takes a tenth of a second."""
    from search_syntax.parser import PARSER

    return PARSER


def _parse(text: str) -> Query:
    tree: Any = parser().parse(text)
    return Query(text, Everything(0, len(text)) if tree is None else tree)


_cached = lru_cache(maxsize=512)(_parse)
# The maximum bytes that a cached search takes for each of its characters: a word of one letter is a node.
_BYTES_PER_CHARACTER = 150


def cached_bytes() -> int:
    """The maximum bytes that the cached searches take."""
    return _cached.cache_info().currsize * CACHED_LENGTH * _BYTES_PER_CHARACTER
