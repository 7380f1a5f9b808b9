"""Reads pages of a text search on PostgreSQL, in any order, by rare words as fast as by common ones.

For a common word, PostgreSQL walks the rows in the order of the page until the page is full. For a word that few
documents have, it should read these by the full-text index, and sort them. It chooses by its statistics, which know the
common words only: they assume that one document in 400 has any other word. Measured with 1,000,000 checkouts: 4 s for a
word without a match, because all rows were walked. So the statement tries three ways. The tables in it are

- `near`: the rows of the page among the first rows of the list. They fill the page if the words are common.
- `words`: if they do not, documents that match. If there are few, all of them are read and sorted.
- `walked`: if there are many, the page as PostgreSQL reads it by its statistics.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import BigInteger, BindParameter, ColumnElement, Select, column, func, literal_column, select, union_all
from sqlalchemy import table as any_table

from abandoned_checkouts.store.reading.joined_tables import JoinedTable
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, TextSearch, listing_select
from abandoned_checkouts.store.tables import metadata

# The rows among which `near` looks: 2 µs for each. The number of documents that are few.
_NEAR, _FEW = 5_000, 300
_TEXT = any_table("checkout_text", column("document_id", BigInteger()))


def rare_words_select(
    listing: Listing,
    search: TextSearch,
    window: PageWindow,
    columns: Sequence[str],
    joins: Sequence[JoinedTable] = (),
    size: BindParameter[int] | None = None,
) -> Select[*tuple[object, ...]]:
    """The statement for the rows that listing_select returns. `size` is the number of rows, by default one more than
    the window has."""
    limit: Any = _number(window.size + 1) if size is None else size
    table = metadata.tables[listing.table]
    value, tie = table.c[listing.order.column], table.c[listing.order.tie]

    whole = replace(listing, conditions=())
    first = listing_select(whole, window, [each.name for each in table.c]).limit(_number(_NEAR))
    # Under the name of the table, to which the conditions refer.
    rows = first.subquery(listing.table)
    near = select(rows.c.sort_value, rows.c.sort_id).where(*listing.conditions)
    near = near.order_by(*_order(rows.c.sort_value, rows.c.sort_id, window)).limit(limit)
    near_ids = near.cte("near").prefix_with("MATERIALIZED")
    is_short = select(func.count() < limit).select_from(near_ids).scalar_subquery()

    matching = select(_TEXT.c.document_id).where(search.clause(search.matches), is_short).limit(_number(_FEW + 1))
    words = matching.cte("words").prefix_with("MATERIALIZED")
    number = select(func.count()).select_from(words).scalar_subquery()
    found = listing_select(whole, window, ()).limit(limit)
    if search.others:
        found = found.where(search.clause(search.others))
    found = found.where(table.c.document_id.in_(select(words.c.document_id)), number <= _number(_FEW))

    walked = listing_select(listing, window, ()).limit(limit).where(number > _number(_FEW))
    # The condition also keeps PostgreSQL from starting other processes, which takes 10 ms, before it looks whether this
    # way is needed.
    walked = walked.where(tie.not_in(select(near_ids.c.sort_id)))
    ids = union_all(select(near_ids.c.sort_id), select(found.subquery().c.sort_id), select(walked.subquery().c.sort_id))
    page = listing_select(listing, window, columns, joins)
    shown = select(*page.selected_columns).select_from(*page.get_final_froms())
    shown = shown.where(table.c.shop_id == listing.shop_id, tie.in_(ids))
    return shown.order_by(*_order(value, tie, window)).limit(limit)


def _number(number: int) -> ColumnElement[int]:
    # In the text, because PostgreSQL plans by it.
    return literal_column(str(number), BigInteger())


def _order(value: ColumnElement[Any], tie: ColumnElement[Any], window: PageWindow) -> list[ColumnElement[Any]]:
    return [end.desc() if window.descending else end.asc() for end in (value, tie)]
