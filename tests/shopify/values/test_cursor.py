"""Cursors: each list reads the cursors that it writes, and every other text is malformed."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.shopify.values.cursor import (
    CursorForm,
    MalformedCursorError,
    decode_cursor,
    encode_cursor,
    encode_id_cursors,
)

NUMBERS = st.integers(-(2**63) + 1, 2**63 - 1)
VALUES: dict[CursorForm, st.SearchStrategy[Any]] = {
    CursorForm.MOMENT: st.integers(parse_moment("0002-01-01T00:00:00Z"), parse_moment("9998-12-31T23:59:59.999999Z")),
    CursorForm.TEXT: st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",))),
    CursorForm.AMOUNT: NUMBERS,
    CursorForm.RANK: st.floats(allow_nan=False, allow_infinity=False),
    CursorForm.PLACE: NUMBERS,
}


def written(content: Any) -> str:
    return base64.b64encode(json.dumps(content).encode()).decode()


@given(st.data(), NUMBERS)
def test_a_list_reads_what_it_wrote(data: st.DataObject, number: int) -> None:
    for form, values in VALUES.items():
        value = data.draw(values, label=form.value)
        assert decode_cursor(form, encode_cursor(form, value, number)) == (value, number)
    assert decode_cursor(CursorForm.ID, encode_cursor(CursorForm.ID, number, number)) == (number, number)


def test_a_year_has_four_digits() -> None:
    text = encode_cursor(CursorForm.MOMENT, parse_moment("0999-12-31T23:59:59Z"), 7)
    assert base64.b64decode(text) == b'{"last_id":7,"last_value":"0999-12-31 23:59:59.000000"}'
    assert decode_cursor(CursorForm.MOMENT, text) == (parse_moment("0999-12-31T23:59:59Z"), 7)


def test_a_row_without_a_rank_is_not_below_nothing() -> None:
    assert base64.b64decode(encode_cursor(CursorForm.RANK, 0.0, 7)) == b'{"last_id":7,"last_value":0.0}'


# The values that cursors of each kind of list have, and the forms that may read them.
FOREIGN: list[tuple[Any, set[CursorForm]]] = [
    ("36270641348780", {CursorForm.ID, CursorForm.TEXT, CursorForm.PLACE}),
    ("2026-07-16 01:10:50.800833", {CursorForm.MOMENT, CursorForm.TEXT}),
    (1776430361000, set(CursorForm) - {CursorForm.TEXT}),
    ("199.00", {CursorForm.AMOUNT, CursorForm.TEXT}),
    (10.01, {CursorForm.AMOUNT, CursorForm.RANK, CursorForm.UNRANKED}),
    ("norman, bob", {CursorForm.TEXT}),
    ("", {CursorForm.TEXT}),
    ("\x00", set()),
    ("1e9999999", {CursorForm.TEXT}),
    ("1.0e9999999", {CursorForm.TEXT}),
    ("9" * 5000, {CursorForm.TEXT}),
    ("NaN", {CursorForm.TEXT}),
    (True, set()),
    ([], set()),
    ({"a": 1}, set()),
    (10**19, {CursorForm.RANK, CursorForm.UNRANKED}),
]


@pytest.mark.parametrize("form", CursorForm, ids=lambda form: form.value)
@pytest.mark.parametrize(("value", "readers"), FOREIGN, ids=[f"{value!s:.30}" for value, _ in FOREIGN])
def test_a_cursor_of_another_list_is_malformed_if_that_is_visible(
    form: CursorForm, value: Any, readers: set[CursorForm]
) -> None:
    text = written({"last_id": 5, "last_value": value})
    if form in readers:
        assert decode_cursor(form, text)[1] == 5
    else:
        with pytest.raises(MalformedCursorError):
            decode_cursor(form, text)


@pytest.mark.parametrize("form", CursorForm, ids=lambda form: form.value)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "====",
        "é",
        "\ud800",
        "x" * 100_000,
        base64.b64encode(b"\xff\xfe").decode(),
        *map(written, [None, 1, "x", [], {}]),
        *(written({"last_id": number}) for number in ("5", 5.0, None, 10**19)),
        base64.b64encode(b"[" * 50_000).decode(),
    ],
    ids=lambda text: f"{text[:20]!a}",
)
def test_garbage_is_malformed(form: CursorForm, text: str) -> None:
    with pytest.raises(MalformedCursorError):
        decode_cursor(form, text)


@pytest.mark.parametrize("first", [-7, 0, 1, 9, 95, 123, 998, 10**9 + 7, 5 * 10**10, 10**12, 10**13 - 100, 2**63 - 4])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4])
def test_the_cursors_of_a_list_by_id_are_the_same_together(first: int, count: int) -> None:
    """With numbers of equal and of different lengths, and of every length modulo three."""
    numbers = range(first, first + count)
    assert encode_id_cursors(numbers) == [encode_cursor(CursorForm.ID, number, number) for number in numbers]
    assert encode_id_cursors(numbers[::-1]) == encode_id_cursors(numbers)[::-1]
