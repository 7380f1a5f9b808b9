"""Key-set pages of a list with one sort key. Page 10,000 costs as much as page 1.

Rows are sorted by a sort value, then by id. A page starts after or ends before a position: the sort value and id of a
row. It does not shift when rows are added or deleted, as it would with an offset.
"""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import BindParameter, ColumnElement, FromClause, Select, Subquery, TextClause, select, text, tuple_

from abandoned_checkouts.store.reading.joined_tables import JoinedTable, QuerySource
from abandoned_checkouts.store.reading.json_rows import JsonRows
from abandoned_checkouts.store.tables import metadata

_LEAST = -(1 << 63)
_PARAMETER = re.compile(r":(\w+)")
# A row: its columns by name, or its values in the order of the requested columns.
AnyRow_co = TypeVar("AnyRow_co", covariant=True)


@dataclass(frozen=True, slots=True)
class SortOrder:
    """The column that a list is sorted by, then the column that identifies a row."""

    column: str
    tie: str = "id"


@dataclass(slots=True, unsafe_hash=True)
class Position:
    """A place in a sorted list: the sort value and the id of a row, which may have been deleted since. Do not change
    it. It is not frozen because creating a frozen object takes three times as long.

    In a statement that is compiled for all positions, both are SQL parameters.
    """

    value: object
    id: int | BindParameter[int]


@dataclass(slots=True, unsafe_hash=True)
class PageWindow:
    """A part of a list: the `first` rows or the `last` rows between two positions. Do not change it.

    If `reverse` is true, the list is reversed first.
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
    def is_start(self) -> bool:
        """Whether it is the first rows of the list, not reversed."""
        return self.first is not None and self.after is None and self.before is None and not self.reverse

    @property
    def descending(self) -> bool:
        """Whether the database reads in descending order. It starts at the end of the list where the window is."""
        return self.reverse != self.backward


@dataclass(frozen=True, slots=True)
class Page(Generic[AnyRow_co]):
    """A window's rows in list order, and whether the list continues on each side."""

    rows: Sequence[AnyRow_co]
    has_next: bool
    has_previous: bool


@dataclass(frozen=True, slots=True)
class TextSearch:
    """The conditions of a list of abandoned checkouts as SQL, with the text search separate from the other conditions.

    store/reading/text_pages reads pages and counts with it. `conditions` has both together.
    """

    # The condition on checkout_text for the shop's documents that match the text.
    matches: str
    # A part of it that asks the index before the search (see store/search/coded_prefixes). Empty if there is none.
    asks: str
    # The same condition as a test of one document's text, for SQLite. Empty if it would be too long.
    test: str
    # Whether the search has a prefix. SQLite must then merge the rows of all words with the prefix before it returns
    # the first row.
    has_prefix: bool
    # The other conditions of the list. `bounds` has those of them that limit the id, each an operator and a limit.
    others: str
    bounds: tuple[tuple[str, str], ...]
    # Those that limit `created_at`, in the same form, and all of them together.
    created: tuple[tuple[str, str], ...]
    created_range: str
    # A part of the other conditions for which an index may select few rows.
    narrow: str
    # The conditions on states, as in StateSearch. Empty if there are none, or it is not for SQLite.
    states: tuple[str, ...]
    # The part of `narrow` whose column is in the index by id, so that SQLite finds the first row of a range there.
    range_by_id: str
    # The other conditions on the column that the list is sorted by, if it is not the id.
    range_in_order: str
    # Whether an index could select few rows by none of the other conditions, so that a count reads the documents.
    is_wide: bool
    # All conditions of the list, including the text search.
    conditions: str
    parameters: tuple[BindParameter[object], ...]

    @property
    def shape(self) -> tuple[Hashable, ...]:
        """Everything except the values of the parameters."""
        narrow = (
            self.bounds,
            self.created,
            self.narrow,
            self.states,
            self.range_by_id,
            self.range_in_order,
            self.is_wide,
        )
        return (self.matches, self.test, self.has_prefix, self.others, *narrow)

    def clause(self, sql: str, *more: BindParameter[int]) -> TextClause:
        """A clause of this SQL with those of the parameters that it uses, and `more`."""
        return _clause(sql, [*self.parameters, *more])


