"""Joins rows for INSERT statements of many rows on SQLite, so that fewer values are passed to it.

An import binds 300 values for each checkout, and that takes a fifth of the time of writing it: the driver looks for a
conversion of each None, and SQLite locks a mutex for each value and copies each text. But at least half of the values
are repeated: many columns are null in all rows, or have the same value, and most amounts are the same in the shop's and
in the buyer's currency. So such a column is left out, or its value is bound once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice

from sqlalchemy import Table

from abandoned_checkouts.store.engine.rows import RowValues

# Rows that one statement inserts. SQLite opens all indexes of the table once for each statement: for a checkout, 40
# rows take a sixth less time than 40 statements.
TOGETHER = 40
# To prepare a statement takes about a millisecond. So only this number of rows has its own statement.
_MANY = 800


@dataclass(frozen=True, slots=True)
class JoinedRows:
    """A statement, and the values of each of its executions."""

    statement: str
    values: list[RowValues]


def join_rows(table: Table, columns: tuple[str, ...], rows: Sequence[RowValues]) -> JoinedRows:
    """The INSERT of these rows. Their number must be a multiple of TOGETHER."""
    count = len(rows)
    if count < _MANY:
        places: tuple[int | None, ...] = tuple(range(len(columns)))
        joined: list[RowValues] = [
            tuple(chain.from_iterable(rows[start : start + TOGETHER])) for start in range(0, count, TOGETHER)
        ]
        return JoinedRows(_insert_together(table, columns, places, 0), joined)
    constants: list[object] = []
    kept: list[tuple[object, ...]] = []
    # For each column: whether its value is a constant, and the place among those or in `kept`. None if it is left out.
    found: list[tuple[bool, int] | None] = []
    for name, values in zip(columns, zip(*rows, strict=True), strict=True):
        first = values[0]
        if values.count(first) == count:
            if first is None and _is_null_without_value(table, name):
                found.append(None)
            else:
                found.append((True, len(constants)))
                constants.append(first)
            continue
        same = (place for place, others in enumerate(kept) if others[0] == first and others == values)
        place = next(same, len(kept))
        if place == len(kept):
            kept.append(values)
        found.append((False, place))
    # The constants are before the values of the rows.
    places = tuple([each if each is None else each[1] + (0 if each[0] else len(constants)) for each in found])
    values_of_rows = chain.from_iterable(zip(*kept, strict=True))
    width = len(kept) * TOGETHER
    joined = [(*constants, *islice(values_of_rows, width)) for _ in range(count // TOGETHER)]
    return JoinedRows(_insert_together(table, columns, places, len(constants)), joined)


def _is_null_without_value(table: Table, name: str) -> bool:
    column = table.c[name]
    return bool(column.nullable) and column.server_default is None


@lru_cache(maxsize=64)
def _insert_together(table: Table, columns: tuple[str, ...], places: tuple[int | None, ...], constants: int) -> str:
    """`places` has the place of the value of each column. The first `constants` values are those of all rows. None
    leaves the column out."""
    used = [(name, place) for name, place in zip(columns, places, strict=True) if place is not None]
    width = max(place for _, place in used) + 1 - constants
    marks = [
        ", ".join([f"?{place + 1 + (row * width if place >= constants else 0)}" for _, place in used])
        for row in range(TOGETHER)
    ]
    names = ", ".join(f'"{name}"' for name, _ in used)
    # FAIL: if a row is refused, SQLite leaves those before it to the rollback of the transaction. Otherwise it would
    # copy each page before the statement changes it, which takes longer than to insert the rows.
    return f'INSERT OR FAIL INTO "{table.name}" ({names}) VALUES ({"), (".join(marks)})'
