"""Writes the tokens of the extended search fields, which the full-text index has in addition to the words of all texts.

A word of a text field becomes a token that starts with the name of the field: __product_title_hoodie. A keyword becomes
one token with the folded value in hexadecimal. An id of a line becomes one token with the number. A token of `__has_`
and the name means that the field has a value. Words never start with "__", so a search for a prefix of a word does not
find these tokens. Both databases find tokens and their prefixes as fast as words.
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b

from abandoned_checkouts.checkouts.caches import cached
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from abandoned_checkouts.store.search.full_text import BREAK, coded, encoded
from search_syntax import Kind, fold, tokenize

# PostgreSQL accepts tokens of at most 2 KB. The token of a longer keyword is shortened and ends with a digest.
LONGEST_KEYWORD = 120


def field_tokens(texts: Mapping[str, Sequence[str]]) -> str:
    """The tokens of one checkout's fields, separated by spaces. `texts` are the texts by the name of the field."""
    tokens: list[str] = []
    for name, values in texts.items():
        if values and name in _MAKERS:
            tokens.append(_HAS[name])
            tokens += _MAKERS[name](values)
    return " ".join(tokens)


def _maker(name: str, kind: Kind) -> Callable[[Sequence[str]], list[str]]:
    """Returns the function that writes the tokens of each text of the field."""
    start = f"__{name}_"
    if kind is Kind.ID:
        return lambda values: [start + number if number.isascii() else word_token(name, number) for number in values]
    if kind is not Kind.TEXT:
        # The usual case of keyword_token without its calls: an import makes ten of these for each checkout.
        return lambda values: [
            f"{start}_{value.lower().encode().hex()}"
            if value.isascii() and len(value) <= LONGEST_KEYWORD and "\0" not in value
            else keyword_token(name, fold(value))
            for value in values
        ]

    def words(value: str) -> str:
        return " ".join([BREAK, *[word_token(name, word) for word in tokenize(value)]])

    words.__qualname__ = f"words of {name}"
    # Cached, because titles and names repeat often. Long texts such as notes rarely repeat, so they are not cached.
    kept = cached(1024, 2_000)(words)
    return lambda values: [kept(value) if len(value) <= _LONGEST_CACHED else words(value) for value in values]


_LONGEST_CACHED = 200


def word_token(field: str, word: str) -> str:
    return f"__{field}_{encoded(word)}"


def keyword_token(field: str, value: str) -> str:
    """The token of a complete folded value."""
    if len(value) <= LONGEST_KEYWORD:
        return f"__{field}_{coded(value)}"
    return f"{keyword_prefix(field, value)}_{blake2b(value.encode('utf-8'), digest_size=16).hexdigest()}"


def keyword_prefix(field: str, value: str) -> str:
    """The common prefix of the tokens of all values that start with this text."""
    return f"__{field}_{coded(value[:LONGEST_KEYWORD])}"


def has_token(field: str) -> str:
    return f"__has_{field}"


FIELDS = {field.name: field for field in checkout_fields().declared}
_HAS = {name: has_token(name) for name in FIELDS}
_MAKERS = {name: _maker(name, field.kind) for name, field in FIELDS.items()}
