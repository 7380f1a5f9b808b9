"""Which queries of plans SQLite answers with rows as JSON (see json_rows)."""

from collections.abc import Hashable, Sequence

from abandoned_checkouts.store.reading.joined_tables import JoinedTable
from abandoned_checkouts.store.reading.queries import ChildrenQuery, PageQuery, RowsQuery, columns_of

# Fewer columns are read faster one by one. SQLite's functions have at most 127 arguments, and it can be compiled for
# fewer.
_FEWEST_COLUMNS, _MOST_COLUMNS = 8, 100
# In `kept` of a query.
_IS_SIMPLE: Hashable = "is simple"


def can_be_json(query: PageQuery | RowsQuery | ChildrenQuery) -> bool:
    """Whether the rows of a query are read as JSON arrays: they have many columns, no position in the list, and no
    column with JSON, which would be escaped and parsed twice. A single row takes 4 µs longer that way."""
    if isinstance(query, PageQuery):
        if query.placed or query.listing.joined is not None or query.listing.rank is not None:
            return False
    elif isinstance(query, ChildrenQuery):
        if query.placed or query.per_parent or len(query.parents) == 1:
            return False
    elif len(query.values) == 1:
        return False
    known: bool | None = query.kept.get(_IS_SIMPLE)
    if known is None:
        known = query.kept[_IS_SIMPLE] = _has_simple_columns(query)
    return known


def _has_simple_columns(query: PageQuery | RowsQuery | ChildrenQuery) -> bool:
    table = query.listing.table if isinstance(query, PageQuery) else query.table
    has_many = _FEWEST_COLUMNS <= len(query.columns) <= _MOST_COLUMNS
    return has_many and all(_is_simple(table, query.joins, name) for name in query.columns)


def _is_simple(table: str, joins: Sequence[JoinedTable], name: str) -> bool:
    alias, _, column = name.rpartition(".")
    facts = columns_of(next((each.table for each in joins if each.alias == alias), table))[column]
    return facts.kind != "other" and not facts.holds_json
