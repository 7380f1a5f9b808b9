"""The meaning of single terms, for kinds of fields that the tables of cases do not have."""

from __future__ import annotations

import pytest

from search_syntax import Field, FieldSet, Kind, check, parse
from search_syntax.meaning import NOTHING, Exact, Expression, Range

UUID = "8A3B4C5D-0000-4000-8000-00000000000f"
FIELDS = FieldSet([Field("id", Kind.ID, positive=True, source="number"), Field("total", Kind.NUMBER)])


@pytest.mark.parametrize(
    ("term", "meaning", "warning"),
    [
        ("id:7", Range("number", "eq", 7), None),
        (f"id:{UUID}", Exact("number", UUID.lower()), None),
        ("id:0", NOTHING, "Expected field to be a positive integer or UUID, received `0`."),
        (
            "id:gid://shopify/Order/7",
            NOTHING,
            "Expected field to be a positive integer or UUID, received `gid://shopify/Order/7`.",
        ),
        (f"total:{UUID}", NOTHING, f"Input `{UUID}` is not an accepted value."),
    ],
)
def test_ids_that_must_be_positive(term: str, meaning: Expression, warning: str | None) -> None:
    found = check(parse(term), FIELDS)
    assert found.root == meaning
    assert [one.message for one in found.warnings] == ([] if warning is None else [warning])


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [("total:x", 6, 7), ("a:1 total:xyz", 10, 13), ("total:", 6, 7), ("total:>x", 7, 8), ("total:'x y'", 6, 11)],
)
def test_the_place_of_an_invalid_value(query: str, start: int, end: int) -> None:
    warning = check(parse(query), FIELDS).warnings[-1]
    assert (warning.start, warning.end) == (start, end)


@pytest.mark.parametrize(
    ("query", "start", "end"), [("stauts:open", 0, 6), ("a:1 toal:3", 4, 8), ("bob", 0, 3), ("total:1 bob", 8, 11)]
)
def test_the_place_of_an_unknown_field(query: str, start: int, end: int) -> None:
    warning = check(parse(query), FIELDS).warnings[-1]
    assert (warning.start, warning.end) == (start, end)
