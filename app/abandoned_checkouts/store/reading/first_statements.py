"""The statement of a query that a part of a plan sends for the first time, on SQLite.

Preparing a statement takes longer than reading a short page by it, and documents that are sent once often differ only
in the order of their fields. So the first query reads its columns in alphabetical order, by a statement that documents
with the same columns share, and its rows are brought into the order of the query. Later queries have their own
statement.
"""

from collections.abc import Callable, Hashable
from dataclasses import replace
from operator import itemgetter
from typing import Any

from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.reading.queries import ChildrenQuery, PageQuery, RowsQuery, StoreQuery
from abandoned_checkouts.store.reading.query_sql import statement_for
from abandoned_checkouts.store.reading.statement_shapes import Statement

# Brings the values of a row into the order of the query.
Ordering = Callable[[RowValues], tuple[Any, ...]]

# In `kept` of a query after its first statement.
_WAS_SENT: Hashable = "was sent"
_OWN_PLACE = 2
# Not a union, which Python would create for each query.
_OF_PLANS = (PageQuery, ChildrenQuery, RowsQuery)
_FEW = 50


def next_statement(query: StoreQuery) -> tuple[Statement, Ordering | None]:
    """The statement to send for a query, and how its rows are brought into order; None if they are in order."""
    if isinstance(query, _OF_PLANS) and not query.kept:
        query.kept[_WAS_SENT] = None
        columns = tuple(sorted(query.columns))
        if columns != query.columns and _is_short(query):
            return statement_for(replace(query, columns=columns, kept={}), "sqlite"), _ordering(query, columns)
    return statement_for(query, "sqlite"), None


def _is_short(query: PageQuery | ChildrenQuery | RowsQuery) -> bool:
    """Whether so few rows are read that bringing them into order takes less time than preparing a statement."""
    if isinstance(query, PageQuery):
        return query.window.size <= _FEW
    return len(query.parents if isinstance(query, ChildrenQuery) else query.values) <= _FEW


def _ordering(query: PageQuery | ChildrenQuery | RowsQuery, columns: tuple[str, ...]) -> Ordering:
    at = {column: place for place, column in enumerate(columns)}
    places = [at[column] for column in query.columns]
    if not isinstance(query, RowsQuery) and query.placed:
        # The position of the row in its list follows the columns.
        places += range(len(columns), len(columns) + _OWN_PLACE)
    ordering: Ordering = itemgetter(*places)
    return ordering
