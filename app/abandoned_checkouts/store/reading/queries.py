"""The queries of a compiled plan, as data: a page, rows by key, the children of many rows, a count."""

from collections.abc import Awaitable, Generator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, TypeAlias, TypeVar

from sqlalchemy import Boolean, Integer, Text

from abandoned_checkouts.store.reading.pages import Listing, PageWindow, SortOrder
from abandoned_checkouts.store.reading.sorted_pages import SortColumn, SortedPosition
from abandoned_checkouts.store.tables import metadata


@dataclass(frozen=True, slots=True)
class PageQuery:
    """The rows of a window: these columns, then when `placed` sort_value and sort_id; one row more than its size."""

    listing: Listing
    window: PageWindow
    columns: tuple[str, ...]
    placed: bool


@dataclass(frozen=True, slots=True)
class SortedPageQuery:
    """These columns, then the values of the sort keys, of the rows after (or before) a position, or after `offset`
    rows: one row more than the limit. `few`: the list's conditions leave few rows, which an index finds."""

    listing: Listing
    keys: tuple[SortColumn, ...]
    columns: tuple[str, ...]
    limit: int
    place: SortedPosition | None
    offset: int
    few: bool = False


@dataclass(frozen=True, slots=True)
class RowsQuery:
    """These columns of the shop's rows whose column `key` has one of the values, in no order."""

    table: str
    shop_id: int
    columns: tuple[str, ...]
    key: str
    values: Sequence[Any]


@dataclass(frozen=True, slots=True)
class ChildrenQuery:
    """These columns, then when `placed` sort_value and sort_id, of the rows that belong to many parents: parent by
    parent, and within one in the order in which the window is read.

    `parent` is the column that names the parent. `per_parent`: one row more than the window's size for each of them;
    without it all rows, but at most `limit` over all.
    """

    table: str
    shop_id: int
    order: SortOrder
    window: PageWindow
    columns: tuple[str, ...]
    placed: bool
    parent: str
    parents: Sequence[Any]
    per_parent: bool
    limit: int = 0


@dataclass(frozen=True, slots=True)
class CountQuery:
    """One row of one value: how many rows a list has; counting stops at the limit."""

    listing: Listing
    limit: int | None


StoreQuery: TypeAlias = PageQuery | SortedPageQuery | RowsQuery | ChildrenQuery | CountQuery
Result = TypeVar("Result")
# A generator yields a query and receives its rows, or yields something to await and receives its result.
QuerySteps: TypeAlias = Generator[StoreQuery | Awaitable[Any], Any, Result]


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """The type of a column, and whether it may be null. On SQLite drivers return flags as 0 and 1."""

    kind: Literal["text", "whole", "flag", "other"]
    optional: bool


@cache
def columns_of(table: str) -> dict[str, ColumnFacts]:
    """The columns of a table by name, in their order."""
    kinds: tuple[tuple[type[Any], Literal["text", "whole", "flag"]], ...] = (
        (Boolean, "flag"),
        (Integer, "whole"),
        (Text, "text"),
    )
    return {
        column.name: ColumnFacts(
            next((kind for type_, kind in kinds if isinstance(column.type, type_)), "other"), bool(column.nullable)
        )
        for column in metadata.tables[table].c
    }
