"""Reads pages of a text search on PostgreSQL, in any order, by rare words as fast as by common ones.

For a common word, PostgreSQL walks the rows in the order of the page until the page is full. For a word that few
documents have, it should read these by the full-text index, and sort them. It chooses by its statistics, which know the
common words only: they assume that one document in 400 has any other word. Measured with 1,000,000 checkouts: 4 s for a
word without a match, because all rows were walked. So the statement tries three ways. The tables in it are

- `near`: the rows of the page among the first rows that meet the other conditions. They fill the page if the words are
  common.
- `words`: if they do not, documents that match. If there are few, all of them are read and sorted.
- `walked`: if there are many, the page as PostgreSQL reads it by its statistics.

A statement with all ways takes long to plan. If more than one statement can be sent, store/reading/search_ways chooses
parts of it: `near` alone, which may lack rows, or the `rest`, which finds the page by itself.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal, TypeAlias

from sqlalchemy import (
    CTE,
    BigInteger,
    BindParameter,
    ColumnElement,
    Select,
    column,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy import table as any_table

from abandoned_checkouts.store.reading.joined_tables import JoinedTable
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, TextSearch, listing_select
from abandoned_checkouts.store.tables import metadata

# The rows among which `near` looks: 2 µs for each. The number of documents that are few.
_NEAR, _FEW = 3_000, 300
Ways: TypeAlias = Literal["all", "near", "rest"]
_ONCE = "MATERIALIZED"
_TEXT = any_table("checkout_text", column("document_id", BigInteger()))


def rare_words_select(
    listing: Listing,
    search: TextSearch,
    window: PageWindow,
    columns: Sequence[str],
    joins: Sequence[JoinedTable] = (),
    size: BindParameter[int] | None = None,
    ways: Ways = "all",
) -> Select[*tuple[object, ...]]:
    """The statement for the rows that listing_select returns; only those of `near` with these ways. `size` is the
    number of rows, by default one more than the window has."""
    limit: Any = _number(window.size + 1) if size is None else size
    table = metadata.tables[listing.table]
    value, tie = table.c[listing.order.column], table.c[listing.order.tie]
    found: list[Select[*tuple[Any, ...]]] = []
    near: CTE | None = None
    if ways != "rest":
        near = _near(listing, search, window, limit)
        found.append(select(near.c.sort_id))
    if ways != "near":
        found += _rest(listing, search, window, limit, near)
    page = listing_select(listing, window, columns, joins)
    shown = select(*page.selected_columns).select_from(*page.get_final_froms())
    shown = shown.where(table.c.shop_id == listing.shop_id, tie.in_(union_all(*found) if found[1:] else found[0]))
    return shown.order_by(*_order(value, tie, window)).limit(limit)


def _near(listing: Listing, search: TextSearch, window: PageWindow, limit: Any) -> CTE:
    first = listing_select(replace(listing, conditions=()), window, ("document_id",)).limit(_number(_NEAR))
    if search.others:
        first = first.where(search.clause(search.others))
    rows = first.subquery("first_rows")
    matching = select(_TEXT.c.document_id).where(search.clause(search.matches))
    near = select(rows.c.sort_value, rows.c.sort_id).where(rows.c.document_id.in_(matching))
    ends = _order(rows.c.sort_value, rows.c.sort_id, window)
    return near.order_by(*ends[listing.order.column == listing.order.tie :]).limit(limit).cte("near").prefix_with(_ONCE)


def _rest(
    listing: Listing, search: TextSearch, window: PageWindow, limit: Any, near: CTE | None
) -> list[Select[*tuple[Any, ...]]]:
    """The ids by `words` and `walked`. They run only if `near` lacks rows of the page."""
    table = metadata.tables[listing.table]
    matching = select(_TEXT.c.document_id).where(search.clause(search.matches)).limit(_number(_FEW + 1))
    if near is not None:
        matching = matching.where(select(func.count() < limit).select_from(near).scalar_subquery())
    words = matching.cte("words").prefix_with(_ONCE)
    number = select(func.count()).select_from(words).scalar_subquery()
    few = listing_select(replace(listing, conditions=()), window, ()).limit(limit)
    if search.others:
        few = few.where(search.clause(search.others))
    few = few.where(table.c.document_id.in_(select(words.c.document_id)), number <= _number(_FEW))
    walked = listing_select(listing, window, ()).limit(limit).where(number > _number(_FEW))
    if near is not None:
        # The condition also keeps PostgreSQL from starting other processes, which takes 10 ms, before it looks whether
        # this way is needed.
        walked = walked.where(table.c[listing.order.tie].not_in(select(near.c.sort_id)))
    return [select(each.subquery().c.sort_id) for each in (few, walked)]


def _number(number: int) -> ColumnElement[int]:
    # In the text, because PostgreSQL plans by it.
    return literal_column(str(number), BigInteger())


def _order(value: ColumnElement[Any], tie: ColumnElement[Any], window: PageWindow) -> list[ColumnElement[Any]]:
    return [end.desc() if window.descending else end.asc() for end in (value, tie)]
