"""Writes queries of the full-text index, in the language of SQLite's FTS5 or of PostgreSQL's tsquery.

Tokens consist of letters, digits and "_", so they need no escaping.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from abandoned_checkouts.store.search.full_text import BREAK, coded, encoded
from abandoned_checkouts.store.search.index_terms import word_token
from search_syntax import meaning as m

# The maximum number of phrases for which a test of single documents is written.
_MOST_TESTS = 40
# To ask the index for more coded prefixes than this would take as long as to search for them.
_MOST_CODED = 4


@dataclass(frozen=True, slots=True)
class IndexQuery:
    """A query of the index: as `text`, and in a form that `test` turns into a test of one document.

    `parts` are joined by `word`. A phrase has no parts. `tests` is the number of phrases. `coded` are the prefixes of
    tokens beyond ASCII that are searched because a word starts with the same letters, none if there are many, and
    `whole` is the query that finds the same documents if no token has one of these prefixes (see
    store/search/coded_prefixes).
    """

    text: str
    word: Literal["AND", "OR", ""] = ""
    parts: tuple["IndexQuery", ...] = ()
    tokens: tuple[str, ...] = ()
    prefix: bool = False
    tests: int = 1
    coded: tuple[str, ...] = ()
    whole: str = ""

    def __str__(self) -> str:
        return self.text

    def test(self, tokens: str, given: Callable[[object], str]) -> str:
        """The SQL condition that a document matches. `tokens` is the column with its tokens, separated by spaces;
        `given` adds a parameter. Empty if the condition would be too long."""
        if self.tests > _MOST_TESTS:
            return ""
        if self.parts:
            return f"({f' {self.word} '.join(part.test(tokens, given) for part in self.parts)})"
        # There is a space before every token of the texts, because the first token identifies the shop.
        text = " ".join(self.tokens)
        if self.prefix:
            return f"instr({tokens}, {given(f' {text}')}) > 0"
        return f"instr({tokens} || ' ', {given(f' {text} ')}) > 0"


@dataclass(frozen=True, slots=True)
class IndexQueries:
    """Writes queries for one of the two databases."""

    sqlite: bool

    def words(self, node: m.Words) -> IndexQuery:
        start = "" if node.field == "default" else word_token(node.field, "")
        tokens = [start + encoded(token) for token in node.tokens]
        if not node.prefix:
            return self.phrase(tokens) if node.phrase else self.all_of(tokens)
        # A prefix such as "norm" must also find words with letters beyond ASCII, which the index stores encoded.
        ends = dict.fromkeys((tokens[-1], start + coded(node.tokens[-1])))
        if node.phrase:
            return self.any_of([self.prefix([*tokens[:-1], end]) for end in ends])
        last = self.any_of([self.prefix([end]) for end in ends])
        return self.joined([self.all_of(tokens[:-1]), last], "AND") if tokens[:-1] else last

    def all_of(self, tokens: Sequence[str]) -> IndexQuery:
        return self.joined([self.phrase([token]) for token in tokens], "AND")

    def any_of(self, queries: Sequence[IndexQuery]) -> IndexQuery:
        return self.joined(queries, "OR")

    def joined(self, queries: Sequence[IndexQuery], word: Literal["AND", "OR"]) -> IndexQuery:
        """Queries joined by AND or OR, in brackets if there are several."""
        if len(queries) == 1:
            return queries[0]
        sign = f" {word} " if self.sqlite else (" & " if word == "AND" else " | ")
        text = f"({sign.join(query.text for query in queries)})"
        codes = tuple(dict.fromkeys(code for query in queries for code in query.coded))
        if len(codes) > _MOST_CODED:
            codes = ()
        whole = f"({sign.join(query.whole or query.text for query in queries)})" if codes else ""
        prefix, tests = any(query.prefix for query in queries), sum(query.tests for query in queries)
        # Parts are needed only for `test`, which needs few parts.
        parts = tuple(queries) if tests <= _MOST_TESTS else ()
        return IndexQuery(text, word, parts, prefix=prefix, tests=tests, coded=codes, whole=whole)

    def prefix(self, tokens: Sequence[str]) -> IndexQuery:
        """A phrase whose last token is a prefix."""
        found = self.phrase(tokens, prefix=True)
        if not self.sqlite or not _is_coded(tokens[-1]):
            return found
        return replace(found, coded=(tokens[-1],), whole=self.phrase(tokens).text)

    def phrase(self, tokens: Sequence[str], prefix: bool = False) -> IndexQuery:
        if self.sqlite:
            text = f'"{" ".join(tokens)}"{" *" if prefix else ""}'
        else:
            lexemes = [f"'{token[:1000]}'" for token in tokens]
            text = f"({' <-> '.join(lexemes)}{':*' if prefix else ''})"
        return IndexQuery(text, tokens=tuple(tokens), prefix=prefix)


def _is_coded(token: str) -> bool:
    """Whether it is a word beyond ASCII (see full_text.coded), whose neighbour in the index is the mark of texts."""
    return token.startswith(BREAK) and not token.startswith(BREAK * 2)
