"""Queries of the full-text indexes, in the query language of SQLite's FTS5 or of PostgreSQL's tsquery.

Tokens consist of letters, digits and "_", so that none needs an escape.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from abandoned_checkouts.store.search.full_text import coded, encoded
from abandoned_checkouts.store.search.index_terms import word_token
from search_syntax import meaning as m


@dataclass(frozen=True, slots=True)
class IndexQueries:
    """Writes queries for one of the two databases."""

    sqlite: bool

    def words(self, node: m.Words) -> str:
        start = "" if node.field == "default" else word_token(node.field, "")
        tokens = [start + encoded(token) for token in node.tokens]
        if not node.prefix:
            return self.phrase(tokens) if node.phrase else self.all_of(tokens)
        # "norm" is also a prefix of words with letters beyond ASCII, which the index stores encoded.
        ends = dict.fromkeys((tokens[-1], start + coded(node.tokens[-1])))
        if node.phrase:
            return self.any_of([self.phrase([*tokens[:-1], end], prefix=True) for end in ends])
        last = self.any_of([self.phrase([end], prefix=True) for end in ends])
        return self.joined([self.all_of(tokens[:-1]), last], "AND") if tokens[:-1] else last

    def all_of(self, tokens: Sequence[str]) -> str:
        return self.joined([self.phrase([token]) for token in tokens], "AND")

    def any_of(self, queries: Sequence[str]) -> str:
        return self.joined(queries, "OR")

    def joined(self, queries: Sequence[str], word: Literal["AND", "OR"]) -> str:
        """Queries joined by AND or OR, in brackets if there are several."""
        sign = f" {word} " if self.sqlite else (" & " if word == "AND" else " | ")
        return f"({sign.join(queries)})" if len(queries) > 1 else queries[0]

    def phrase(self, tokens: Sequence[str], prefix: bool = False) -> str:
        if self.sqlite:
            return f'"{" ".join(tokens)}"{" *" if prefix else ""}'
        lexemes = [f"'{token[:1000]}'" for token in tokens]
        return f"({' <-> '.join(lexemes)}{':*' if prefix else ''})"
