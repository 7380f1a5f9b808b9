"""The parser that Lark makes from grammar.lark, and the nodes that it creates.

The import takes a tenth of a second, so `parse` imports it for the first text.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from lark import Lark, Token, Transformer
from lark.lark import PostLex

from search_syntax.escapes import ends_with_star, unescaped
from search_syntax.tree import (
    DEFAULT,
    And,
    Comparison,
    Exists,
    Not,
    Or,
    Phrase,
    Prefix,
    SingleValue,
    Term,
    Tree,
    ValueList,
)


class MatchParentheses(PostLex):
    """Skips a `)` without `(` and adds the missing `)` at the end of the text.

    With this, the grammar can be as documented: every `(` has a `)`.
    """

    always_accept = ("CLOSE",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        depth = 0
        for token in stream:
            if token.type == "OPEN":
                depth += 1
            elif token.type == "CLOSE":
                if not depth:
                    continue
                depth -= 1
            yield token
        for _ in range(depth):
            yield Token("CLOSE", "")


class Conjunction(list[Tree | None]):
    """The operands of an And during parsing. A list, so that adding an operand takes constant time."""


class Disjunction(list[Tree | None]):
    """The operands of an Or during parsing."""


Operands: TypeAlias = "Tree | Conjunction | Disjunction | None"


def finished(operands: Operands) -> Tree | None:
    """The node of these operands. Missing operands (None) are left out."""
    if not isinstance(operands, list):
        return operands
    parts = tuple(part for part in operands if part is not None)
    if len(parts) < 2:
        return parts[0] if parts else None
    join = And if isinstance(operands, Conjunction) else Or
    return join(parts, parts[0].start, parts[-1].end)


def unquoted(token: Token) -> str:
    """The text of a phrase. The closing quote is missing if the phrase runs to the end of the search text."""
    quote, raw = token[0], token[1:]
    if raw.endswith(quote):
        body = raw[:-1]
        if (len(body) - len(body.rstrip("\\"))) % 2 == 0:
            raw = body
    return unescaped(raw)


def leaf(field: str, token: Token, start: int) -> SingleValue:
    position = (start, token.start_pos or 0, token.end_pos or 0)
    if token.type == "PHRASE":
        return Phrase(field, unquoted(token), *position)
    if not ends_with_star(token):
        return Term(field, unescaped(str(token)), *position)
    value = unescaped(token[:-1])
    return Prefix(field, value, *position) if value else Exists(field, *position)


class TreeBuilder(Transformer[Token, Any]):
    """Creates the nodes while Lark parses, so Lark builds no tree."""

    def start(self, children: list[Operands]) -> Tree | None:
        return finished(children[0])

    def both(self, children: list[Operands]) -> Conjunction:
        left, right = children[0], finished(children[-1])
        if isinstance(left, Conjunction):
            left.append(right)
            return left
        return Conjunction((finished(left), right))

    def either(self, children: list[Operands]) -> Disjunction:
        left, right = children[0], finished(children[-1])
        if isinstance(left, Disjunction):
            left.append(right)
            return left
        return Disjunction((finished(left), right))

    def absent(self, _: list[object]) -> None:
        return None

    def word(self, children: list[Token]) -> Tree:
        return leaf(DEFAULT, children[0], children[0].start_pos or 0)

    phrase = word

    def value(self, children: list[Token]) -> Token | None:
        return children[0] if children else None

    limit = value

    def values(self, children: list[Token | None]) -> list[Token]:
        return [token for token in children if token is not None and token.type != "COMMA"]

    def filter(self, children: list[Any]) -> Tree:
        name: Token = children[0]
        tokens: list[Token] = children[1]
        field, start = unescaped(name[:-1]), name.start_pos or 0
        if len(tokens) == 1:
            return leaf(field, tokens[0], start)
        if not tokens:
            end = name.end_pos or 0
            return Phrase(field, "", start, end, end)
        values = tuple(leaf(field, token, token.start_pos or 0) for token in tokens)
        return ValueList(field, values, start, values[0].start, values[-1].end)

    def comparison(self, children: list[Any]) -> Tree:
        name, operator, limit = children
        field, start = unescaped(name[:-1]), name.start_pos or 0
        if limit is None:
            end = operator.end_pos or 0
            return Comparison(field, str(operator), "", start, end, end)
        value = unquoted(limit) if limit.type == "PHRASE" else unescaped(str(limit))
        return Comparison(field, str(operator), value, start, limit.start_pos, limit.end_pos)

    def negation(self, children: list[Any]) -> Tree | None:
        operator, part = children
        return None if part is None else Not(part, operator.start_pos or 0, part.end)

    def group(self, children: list[Any]) -> Tree | None:
        return finished(children[1])


PARSER = Lark(
    Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8"),
    parser="lalr",
    lexer="contextual",
    transformer=TreeBuilder(),
    postlex=MatchParentheses(),
    keep_all_tokens=True,
    maybe_placeholders=False,
)
