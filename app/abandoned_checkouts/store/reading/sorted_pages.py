"""Pages of a list with several sort keys, each in its own direction, for Wix's API.

For Shopify's lists, which have one sort key, see store/reading/pages. These pages are key-set pages too. An offset is
also possible, because older clients of Wix use one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

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

from abandoned_checkouts.store.reading.pages import AnyRow_co, Listing, Page
from abandoned_checkouts.store.tables import metadata

# The largest offset. With a greater one, too much of the list would be read. With a cursor, each page costs the same.
LARGEST_OFFSET = 100_000
# Columns that have an index and in which few rows have the same value.
_WALKED = frozenset({"abandoned_at", "created_at", "updated_at", "uuid"})

# A column of any type, in the form in which it is compared.
_SortKey: TypeAlias = ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class SortColumn:
    """A column to sort by. In ascending order, rows without a value come first."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class SortedPosition:
    """A row's sort values, in the order of the keys, and its id. If `backward` is true, the page is before the row.

    In a statement that is compiled for all positions, they are SQL parameters.
    """

    values: tuple[object, ...]
    id: int | BindParameter[int]
    backward: bool = False


def is_walked(keys: Sequence[SortColumn]) -> bool:
    """Whether an index has the order of the keys, so that the database needs to read only the rows of the page."""
    return keys[0].column in _WALKED or [key.column for key in keys] == ["recovery_state"]


def sorted_select(
    listing: Listing,
    keys: Sequence[SortColumn],
    columns: Sequence[str],
    *,
    place: SortedPosition | None,
    c_collated: bool,
    walks: bool = True,
) -> Select[*tuple[object, ...]]:
    """The rows after or before a place, in the order in which the database reads them: these columns and the sort keys.

    `listing.order` is ignored. Equal rows are sorted by id, in the direction of the last key. If `c_collated` is true,
    texts are compared by code point. If `walks` is true, SQLite reads an index in the order of the keys; otherwise it
    finds the rows by the conditions and sorts them.
    """
    table = metadata.tables[listing.table]
    ends: list[_SortKey] = [_sortable(table.c[key.column], c_collated) for key in keys]
    tie_descending = keys[-1].descending if keys else True
    ends.append(table.c.id)
    if not walks:
        # The plus sign prevents SQLite from using an index for the column. It does not change the value.
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


def sorted_page_of(
    read: Sequence[AnyRow_co], limit: int, *, place: SortedPosition | None, offset: int
) -> Page[AnyRow_co]:
    """The page from the rows that were read, which are one more than the limit if the list continues."""
    more, rows = len(read) > limit, read[:limit]
    if place is not None and place.backward:
        # The position was on another page, so the list continues after these rows.
        return Page(rows[::-1], has_next=bool(rows), has_previous=more)
    return Page(rows, has_next=more, has_previous=bool(rows) and (place is not None or offset > 0))


def _sortable(column: _SortKey, c_collated: bool) -> _SortKey:
    """The column in the same order on both databases: texts by code point, null first."""
    if isinstance(column.type, Text):
        known = func.coalesce(column, "") if getattr(column, "nullable", True) else column
        return known.collate("C") if c_collated else known
    return column


def _beyond(columns: Sequence[_SortKey], directions: Sequence[bool], values: Sequence[object]) -> ColumnElement[bool]:
    """The condition for rows after these values, with each column in its own direction."""
    if len(set(directions)) == 1:
        here, there = tuple_(*columns), tuple_(*(_given(value) for value in values))
        return here < there if directions[0] else here > there
    choices = []
    for at, (column, down) in enumerate(zip(columns, directions, strict=True)):
        same = [column == value for column, value in zip(columns[:at], values[:at], strict=True)]
        choices.append(and_(*same, column < values[at] if down else column > values[at]))
    return or_(*choices)


def _given(value: object) -> _SortKey:
    """A value as SQL. It can be a parameter of a statement that is compiled once for all values."""
    return value if isinstance(value, BindParameter) else literal(value)
