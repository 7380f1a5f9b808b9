"""The queries of compiled plans as data: a page, rows by key, children of many rows, a count.

Columns of joined tables are named `alias.column` (see store/reading/joined_tables). `kept` is a dict in which the
statement of a query is found again: a part of a plan passes the same dict with each of its queries. They may differ
only in values: shop, list, window and keys.

Do not change a query. Its class is not frozen because creating a frozen object takes three times as long, and a request
creates two or three of them.
"""

from collections.abc import Awaitable, Generator, Hashable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, TypeAlias, TypeVar

from sqlalchemy import Boolean, Integer, Text

from abandoned_checkouts.store.reading.joined_tables import JoinedTable
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, SortOrder
from abandoned_checkouts.store.reading.sorted_pages import SortColumn, SortedPosition
from abandoned_checkouts.store.tables import metadata
from abandoned_checkouts.store.tables.columns import HOLDS_JSON


@dataclass(slots=True)
class PageQuery:
    """Read the rows of a window and one more row: these columns and, if `placed`, sort_value and sort_id."""

    listing: Listing
    window: PageWindow
    columns: tuple[str, ...]
    placed: bool
    joins: tuple[JoinedTable, ...] = ()
    kept: dict[Hashable, Any] = field(default_factory=dict)


@dataclass(slots=True)
class SortedPageQuery:
    """Read the rows after or before a position, or after `offset` rows, and one row more than the limit: these columns
    and the values of the sort keys. `few` is whether the conditions select few rows by an index."""

    listing: Listing
    keys: tuple[SortColumn, ...]
    columns: tuple[str, ...]
    limit: int
    place: SortedPosition | None
    offset: int
    few: bool = False


@dataclass(slots=True)
class RowsQuery:
    """Read these columns of the shop's rows whose column `key` has one of the values, in any order."""

    table: str
    shop_id: int
    columns: tuple[str, ...]
    key: str
    values: Sequence[object]
    joins: tuple[JoinedTable, ...] = ()
    kept: dict[Hashable, Any] = field(default_factory=dict)


@dataclass(slots=True)
class ChildrenQuery:
    """Read the rows that belong to many parents: these columns and, if `placed`, sort_value and sort_id. They are
    sorted by parent, then in the order in which the window is read.

    `parent` is the column with the parent's key. If `per_parent` is true, the window and one more row are read for each
    parent; otherwise all rows, at most `limit` in total. `parent_at` is the index of the parent's key in the rows of
    the parents, as the query for them returned them.
    """

    table: str
    shop_id: int
    order: SortOrder
    window: PageWindow
    columns: tuple[str, ...]
    placed: bool
    parent: str
    parents: Sequence[object]
    per_parent: bool
    limit: int = 0
    joins: tuple[JoinedTable, ...] = ()
    kept: dict[Hashable, Any] = field(default_factory=dict)
    parent_at: int | None = None


@dataclass(slots=True)
class CountQuery:
    """Read one row with one value: the number of rows of a list. Counting stops at the limit."""

    listing: Listing
    limit: int | None


class Pause:
    """A plan yields PAUSE after it has computed for about a millisecond. Other requests run then."""


PAUSE = Pause()

StoreQuery: TypeAlias = PageQuery | SortedPageQuery | RowsQuery | ChildrenQuery | CountQuery
Result = TypeVar("Result")
# The steps of a plan: a generator that yields a query and receives the rows, or yields an awaitable and receives the
# result, or yields PAUSE and receives nothing.
QuerySteps: TypeAlias = Generator[StoreQuery | Awaitable[object] | Pause, Any, Result]


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """The type of a column, whether it can be null, and whether its text is JSON. The type matters because SQLite's
    drivers return flags as 0 and 1."""

    kind: Literal["text", "whole", "flag", "other"]
    optional: bool
    holds_json: bool = False


@cache
def columns_of(table: str) -> dict[str, ColumnFacts]:
    """The columns of a table by name, in their order."""
    kinds: tuple[tuple[type[Boolean | Integer | Text], Literal["text", "whole", "flag"]], ...] = (
        (Boolean, "flag"),
        (Integer, "whole"),
        (Text, "text"),
    )
    return {
        column.name: ColumnFacts(
            next((kind for type_, kind in kinds if isinstance(column.type, type_)), "other"),
            bool(column.nullable),
            HOLDS_JSON in column.info,
        )
        for column in metadata.tables[table].c
    }