@dataclass(frozen=True, slots=True)
class StateSearch:
    """The conditions of a list of abandoned checkouts, if all of them are on its states, for SQLite.

    `ranges` has a condition for each combination of states that the list may have. In the index of states, the rows of
    a combination are in the order of their ids. store/reading/state_pages merges them into a page.
    """

    ranges: tuple[str, ...]
    parameters: tuple[BindParameter[object], ...]

    @property
    def shape(self) -> tuple[Hashable, ...]:
        """Everything except the values of the parameters."""
        return ("states", self.ranges)

    def clause(self, sql: str, *more: BindParameter[int]) -> TextClause:
        """A clause of this SQL with those of the parameters that it uses, and `more`."""
        return _clause(sql, [*self.parameters, *more])


@dataclass(frozen=True, slots=True)
class RankedText:
    """The text search of a list that is sorted by relevance, for SQLite: the condition on checkout_text for the shop's
    documents that match. store/reading/ranked_pages reads pages with it."""

    matches: str
    parameters: tuple[BindParameter[object], ...]

    @property
    def clause(self) -> TextClause:
        return _clause(self.matches, self.parameters)


def _clause(sql: str, parameters: Sequence[BindParameter[Any]]) -> TextClause:
    names = set(_PARAMETER.findall(sql))
    return text(sql).bindparams(*(each for each in parameters if each.key in names))


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, not yet divided into pages: the rows of one table of one shop that meet the conditions."""

    table: str
    shop_id: int
    order: SortOrder
    conditions: Sequence[ColumnElement[bool]] = field(default=())
    # For a list sorted by relevance, the rank. It replaces the column of `order`.
    rank: ColumnElement[object] | None = None
    joined: FromClause | None = None
    text_search: TextSearch | None = None
    state_search: StateSearch | None = None
    # If the text search of a list with a rank finds all of its rows.
    ranked_text: RankedText | None = None
    # The same on PostgreSQL: the document_id and the score of each of its rows, before `conditions`.
    scores: Subquery | None = None
    # What other modules compute from a list that is used for several requests.
    kept: dict[Hashable, Any] = field(default_factory=dict, init=False, compare=False, repr=False)


def listing_select(
    listing: Listing, window: PageWindow, columns: Sequence[str], joins: Sequence[JoinedTable] = ()
) -> Select[*tuple[object, ...]]:
    """The statement for the rows of a window and one more row, in the order in which the database reads them.

    The result has `columns`, then the sort value and the id as `sort_value` and `sort_id`.
    """
    table = metadata.tables[listing.table]
    value: ColumnElement[object] = table.c[listing.order.column] if listing.rank is None else listing.rank
    tie = table.c[listing.order.tie]
    source = QuerySource.of(listing.table, joins, listing.joined)
    selected = [source.column(name) for name in columns]
    statement = (
        select(*selected, value.label("sort_value"), tie.label("sort_id"))
        .select_from(source.clause)
        .where(table.c.shop_id == listing.shop_id, *listing.conditions)
    )
    for position, later in ((window.after, not window.reverse), (window.before, window.reverse)):
        if position is not None:
            statement = statement.where(beyond(value, tie, position, later))
    if value is tie and window.after is None and window.before is None:
        # With this bound on the id, SQLite uses the index that has the compared columns, instead of the primary key.
        statement = statement.where(tie > _LEAST)
    ends = [tie] if value is tie else [value, tie]
    return statement.order_by(*in_direction(ends, window)).limit(window.size + 1)


def page_of(read: Sequence[AnyRow_co], window: PageWindow) -> Page[AnyRow_co]:
    """The page from the rows that listing_select read.

    On the side of the window's position, the list continues, because the position is a row of another page. (Recorded:
    a page after a cursor has a previous page; an empty page has neither a next nor a previous page.)
    """
    size = window.size
    more = len(read) > size
    if isinstance(read, JsonRows) and not window.backward:
        rows: list[AnyRow_co] = read.first(size)  # type: ignore[assignment]
    else:
        rows = list(read[:size])
    if window.backward:
        rows.reverse()
    if not rows:
        return Page((), has_next=False, has_previous=False)
    if window.backward:
        return Page(rows, has_next=window.before is not None, has_previous=more)
    return Page(rows, has_next=more, has_previous=window.after is not None)


def in_direction(ends: Sequence[ColumnElement[Any]], window: PageWindow) -> list[ColumnElement[Any]]:
    """The columns of a sort order, in the direction in which the database reads the window."""
    return [end.desc() if window.descending else end.asc() for end in ends]


def beyond(value: ColumnElement[Any], tie: ColumnElement[Any], position: Position, later: bool) -> ColumnElement[bool]:
    """The condition for rows after a position, if `later`, else before it."""
    if value is tie:
        return tie > position.id if later else tie < position.id
    place = tuple_(position.value, position.id)
    pair = tuple_(value, tie)
    return pair > place if later else pair < place
