"""The statements of the queries of plans on SQLite, and how the values that they return become rows.

Preparing a statement takes longer than reading a short page by it, and documents that are sent once often differ only
in the order of their fields. So the first query of a part of a plan reads its columns in alphabetical order, by a
statement that documents with the same columns share, and its rows are brought into the order of the query. Later
queries have their own statement, which returns rows as JSON if that is possible (see json_rows).
"""

from collections.abc import Callable, Hashable
from dataclasses import replace
from operator import itemgetter
from typing import Any, TypeAlias

from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.reading.json_queries import can_be_json
from abandoned_checkouts.store.reading.json_rows import rows_of_json
from abandoned_checkouts.store.reading.queries import ChildrenQuery, PageQuery, RowsQuery, StoreQuery
from abandoned_checkouts.store.reading.query_sql import (
    children_statement,
    json_statement,
    rows_statement,
    statement_for,
)
from abandoned_checkouts.store.reading.statement_shapes import Statement

# Makes the rows of a query from those that the driver returned.
RowsOf: TypeAlias = Callable[[list[tuple[Any, ...]]], list[RowValues]]

# In `kept` of a query after its first statement.
_WAS_SENT: Hashable = "was sent"
_OWN_PLACE = 2
# Not a union, which Python would create for each query.
_OF_PLANS = (PageQuery, ChildrenQuery, RowsQuery)
_FEW = 50


def next_statement(query: StoreQuery) -> tuple[Statement, RowsOf | None]:
    """The statement to send for a query, and how its rows are made of what it returns; None if these are the rows."""
    if not isinstance(query, _OF_PLANS):
        return statement_for(query, "sqlite"), None
    if not query.kept:
        query.kept[_WAS_SENT] = None
        if _is_short(query):
            columns = tuple(sorted(query.columns))
            if columns == query.columns:
                return statement_for(query, "sqlite"), None
            return statement_for(replace(query, columns=columns, kept={}), "sqlite"), _ordered(query, columns)
    # Most look-ups read one row and its children, which are never read as JSON.
    if type(query) is RowsQuery and len(query.values) == 1:
        return rows_statement(query, "sqlite"), None
    if type(query) is ChildrenQuery and len(query.parents) == 1:
        return children_statement(query, "sqlite"), None
    return (json_statement(query), rows_of_json) if can_be_json(query) else (statement_for(query, "sqlite"), None)


def _is_short(query: PageQuery | ChildrenQuery | RowsQuery) -> bool:
    """Whether so few rows are read that bringing them into order takes less time than preparing a statement."""
    if isinstance(query, PageQuery):
        return query.window.size <= _FEW
    return len(query.parents if isinstance(query, ChildrenQuery) else query.values) <= _FEW


def _ordered(query: PageQuery | ChildrenQuery | RowsQuery, columns: tuple[str, ...]) -> RowsOf:
    at = {column: place for place, column in enumerate(columns)}
    places = [at[column] for column in query.columns]
    if not isinstance(query, RowsQuery) and query.placed:
        # The position of the row in its list follows the columns.
        places += range(len(columns), len(columns) + _OWN_PLACE)
    ordering = itemgetter(*places)
    return lambda found: list(map(ordering, found))
