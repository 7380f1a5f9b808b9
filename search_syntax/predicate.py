"""Runs a meaning on Python records. This is the reference for other implementations.

A record maps keys to values: str, int, Decimal, bool, aware datetime, a list or tuple of these, or None.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from search_syntax import meaning as m
from search_syntax.meaning import Expression
from search_syntax.tokens import fold, tokenize
from search_syntax.tree import postorder

Record = Mapping[str, Any]
Test = Callable[[Record], bool]

COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "eq": operator.eq,
}


def predicate(root: Expression) -> Test:
    """A function that returns whether a record matches. It is not recursive, so deep expressions are safe."""
    steps = [step(node) for node in postorder(root)]

    def matches(record: Record) -> bool:
        stack: list[bool] = []
        for run in steps:
            run(record, stack)
        return stack[0]

    return matches


def step(node: Expression) -> Callable[[Record, list[bool]], None]:
    """A function that pushes the node's result on the stack, after removing the results of its operands."""
    if isinstance(node, m.AllOf | m.AnyOf):
        count, join = len(node.parts), all if isinstance(node, m.AllOf) else any

        def joined(_: Record, stack: list[bool]) -> None:
            stack[-count:] = [join(stack[-count:])]

        return joined
    if isinstance(node, m.NoneOf):

        def negated(_: Record, stack: list[bool]) -> None:
            stack[-1] = not stack[-1]

        return negated
    test = record_test(node)
    return lambda record, stack: stack.append(test(record))


def record_test(node: m.MatchAll | m.Nothing | m.Criterion) -> Test:
    if isinstance(node, m.MatchAll):
        return lambda record: True
    if isinstance(node, m.Nothing):
        return lambda record: False
    key = node.field
    if isinstance(node, m.Words):
        contain = contain_phrase if node.phrase else contain_words
        return lambda record: contain([tokenize(text) for text in values_of(record, key)], node.tokens, node.prefix)
    if isinstance(node, m.Near):
        token = node.token
        return lambda record: any(is_near(token, word) for text in values_of(record, key) for word in tokenize(text))
    if isinstance(node, m.HasValue):
        return lambda record: any(value != "" for value in values_of(record, key))
    test = value_test(node)
    return lambda record: any(test(value) for value in values_of(record, key))


def value_test(node: m.Exact | m.OneOf | m.Range | m.Within) -> Callable[[Any], bool]:
    if isinstance(node, m.Exact):
        text = node.value
        if node.prefix and node.suffix:
            return lambda value: text in fold(str(value))
        if node.prefix:
            return lambda value: fold(str(value)).startswith(text)
        if node.suffix:
            return lambda value: fold(str(value)).endswith(text)
        return lambda value: fold(str(value)) == text
    if isinstance(node, m.OneOf):
        choices = node.values
        return lambda value: (value.lower() if isinstance(value, str) else value) in choices
    if isinstance(node, m.Range):
        compare, limit = COMPARE[node.operator], node.value
        return lambda value: compare(value, limit)
    start, end = node.start, node.end
    return lambda value: bool(start <= value < end)


def values_of(record: Record, key: str) -> Sequence[Any]:
    """The values of a record under a key, without None."""
    value = record.get(key)
    if isinstance(value, list | tuple):
        return [one for one in value if one is not None]
    return () if value is None else (value,)


def contain_words(texts: Sequence[Sequence[str]], tokens: Sequence[str], prefix: bool) -> bool:
    words = {word for text in texts for word in text}
    whole = tokens[:-1] if prefix else tokens
    return words.issuperset(whole) and (not prefix or any(word.startswith(tokens[-1]) for word in words))


def contain_phrase(texts: Sequence[Sequence[str]], tokens: Sequence[str], prefix: bool) -> bool:
    size = len(tokens)
    return any(
        _is_phrase(text[start : start + size], tokens, prefix)
        for text in texts
        for start in range(len(text) - size + 1)
    )


def _is_phrase(words: Sequence[str], tokens: Sequence[str], prefix: bool) -> bool:
    if not prefix:
        return tuple(words) == tuple(tokens)
    return tuple(words[:-1]) == tuple(tokens[:-1]) and words[-1].startswith(tokens[-1])


def is_near(token: str, word: str) -> bool:
    """Whether the words are equal, or differ by one letter: added, missing, changed, or swapped with its neighbour."""
    if token == word:
        return True
    first = next((at for at, pair in enumerate(zip(token, word, strict=False)) if pair[0] != pair[1]), None)
    at = min(len(token), len(word)) if first is None else first
    swapped = token[at + 1 : at + 2] + token[at : at + 1] + token[at + 2 :]
    return (
        token[at + 1 :] == word[at:]
        or token[at:] == word[at + 1 :]
        or token[at + 1 :] == word[at + 1 :]
        or (len(token) == len(word) and swapped == word[at:])
    )
