"""Conjunction, disjunction and complement are simplified."""

from __future__ import annotations

import pytest

from search_syntax.meaning import (
    EVERYTHING,
    NOTHING,
    AllOf,
    AnyOf,
    Expression,
    HasValue,
    NoneOf,
    all_of,
    any_of,
    none_of,
)

A, B, C = HasValue("a"), HasValue("b"), HasValue("c")


@pytest.mark.parametrize(
    ("parts", "every", "some"),
    [
        ([], EVERYTHING, NOTHING),
        ([A], A, A),
        ([A, B], AllOf((A, B)), AnyOf((A, B))),
        ([A, B, C], AllOf((A, B, C)), AnyOf((A, B, C))),
        ([EVERYTHING], EVERYTHING, EVERYTHING),
        ([NOTHING], NOTHING, NOTHING),
        ([EVERYTHING, A], A, EVERYTHING),
        ([A, NOTHING], NOTHING, A),
        ([EVERYTHING, A, B], AllOf((A, B)), EVERYTHING),
        ([A, NOTHING, B], NOTHING, AnyOf((A, B))),
        ([EVERYTHING, NOTHING], NOTHING, EVERYTHING),
    ],
)
def test_joined(parts: list[Expression], every: Expression, some: Expression) -> None:
    assert (all_of(parts), any_of(parts)) == (every, some)


@pytest.mark.parametrize(
    ("part", "complement"),
    [
        (EVERYTHING, NOTHING),
        (NOTHING, EVERYTHING),
        (A, NoneOf(A)),
        (NoneOf(A), A),
        (AllOf((A, B)), NoneOf(AllOf((A, B)))),
    ],
)
def test_complement(part: Expression, complement: Expression) -> None:
    assert none_of(part) == complement
