"""Reads the pages of text searches on PostgreSQL by the shortest statement that is fast in a large store, too.

Most pages are read fastest by a statement that PostgreSQL plans by its statistics. For some words, these are wrong, and
all rows of the list are walked (see store/reading/rare_words). So before a search is read the first time, PostgreSQL
explains how it would be:

- If rows are sorted, the matching documents are read by the full-text index, and then few are expected. If all rows of
  the plan cost little, nothing can take long. Then this statement reads the page.
- Otherwise it would walk the rows in the order of the page. Then a statement reads the page `near` its start. If rows
  are missing, another one reads the `rest`.

For a minute, the server remembers which statement filled the page, so the next page of the search needs only that one.
If that statement does not fill the page, the next one follows, so no row is missing when documents changed meanwhile.
"""

from collections.abc import Hashable, Sequence
from time import monotonic
from typing import Any, Literal, TypeAlias

import orjson

from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.reading.any_window import kind_of
from abandoned_checkouts.store.reading.pages import TextSearch
from abandoned_checkouts.store.reading.queries import PageQuery
from abandoned_checkouts.store.reading.query_sql import page_statement
from abandoned_checkouts.store.reading.statement_shapes import Statement, conditions_shape
from abandoned_checkouts.store.reading.text_pages import search_of_page

_DIALECT = "postgresql"
_Way: TypeAlias = Literal["plan", "near", "rest"]
# In PostgreSQL's units: to walk a row and test its words costs about one.
_CHEAP = 5_000
# Seconds for which a way is remembered, and for how many searches.
_LIFE, _MOST = 60.0, 2_000


def is_search(query: object) -> bool:
    """Whether a query is for a page that SearchWays reads."""
    if not isinstance(query, PageQuery):
        return False
    return isinstance(search_of_page(query.listing, query.window, _DIALECT), TextSearch)


class SearchWays:
    """Remembers how the pages of searches of one store are read."""

    def __init__(self) -> None:
        # By the hash of the search, because its text can be long: a way that another search needs is complete, too.
        self._known: dict[int, tuple[_Way, float]] = {}

    async def rows(self, connection: Any, query: PageQuery) -> Sequence[RowValues]:
        """The rows of the page, as its statement in query_sql returns them. `connection` is one of asyncpg."""
        planned = page_statement(query, _DIALECT, None)
        key = hash(_key(query, planned[0]))
        way, until = self._known.get(key, (None, 0.0))
        if way is None or until < monotonic():
            way = "near" if await _walks(connection, planned) else "plan"
        if way == "near":
            rows = await _fetched(connection, page_statement(query, _DIALECT, "near"))
            if len(rows) > query.window.size:
                # By words alone, the same page at an end of the list will be full again. One after another cursor may
                # lack rows, and with other conditions, PostgreSQL's plan may look for their first row among many.
                search, window = query.listing.text_search, query.window
                has_cursor = window.after is not None or window.before is not None
                is_sure = not has_cursor and search is not None and not search.others
                self._remember(key, "plan" if is_sure else "near")
                return rows
            way = "rest"
        self._remember(key, way)
        return await _fetched(connection, planned if way == "plan" else page_statement(query, _DIALECT, "rest"))

    def _remember(self, key: int, way: _Way) -> None:
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[key] = way, monotonic() + _LIFE


async def _walks(connection: Any, statement: Statement) -> bool:
    """Whether PostgreSQL would walk rows in the order of the page, perhaps many of them."""
    ((explained,),) = await _fetched(connection, (f"EXPLAIN (FORMAT JSON) {statement[0]}", statement[1]))
    plan = orjson.loads(str(explained))[0]["Plan"]
    # Unknown for a plan of another form, for example that of a distributed table.
    below = plan.get("Plans", []) if plan["Node Type"] == "Limit" else []
    costs = [each["Total Cost"] for each in below]
    is_cheap = bool(costs) and sum(costs) <= _CHEAP
    return not is_cheap and '"Node Type": "Sort"' not in str(explained)


async def _fetched(connection: Any, statement: Statement) -> Sequence[RowValues]:
    sql, parameters = statement
    rows: Sequence[RowValues] = await connection.fetch(sql, *parameters)
    return rows


def _key(query: PageQuery, sql: str) -> Hashable:
    listing, window = query.listing, query.window
    values = tuple([each.value for each in conditions_shape(listing)[1]])
    return listing.shop_id, sql, values, kind_of(window), window.size
