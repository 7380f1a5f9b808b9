"""The tokens of a document, to check its size before it is parsed.

Parsing takes several times longer than this pattern, and nesting uses the stack. So a text that is too large or too
deep is refused before it is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from abandoned_checkouts.shopify.language.errors.entries import ErrorEntry, entry
from abandoned_checkouts.shopify.language.errors.texts import (
    TOO_DEEP,
    TOO_LONG,
    TOO_MANY_ALIASES,
    TOO_MANY_DIRECTIVES,
    TOO_MANY_FRAGMENTS,
    TOO_MANY_TOKENS,
    Text,
)

__all__ = ["Limits", "over_limit", "position", "tokens"]

# Quantifiers are possessive, and a string without an end ends with the text, so that there is no backtracking.
_TOKEN = re.compile(
    r"""
      \#[^\n\r]*+
    | \"\"\"(?:[^"\\]++|\\\"\"\"|\\|\"{1,2}(?!\"))*+(?:\"\"\")?
    | \"(?:[^"\\\n\r]++|\\[^\n\r])*+\"?
    | \.\.\.
    | [_A-Za-z][_0-9A-Za-z]*+
    | -?\d++(?:\.\d++)?(?:[eE][+-]?\d++)?
    | [^\s,\ufeff]
    """,
    re.VERBOSE,
)
_OPENING, _CLOSING = frozenset("{[("), frozenset("}])")
_LINE = re.compile(r"\r\n|[\n\r]")


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest document. Documents of real clients are far smaller; their cost is limited separately."""

    characters: int = 250_000
    tokens: int = 10_000
    depth: int = 64
    aliases: int = 1_000
    directives: int = 200
    fragments: int = 200
    fields: int = 10_000


def tokens(text: str) -> Iterator[re.Match[str]]:
    return (match for match in _TOKEN.finditer(text) if match[0][0] != "#")


def over_limit(text: str, limits: Limits) -> ErrorEntry | None:
    """The error of a text beyond the limits, or None. The time depends on the limits, not on the text."""
    if len(text) > limits.characters:
        return entry(TOO_LONG, locations=[{"line": 1, "column": 1}], limit=limits.characters)
    if _is_surely_within(text, limits):
        return None
    depth = parentheses = aliases = directives = fragments = 0
    # Comments count as tokens, because they take the parser as long.
    for count, match in enumerate(_TOKEN.finditer(text), start=1):
        if count > limits.tokens:
            return _refusal(TOO_MANY_TOKENS, limits.tokens, text, match)
        token = match[0]
        if token in _OPENING:
            depth += 1
            parentheses += token == "("
            if depth > limits.depth:
                return _refusal(TOO_DEEP, limits.depth, text, match)
        elif token in _CLOSING:
            depth -= 1
            parentheses -= token == ")"
        elif token == ":" and parentheses <= 0:
            aliases += 1
            if aliases > limits.aliases:
                return _refusal(TOO_MANY_ALIASES, limits.aliases, text, match)
        elif token == "@":
            directives += 1
            if directives > limits.directives:
                return _refusal(TOO_MANY_DIRECTIVES, limits.directives, text, match)
        elif token == "fragment" and depth <= 0:
            fragments += 1
            if fragments > limits.fragments:
                return _refusal(TOO_MANY_FRAGMENTS, limits.fragments, text, match)
    return None


def _is_surely_within(text: str, limits: Limits) -> bool:
    """Whether a text is so short, and has so few characters that limits count, that its tokens need not be read."""
    return (
        len(text) <= limits.tokens
        and text.count("{") + text.count("[") + text.count("(") <= limits.depth
        and text.count(":") <= limits.aliases
        and text.count("@") <= limits.directives
        and text.count("fragment") <= limits.fragments
    )


def position(text: str, at: int) -> tuple[int, int]:
    """Line and column, both from 1, of the character at `at`."""
    line, start = 1, 0
    for match in _LINE.finditer(text, 0, at):
        line, start = line + 1, match.end()
    return line, at - start + 1


def _refusal(text: Text, limit: int, source: str, match: re.Match[str]) -> ErrorEntry:
    line, column = position(source, match.start())
    return entry(text, locations=[{"line": line, "column": column}], limit=limit)
