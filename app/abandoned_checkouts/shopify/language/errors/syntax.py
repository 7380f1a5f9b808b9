"""Syntax errors with the messages of Shopify's parser, which bison generates.

Recorded: `syntax error, unexpected end of file at [3, 5]`, at the location of the last token. The names of tokens
(`COLON`, `RCURLY`, `VAR_SIGN` …) and the form `unexpected COLON (":"), expecting VAR_SIGN at [1, 11]` are from reports
of Shopify's clients.
"""

from __future__ import annotations

import json
import re

from graphql import GraphQLSyntaxError

from abandoned_checkouts.shopify.language.errors.entries import ErrorEntry, entry
from abandoned_checkouts.shopify.language.errors.texts import SYNTAX
from abandoned_checkouts.shopify.language.lexer import position, tokens

__all__ = ["syntax_error"]

_PUNCTUATION = {
    "{": "LCURLY",
    "}": "RCURLY",
    "(": "LPAREN",
    ")": "RPAREN",
    "[": "LBRACKET",
    "]": "RBRACKET",
    ":": "COLON",
    "=": "EQUALS",
    "!": "BANG",
    "|": "PIPE",
    "&": "AMP",
    "@": "DIR_SIGN",
    "$": "VAR_SIGN",
    "...": "ELLIPSIS",
}
_WORDS = {
    "on": "ON",
    "fragment": "FRAGMENT",
    "query": "QUERY",
    "mutation": "MUTATION",
    "subscription": "SUBSCRIPTION",
    "true": "TRUE_LITERAL",
    "false": "FALSE_LITERAL",
    "null": "NULL",
    "type": "TYPE_LITERAL",
    "schema": "SCHEMA",
    "scalar": "SCALAR",
    "interface": "INTERFACE",
    "union": "UNION",
    "enum": "ENUM",
    "input": "INPUT",
    "extend": "EXTEND",
    "directive": "DIRECTIVE",
    "implements": "IMPLEMENTS",
    "repeatable": "REPEATABLE",
}
# The message has the expected token only if exactly one token can follow.
_EXPECTED = {"Expected '$',": "VAR_SIGN", "Expected ':',": "COLON", "Expected 'on',": "ON"}
_INVALID = "invalid token"
_NUMBER = re.compile(r"-?\d")


def syntax_error(text: str, error: GraphQLSyntaxError) -> ErrorEntry:
    """The entry for a text that graphql-core could not parse."""
    at = next(iter(error.positions or ()), len(text))
    last = found = None
    for token in tokens(text):
        # graphql-core reports the position after an invalid token, Shopify its start.
        if token.start() >= at or _name(token[0]) == _INVALID:
            found = token
            break
        last = token
    expected = next((f", expecting {name}" for words, name in _EXPECTED.items() if words in error.message), "")
    if found is None or "<EOF>" in error.message:
        start, name = (last.start() if last else 0), "end of file"
    else:
        name = _name(found[0])
        shown = found[0][0] if name == _INVALID else found[0]
        start, name = found.start(), f"{name} ({json.dumps(shown, ensure_ascii=False)})"
    line, column = position(text, start)
    return entry(
        SYNTAX,
        locations=[{"line": line, "column": column}],
        found=name,
        expected=expected,
        line=line,
        column=column,
    )


def _name(token: str) -> str:
    if token in _PUNCTUATION:
        return _PUNCTUATION[token]
    if token in _WORDS:
        return _WORDS[token]
    if token[0] == '"':
        return "STRING" if len(token) > 1 and token[-1] == '"' else _INVALID
    if _NUMBER.match(token):
        return "FLOAT" if any(mark in token for mark in ".eE") else "INT"
    return "IDENTIFIER" if token[0] == "_" or (token[0].isalpha() and token.isascii()) else _INVALID
