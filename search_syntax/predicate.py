"""The reference meaning: an expression as a Python function over records.

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
    """The function that says whether a record matches. It works through a list of steps: deep texts are no danger."""
    steps = [step(node) for node in postorder(root)]

    def matches(record: Record) -> bool:
        answers: list[bool] = []
        for run in steps:
            run(record, answers)
        return answers[0]

    return matches


def step(node: Expression) -> Callable[[Record, list[bool]], None]:
    """Puts one answer on the pile; And, Or and Not first take the answers of their operands from it."""
    if isinstance(node, m.AllOf | m.AnyOf):
        count, join = len(node.parts), all if isinstance(node, m.AllOf) else any

        def joined(_: Record, answers: list[bool]) -> None:
            answers[-count:] = [join(answers[-count:])]

        return joined
    if isinstance(node, m.NoneOf):

        def reversed_(_: Record, answers: list[bool]) -> None:
            answers[-1] = not answers[-1]

        return reversed_
    test = question(node)
    return lambda record, answers: answers.append(test(record))


def question(node: m.MatchAll | m.Nothing | m.Question) -> Test:
    if isinstance(node, m.MatchAll):
        return lambda record: True
    if isinstance(node, m.Nothing):
        return lambda record: False
    key = node.field
    if isinstance(node, m.Words):
        find = phrase_found if node.phrase else words_found
        return lambda record: find([tokenize(text) for text in held(record, key)], node.tokens, node.prefix)
    if isinstance(node, m.Near):
        token = node.token
        return lambda record: any(one_slip(token, word) for text in held(record, key) for word in tokenize(text))
    if isinstance(node, m.HasValue):
        return lambda record: any(value != "" for value in held(record, key))
    fits = value_test(node)
    return lambda record: any(fits(value) for value in held(record, key))


def value_test(node: m.Exact | m.OneOf | m.Range | m.Within) -> Callable[[Any], bool]:
    if isinstance(node, m.Exact):
        wanted = node.value
        if node.prefix and node.suffix:
            return lambda value: wanted in fold(str(value))
        if node.prefix:
            return lambda value: fold(str(value)).startswith(wanted)
        if node.suffix:
            return lambda value: fold(str(value)).endswith(wanted)
        return lambda value: fold(str(value)) == wanted
    if isinstance(node, m.OneOf):
        choices = node.values
        return lambda value: (value.lower() if isinstance(value, str) else value) in choices
    if isinstance(node, m.Range):
        compare, limit = COMPARE[node.operator], node.value
        return lambda value: compare(value, limit)
    start, end = node.start, node.end
    return lambda value: bool(start <= value < end)


def held(record: Record, key: str) -> Sequence[Any]:
    """The values a record has under a key: none, one, or several."""
    value = record.get(key)
    if isinstance(value, list | tuple):
        return [one for one in value if one is not None]
    return () if value is None else (value,)


def words_found(texts: Sequence[Sequence[str]], wanted: Sequence[str], prefix: bool) -> bool:
    words = {word for text in texts for word in text}
    whole = wanted[:-1] if prefix else wanted
    return words.issuperset(whole) and (not prefix or any(word.startswith(wanted[-1]) for word in words))


def phrase_found(texts: Sequence[Sequence[str]], wanted: Sequence[str], prefix: bool) -> bool:
    size = len(wanted)
    return any(
        _fits(text[start : start + size], wanted, prefix) for text in texts for start in range(len(text) - size + 1)
    )


def _fits(words: Sequence[str], wanted: Sequence[str], prefix: bool) -> bool:
    if not prefix:
        return tuple(words) == tuple(wanted)
    return tuple(words[:-1]) == tuple(wanted[:-1]) and words[-1].startswith(wanted[-1])


def one_slip(wanted: str, word: str) -> bool:
    """Equal but for at most one letter more, less, other, or swapped with its neighbour."""
    if wanted == word:
        return True
    same = next((at for at, pair in enumerate(zip(wanted, word, strict=False)) if pair[0] != pair[1]), None)
    at = min(len(wanted), len(word)) if same is None else same
    swapped = wanted[at + 1 : at + 2] + wanted[at : at + 1] + wanted[at + 2 :]
    return (
        wanted[at + 1 :] == word[at:]
        or wanted[at:] == word[at + 1 :]
        or wanted[at + 1 :] == word[at + 1 :]
        or (len(wanted) == len(word) and swapped == word[at:])
    )
