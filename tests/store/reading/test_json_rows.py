"""Rows that SQLite returns as JSON are those that it returns as values, and know which texts JSON escapes."""

import sqlite3
from collections.abc import Iterator

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abandoned_checkouts.store.reading.json_rows import JsonRows, rows_of_json

# Characters that JSON escapes, and some that it does not.
TEXTS = st.text(
    st.sampled_from('"\\/\0\x01\b\f\n\r\t\x1f\x7f\u2028aé🦊') | st.characters(exclude_categories=("Cs",)), max_size=6
)
VALUES = st.none() | TEXTS | st.integers(-(2**63), 2**63 - 1)


@pytest.fixture(scope="module")
def connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    yield connection
    connection.close()


@given(st.lists(st.tuples(VALUES, VALUES, TEXTS), max_size=5))
def test_the_rows_are_those_of_the_values(connection: sqlite3.Connection, rows: list[tuple[object, ...]]) -> None:
    found = [connection.execute("SELECT CAST(json_array(?1, ?2, ?3) AS BLOB)", row).fetchone() for row in rows]
    read = rows_of_json(found)
    assert [tuple(row) for row in read] == rows
    for number, row in enumerate(rows):
        texts = [value for value in row if isinstance(value, str)]
        is_escaped = any(orjson.dumps(text).decode() != f'"{text}"' for text in texts)
        assert read.is_plain(number, number + 1) != is_escaped


def some_rows(*escaped: int) -> JsonRows:
    return JsonRows([[number] for number in range(5)], list(escaped))


@pytest.mark.parametrize(
    ("escaped", "start", "end", "plain"),
    [
        ((), 0, 5, True),
        ((2,), 0, 2, True),
        ((2,), 3, 5, True),
        ((2,), 0, 3, False),
        ((2,), 2, 3, False),
        ((0, 4), 1, 4, True),
        ((0, 4), 1, 9, False),
    ],
)
def test_rows_are_plain_between_those_that_are_escaped(
    escaped: tuple[int, ...], start: int, end: int, plain: bool
) -> None:
    assert some_rows(*escaped).is_plain(start, end) == plain


def test_the_first_rows_know_theirs() -> None:
    first = some_rows(1, 3).first(3)
    assert (first, first.escaped) == ([[0], [1], [2]], [1])


def test_rows_that_are_appended_keep_theirs() -> None:
    rows = some_rows(1)
    rows.extend(some_rows(0, 4))
    assert (len(rows), rows.escaped) == (10, [1, 5, 9])


def test_a_slice_does_not_know_which_are_escaped() -> None:
    assert not isinstance(some_rows(1)[2:], JsonRows)
