"""Pages of a list that is sorted by several keys, each in its own direction, as Wix's API allows.

store/reading/pages serves Shopify's lists, which have one key. Pages here are key sets as well; an offset is served
too, because Wix's older clients count pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Text,
    UnaryExpression,
    and_,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.sql.operators import custom_op

from abandoned_checkouts.store.reading.pages import Listing, Page
from abandoned_checkouts.store.tables import metadata

# Beyond this many rows an offset reads too much of the list; a cursor costs the same on every page.
LARGEST_OFFSET = 100_000
# Columns whose index holds the rows in their order: few rows share a value.
_WALKED = frozenset({"created_at", "updated_at", "uuid"})


@dataclass(frozen=True, slots=True)
class SortColumn:
    """A column to sort by. Rows without a value come first in ascending order."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class SortedPosition:
    """A row's sort values, in the order of the keys, and its id. `backward` selects the rows before it."""

    values: tuple[Any, ...]
    id: int
    backward: bool = False


def is_walked(keys: Sequence[SortColumn]) -> bool:
    """Whether an index holds the rows in the order of the keys, so that only the rows of a page are read."""
    return keys[0].column in _WALKED or [key.column for key in keys] == ["recovery_state"]


def sorted_select(
    listing: Listing,
    keys: Sequence[SortColumn],
    columns: Sequence[str],
    *,
    place: SortedPosition | None,
    c_collated: bool,
    walks: bool = True,
) -> Select[Any]:
    """The rows after a place (or before it) in the order the database reads them: these columns, then the keys' values.

    `listing.order` is ignored; ties are broken by the id, in the direction of the last key. `c_collated`: the statement
    must ask for texts to be compared by code point. Without `walks` (SQLite only) the database finds the rows by the
    conditions and sorts them, instead of walking an index in the order of the keys.
    """
    table = metadata.tables[listing.table]
    ends: list[ColumnElement[Any]] = [_sortable(table.c[key.column], c_collated) for key in keys]
    tie_descending = keys[-1].descending if keys else True
    ends.append(table.c.id)
    if not walks:
        # SQLite: a column behind a plus has the same value, and SQLite uses no index for it.
        ends = [UnaryExpression(end, operator=custom_op("+"), type_=end.type) for end in ends]
    backward = place is not None and place.backward
    directions = [descending != backward for descending in (*(key.descending for key in keys), tie_descending)]
    statement = select(
        *(table.c[name] for name in columns), *(column.label(f"sort_{index}") for index, column in enumerate(ends[:-1]))
    ).where(table.c.shop_id == listing.shop_id, *listing.conditions)
    if place is not None:
        statement = statement.where(_beyond(ends, directions, (*place.values, place.id)))
    return statement.order_by(
        *(column.desc() if down else column for column, down in zip(ends, directions, strict=True))
    )


def sorted_page_of(read: Sequence[Any], limit: int, *, place: SortedPosition | None, offset: int) -> Page:
    """The page of the rows that were read: one more than the limit if the list continues."""
    more, rows = len(read) > limit, read[:limit]
    if place is not None and place.backward:
        # The position is a row that was on a page, so the list continues after these rows.
        return Page(rows[::-1], has_next=bool(rows), has_previous=more)
    return Page(rows, has_next=more, has_previous=bool(rows) and (place is not None or offset > 0))


def _sortable(column: ColumnElement[Any], c_collated: bool) -> ColumnElement[Any]:
    """The column with the same order on every database: texts by code point, no value first."""
    if isinstance(column.type, Text):
        known = func.coalesce(column, "") if getattr(column, "nullable", True) else column
        return known.collate("C") if c_collated else known
    return column


def _beyond(
    columns: Sequence[ColumnElement[Any]], directions: Sequence[bool], values: Sequence[Any]
) -> ColumnElement[bool]:
    """Rows that come after these values, each column in its own direction."""
    if len(set(directions)) == 1:
        here, there = tuple_(*columns), tuple_(*(_given(value) for value in values))
        return here < there if directions[0] else here > there
    choices = []
    for at, (column, down) in enumerate(zip(columns, directions, strict=True)):
        same = [column == value for column, value in zip(columns[:at], values[:at], strict=True)]
        choices.append(and_(*same, column < values[at] if down else column > values[at]))
    return or_(*choices)


def _given(value: Any) -> ColumnElement[Any]:
    """A value, or its parameter in a statement that is compiled once for all values."""
    return value if isinstance(value, BindParameter) else literal(value)
