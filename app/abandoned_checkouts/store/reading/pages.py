"""Key-set pages of a list with one sort key. Page 10,000 costs as much as page 1.

A page is a window over rows in the order of a sort value and then of the id. Its ends are positions in this order, not
counts, so a page does not shift when rows are added or deleted.
"""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import BindParameter, ColumnElement, FromClause, Select, TextClause, literal, select, text, tuple_

from abandoned_checkouts.store.tables import metadata

_LEAST = -(1 << 63)
_PARAMETER = re.compile(r":(\w+)")
# A row as it was read: its columns by name, or its values in order.
AnyRow_co = TypeVar("AnyRow_co", covariant=True)


@dataclass(frozen=True, slots=True)
class SortOrder:
    """The column that a list is sorted by, then the column that identifies a row."""

    column: str
    tie: str = "id"


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a sorted list: a row's sort value and its id. The row may have been deleted since.

    Both are parameters where a statement is compiled for all positions.
    """

    value: object
    id: int | BindParameter[int]


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
        """Whether the database reads in descending order. It reads from the end of the list at which the window is."""
        return self.reverse != self.backward


@dataclass(frozen=True, slots=True)
class Page(Generic[AnyRow_co]):
    """A window's rows in list order, and whether the list continues on each side."""

    rows: Sequence[AnyRow_co]
    has_next: bool
    has_previous: bool


@dataclass(frozen=True, slots=True)
class TextSearch:
    """A search of the full-text index, apart from the other conditions of a list of abandoned checkouts, as SQL.

    store/reading/text_pages reads pages with it, and counts. The list has the same condition in `conditions`.
    """

    # The condition for the shop's documents that match, on checkout_text.
    matches: str
    # The same for one document, on SQLite's table of their texts; an empty text if it would be too long.
    test: str
    # SQLite merges the rows of all words that start with a prefix before it returns the first.
    has_prefix: bool
    # All other conditions of the list, and those of them that bound the id: signs and limits.
    others: str
    bounds: tuple[tuple[str, str], ...]
    # A part of the other conditions that may select few rows by an index.
    narrow: str
    # All conditions of the list, with the text.
    conditions: str
    parameters: tuple[BindParameter[object], ...]

    @property
    def shape(self) -> tuple[Hashable, ...]:
        """Everything except the values of the parameters."""
        return (self.matches, self.test, self.has_prefix, self.others, self.bounds, self.narrow)

    def clause(self, sql: str, *more: BindParameter[int]) -> TextClause:
        """SQL that has some of the parameters, and `more`."""
        names = set(_PARAMETER.findall(sql))
        parameters: list[BindParameter[Any]] = [*self.parameters, *more]
        return text(sql).bindparams(*(each for each in parameters if each.key in names))


@dataclass(frozen=True, slots=True)
class Listing:
    """A list before it is divided into pages: the rows of one table of one shop that meet the conditions."""

    table: str
    shop_id: int
    order: SortOrder
    conditions: Sequence[ColumnElement[bool]] = field(default=())
    # The rank, for a list by relevance. It replaces the column of `order`.
    rank: ColumnElement[object] | None = None
    joined: FromClause | None = None
    text_search: TextSearch | None = None


def listing_select(listing: Listing, window: PageWindow, columns: Sequence[str]) -> Select[*tuple[object, ...]]:
    """The rows of a window in the order in which the database reads them, and one row more.

    The result has `columns`, then the sort value and the id as `sort_value` and `sort_id`.
    """
    table = metadata.tables[listing.table]
    value: ColumnElement[object] = table.c[listing.order.column] if listing.rank is None else listing.rank
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
        # With a bound on the id, SQLite reads the index that has the compared columns, too, not the primary key.
        statement = statement.where(tie > _LEAST)
    ends = [tie] if value is tie else [value, tie]
    return statement.order_by(*(end.desc() if window.descending else end.asc() for end in ends)).limit(window.size + 1)


def page_of(read: Sequence[AnyRow_co], window: PageWindow) -> Page[AnyRow_co]:
    """The page from the rows that listing_select read.

    The list continues on the side of a position, because that position was on another page (recorded: the page after a
    cursor has a previous one; an empty page has neither).
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


def _beyond(
    value: ColumnElement[object], tie: ColumnElement[object], position: Position, later: bool
) -> ColumnElement[bool]:
    if value is tie:
        return tie > position.id if later else tie < position.id
    place = tuple_(_given(position.value), _given(position.id))
    pair = tuple_(value, tie)
    return pair > place if later else pair < place


def _given(value: object) -> ColumnElement[object]:
    """A value as SQL. It can be a parameter of a statement that is compiled once for all values."""
    return value if isinstance(value, BindParameter) else literal(value)
