"""Sets of search fields, and the name or value that a misspelled one may mean."""

from __future__ import annotations

import pytest

from search_syntax import Field, FieldSet, Kind
from search_syntax.fields import nearest

DEFAULT = Field("default", Kind.TEXT)
STATUS = Field("status", Kind.ENUM, values=("open", "closed"))
TOTAL = Field("total_price", Kind.MONEY, source="total", extended=True)


def test_extended_fields_are_searched_only_on_demand() -> None:
    fields, extended = FieldSet([DEFAULT, STATUS, TOTAL]), FieldSet([DEFAULT, STATUS, TOTAL], extended=True)
    assert (list(fields), list(extended)) == ([DEFAULT, STATUS], [DEFAULT, STATUS, TOTAL])
    assert (len(fields), len(extended)) == (2, 3)
    assert (fields.extended, extended.extended) == (False, True)
    assert ("total_price" in fields, "total_price" in extended) == (False, True)
    assert (fields.get("total_price"), extended.get("total_price")) == (None, TOTAL)
    assert fields.declared == (DEFAULT, STATUS, TOTAL)
    assert repr(extended) == "FieldSet(default, status, total_price)"
    assert (fields.default, FieldSet([STATUS]).default) == (DEFAULT, None)


def test_the_key_of_a_field_is_its_source() -> None:
    assert (STATUS.key, TOTAL.key) == ("status", "total")


@pytest.mark.parametrize("kind", Kind)
def test_numbers_and_times_can_be_compared(kind: Kind) -> None:
    assert Field("f", kind).ordered is (kind.value in ("id", "number", "money", "time", "age"))


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("opne", "open"),
        ("OPNE", "open"),
        ("clsed", "closed"),
        ("open", "open"),
        ("xyz", None),
        ("", None),
        # Three of five letters are similar, two of five are not.
        ("opxxn", "open"),
        ("oxxxn", None),
        ("o" * 65, None),
    ],
)
def test_the_nearest_choice(word: str, found: str | None) -> None:
    assert nearest(word, iter(("open", "closed"))) == found


def test_a_name_of_64_characters_is_compared() -> None:
    name = "status" * 10 + "abcd"
    assert nearest(name, [name]) == name
    assert nearest(f"{name}e", [name]) is None


def test_the_nearest_field_is_never_the_default() -> None:
    fields = FieldSet([DEFAULT, STATUS])
    assert (fields.nearest("stauts"), fields.nearest("defaul")) == ("status", None)
