"""Key-set pages of any list with one sort key: page 10,000 costs as much as page 1.

A page is a window over rows ordered by a sort value and then by id. Its ends are positions in that order, not counts,
so rows that are added or deleted meanwhile shift nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, FromClause, Select, literal, select, tuple_

from abandoned_checkouts.store.tables import metadata

_LEAST = -(1 << 63)


@dataclass(frozen=True, slots=True)
class SortOrder:
    """The column that a list is sorted by, then the column that identifies a row."""

    column: str
    tie: str = "id"


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a sorted list: a row's sort value and its id. The row may have been deleted since."""

    value: Any
    id: int


@dataclass(frozen=True, slots=True)
class PageWindow:
    """A part of a list: the `first` rows from the start or the `last` from the end, between two positions.

    `reverse` reverses the list first.
    """

    first: int | None = None
    last: int | None = None
    after: Position | None = None
    before: Position | None = None
    reverse: bool = False

    @property
    def size(self) -> int:
        return self.first if self.first is not None else (self.last or 0)

    @property
    def backward(self) -> bool:
        return self.first is None

    @property
    def descending(self) -> bool:
        """The direction in which the database reads: from the end at which the window is."""
        return self.reverse != self.backward


@dataclass(frozen=True, slots=True)
class Page:
    """A window's rows in list order, and whether the list continues on each side."""

    rows: Sequence[Any]
    has_next: bool
    has_previous: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A list before it is divided into pages: the rows of one table of one shop that meet the conditions."""

    table: str
    shop_id: int
    order: SortOrder
    conditions: Sequence[ColumnElement[bool]] = field(default=())
    # For a list by relevance: the rank, which replaces the column of `order`.
    rank: ColumnElement[Any] | None = None
    joined: FromClause | None = None


def listing_select(listing: Listing, window: PageWindow, columns: Sequence[str]) -> Select[Any]:
    """The rows of a window in the order in which the database reads them, one more than its size.

    Its columns: `columns`, then the sort value and the id as `sort_value` and `sort_id`.
    """
    table = metadata.tables[listing.table]
    value: ColumnElement[Any] = table.c[listing.order.column] if listing.rank is None else listing.rank
    tie = table.c[listing.order.tie]
    statement = select(*(table.c[name] for name in columns), value.label("sort_value"), tie.label("sort_id")).where(
        table.c.shop_id == listing.shop_id, *listing.conditions
    )
    if listing.joined is not None:
        statement = statement.select_from(listing.joined)
    for position, later in ((window.after, not window.reverse), (window.before, window.reverse)):
        if position is not None:
            statement = statement.where(_beyond(value, tie, position, later))
    if value is tie and window.after is None and window.before is None:
        # With a bound on the id SQLite walks the index that also holds what filters compare, not the primary key.
        statement = statement.where(tie > _LEAST)
    ends = [tie] if value is tie else [value, tie]
    return statement.order_by(*(end.desc() if window.descending else end.asc() for end in ends)).limit(window.size + 1)


def page_of(read: Sequence[Any], window: PageWindow) -> Page:
    """The window of the rows that listing_select read.

    Where a position bounds the window the list continues, because that position was on a page (recorded: the page
    after a cursor has a previous one; an empty page has neither).
    """
    size = window.size
    more = len(read) > size
    rows = list(read[:size])
    if window.backward:
        rows.reverse()
    if not rows:
        return Page((), has_next=False, has_previous=False)
    if window.backward:
        return Page(rows, has_next=window.before is not None, has_previous=more)
    return Page(rows, has_next=more, has_previous=window.after is not None)


def _beyond(value: ColumnElement[Any], tie: ColumnElement[Any], position: Position, later: bool) -> ColumnElement[bool]:
    if value is tie:
        return tie > position.id if later else tie < position.id
    place = tuple_(_given(position.value), _given(position.id))
    pair = tuple_(value, tie)
    return pair > place if later else pair < place


def _given(value: Any) -> ColumnElement[Any]:
    """A value, or its parameter in a statement that is compiled once for all values."""
    return value if isinstance(value, BindParameter) else literal(value)
