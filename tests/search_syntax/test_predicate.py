"""Criteria on records: each kind of value, several values, and values that are missing."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from search_syntax import meaning as m
from search_syntax import predicate
from search_syntax.predicate import is_near

NOON = datetime(2026, 7, 14, 12, tzinfo=UTC)
LATER = NOON.replace(hour=13)


@pytest.mark.parametrize(
    ("criterion", "value", "expected"),
    [
        # Words: all of them, in any order and in any of the values.
        (m.Words("f", ("blue", "teapot")), "Teapot, blue", True),
        (m.Words("f", ("blue", "teapot")), ["Teapot", "Blue cup"], True),
        (m.Words("f", ("blue", "teapot")), "Teapot", False),
        (m.Words("f", ("tea",)), "Teapot", False),
        (m.Words("f", ("tea",), prefix=True), "Teapot", True),
        (m.Words("f", ("blue", "tea"), prefix=True), "Teapot blue", True),
        (m.Words("f", ("bl", "teapot"), prefix=True), "Teapot blue", False),
        (m.Words("f", ("pot",), prefix=True), "Teapot", False),
        # A phrase: one after another, in one value.
        (m.Words("f", ("blue", "teapot"), phrase=True), "A blue teapot", True),
        (m.Words("f", ("blue", "teapot"), phrase=True), "Teapot, blue", False),
        (m.Words("f", ("blue", "teapot"), phrase=True), ["A blue", "teapot"], False),
        (m.Words("f", ("blue", "tea"), phrase=True), "A blue teapot", False),
        (m.Words("f", ("blue", "tea"), prefix=True, phrase=True), "A blue teapot", True),
        (m.Words("f", ("bl", "tea"), prefix=True, phrase=True), "A blue teapot", False),
        (m.Words("f", ("a", "blue", "tea"), prefix=True, phrase=True), "A blue teapot", True),
        (m.Words("f", ("tea",), prefix=True, phrase=True), "teapot", True),
        (m.Words("f", ("blue", "teapot"), phrase=True), "blue", False),
        (m.Words("f", ("bob",)), None, False),
        # A text as a whole, folded.
        (m.Exact("f", "ada@example.com"), "Ada@Example.com", True),
        (m.Exact("f", "ada"), "Ada@Example.com", False),
        (m.Exact("f", "ada", prefix=True), "Ada@Example.com", True),
        (m.Exact("f", "example.com", prefix=True), "Ada@Example.com", False),
        (m.Exact("f", ".com", suffix=True), "Ada@Example.COM", True),
        (m.Exact("f", "ada", suffix=True), "Ada@Example.com", False),
        (m.Exact("f", "example", prefix=True, suffix=True), "Ada@Example.com", True),
        (m.Exact("f", "sample", prefix=True, suffix=True), "Ada@Example.com", False),
        (m.Exact("f", "12"), 12, True),
        # One of several values, in any case; booleans.
        (m.OneOf("f", ("open", "closed")), "OPEN", True),
        (m.OneOf("f", ("open",)), ["closed", "Open"], True),
        (m.OneOf("f", ("open",)), "opened", False),
        (m.OneOf("f", (True,)), True, True),
        (m.OneOf("f", (True,)), False, False),
        # Comparisons.
        (m.Range("f", "eq", Decimal("39.90")), Decimal("39.9"), True),
        (m.Range("f", "gt", NOON), LATER, True),
        (m.Range("f", "gt", 5), [1, None, 9], True),
        (m.Range("f", "gt", 5), None, False),
        (m.Range("f", "gt", 5), [], False),
        # Times: the start is included, the end is not.
        (m.Within("f", NOON, LATER), NOON, True),
        (m.Within("f", NOON, LATER), LATER, False),
        (m.Within("f", NOON, LATER), NOON.replace(hour=11), False),
        # A value is there, and not an empty text.
        (m.HasValue("f"), "x", True),
        (m.HasValue("f"), 0, True),
        (m.HasValue("f"), False, True),
        (m.HasValue("f"), "", False),
        (m.HasValue("f"), None, False),
        (m.HasValue("f"), ["", None], False),
        (m.HasValue("f"), ("", "x"), True),
        # A word with a typo.
        (m.Near("f", "teapot"), "A blue taepot", True),
        (m.Near("f", "teapot"), ["cup", "Teapots"], True),
        (m.Near("f", "teapot"), "A blue cup", False),
    ],
)
def test_a_criterion_on_a_value(criterion: m.Criterion, value: Any, expected: bool) -> None:
    matches = predicate(criterion)
    assert matches({"f": value, "g": "teapot"}) is expected
    # The complement also matches a record without a value.
    assert predicate(m.NoneOf(criterion))({"f": value}) is not expected
    assert not matches({})


@pytest.mark.parametrize(
    ("operator", "matching"), [("lt", [4]), ("lte", [4, 5]), ("gt", [6]), ("gte", [5, 6]), ("eq", [5])]
)
def test_comparisons(operator: str, matching: list[int]) -> None:
    matches = predicate(m.Range("f", operator, 5))
    assert [value for value in (4, 5, 6) if matches({"f": value})] == matching


BLUE, CUP = m.Words("f", ("blue",)), m.Words("f", ("cup",))


@pytest.mark.parametrize(
    ("root", "matching"),
    [
        (m.EVERYTHING, ["blue", "cup", "blue cup", "red"]),
        (m.NOTHING, []),
        (m.AllOf((BLUE, CUP)), ["blue cup"]),
        (m.AnyOf((BLUE, CUP)), ["blue", "cup", "blue cup"]),
        (m.NoneOf(m.AnyOf((BLUE, CUP))), ["red"]),
        (m.AllOf((BLUE, m.NoneOf(CUP))), ["blue"]),
        (m.AnyOf((m.AllOf((BLUE, CUP)), m.NoneOf(m.AnyOf((BLUE, CUP))))), ["blue cup", "red"]),
        (m.AllOf((m.AnyOf((BLUE, CUP)), m.NoneOf(m.AllOf((BLUE, CUP))), m.EVERYTHING)), ["blue", "cup"]),
    ],
)
def test_criteria_are_joined(root: m.Expression, matching: list[str]) -> None:
    matches = predicate(root)
    assert [text for text in ("blue", "cup", "blue cup", "red") if matches({"f": text})] == matching


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("teapot", True),
        # A letter changed, missing, added or swapped with its neighbour: at the beginning, in the middle, at the end.
        *((word, True) for word in ("leapot", "teabot", "teapor")),
        *((word, True) for word in ("eapot", "tepot", "teapo")),
        *((word, True) for word in ("steapot", "teaapot", "teappot", "teapots")),
        *((word, True) for word in ("etapot", "tepaot", "teapto")),
        # Two typos.
        *(
            (word, False)
            for word in ("leabot", "teap", "apot", "teapotty", "stteapot", "etapto", "potted", "toeaptt", "")
        ),
        # Two letters swapped that are not neighbours, and a swap with a letter more.
        *((word, False) for word in ("peatot", "etapots", "tepaots")),
    ],
)
def test_a_word_with_one_typo_is_near(word: str, expected: bool) -> None:
    assert is_near("teapot", word) is expected
    assert is_near(word, "teapot") is expected
