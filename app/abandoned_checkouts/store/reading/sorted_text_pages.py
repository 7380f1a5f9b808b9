"""Reads pages of a text search on SQLite that are sorted by another column than the id.

The statement tries three ways, like that of store/reading/text_statement. The tables in it are

- `first_rows`: the first rows of the list, without the search, and `near`: those of them that the search finds, by
  testing the tokens of each. They fill the page if the words are common.
- `documents`: if they do not, the documents that match. If there are few, all of them are read and sorted.
- If there are many, the rows in the order of the page are compared with all documents that match.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Select,
    case,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
    true,
    union_all,
)
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from abandoned_checkouts.store.reading.joined_tables import JoinedTable
from abandoned_checkouts.store.reading.pages import (
    Listing,
    PageWindow,
    TextSearch,
    beyond,
    in_direction,
    listing_select,
)
from abandoned_checkouts.store.tables import metadata

# The rows that `near` tests: 2 µs for each. The number of documents that are few.
_NEAR, _FEW = 1_000, 5_000
_CONTENT = table("checkout_text_content", column("id", BigInteger()))
_INDEX = table("checkout_text", column("rowid", BigInteger()))


def sorted_text_select(
    listing: Listing,
    search: TextSearch,
    window: PageWindow,
    columns: Sequence[str],
    joins: Sequence[JoinedTable] = (),
    size: BindParameter[int] | None = None,
) -> Select[*tuple[object, ...]]:
    """The statement for the rows that listing_select returns. `size` is the number of rows, by default one more than
    the window has."""
    limit, none = _number(window.size + 1) if size is None else size, _number(0)
    checkouts = metadata.tables[listing.table]
    own, tie = checkouts.c.shop_id == listing.shop_id, checkouts.c[listing.order.tie]
    others = search.clause(search.others) if search.others else true()

    all_rows = listing_select(replace(listing, conditions=()), window, ())
    first_rows = all_rows.add_columns(checkouts.c.document_id).limit(_number(_NEAR))
    if search.range_in_order:
        first_rows = first_rows.where(search.clause(search.range_in_order))
    first = first_rows.cte("first_rows").prefix_with("MATERIALIZED")
    tested = first.join(_CONTENT, _CONTENT.c.id == first.c.document_id).join(checkouts, tie == first.c.sort_id)
    near_rows = select(first.c.sort_id).select_from(tested).where(own, search.clause(search.test), others)
    near_rows = near_rows.order_by(*in_direction((first.c.sort_value, first.c.sort_id), window)).limit(limit)
    near = near_rows.cte("near").prefix_with("MATERIALIZED")
    is_done = or_(_count(near) >= limit, _count(first) < _number(_NEAR))

    # One document more than the few, so that their number says whether there are many.
    matching = select(_INDEX.c.rowid.label("number")).select_from(_INDEX).where(search.clause(search.matches))
    documents = matching.limit(case((is_done, none), else_=_number(_FEW + 1))).cte("documents")
    is_many = _count(documents.prefix_with("MATERIALIZED")) > _number(_FEW)

    few = _rows_of_documents(listing, window).where(others).limit(case((is_many, none), else_=limit)).subquery()
    # Finding the rows by their documents would take longer for many.
    many = (
        all_rows.where(others, _unindexed(checkouts.c.document_id).in_(matching))
        .limit(case((is_many, limit), else_=none))
        .subquery()
    )
    ids = union_all(select(near.c.sort_id), select(few.c.sort_id), select(many.c.sort_id))

    page = listing_select(listing, window, columns, joins)
    shown = select(*page.selected_columns).select_from(*page.get_final_froms()).where(own, tie.in_(ids))
    value = _unindexed(checkouts.c[listing.order.column])
    return shown.order_by(*in_direction((value, tie), window)).limit(limit)


def _rows_of_documents(listing: Listing, window: PageWindow) -> Select[*tuple[Any, ...]]:
    """The ids of the rows of the table `documents` in the order of the page. SQLite keeps the order of a CROSS JOIN."""

    def of_row(name: str) -> ColumnElement[Any]:
        return literal_column(f"abandoned_checkouts.{name}", metadata.tables[listing.table].c[name].type)

    value, tie = of_row(listing.order.column), of_row(listing.order.tie)
    rows = select(tie.label("sort_id")).select_from(text("documents CROSS JOIN abandoned_checkouts"))
    rows = rows.where(of_row("shop_id") == listing.shop_id, of_row("document_id") == literal_column("documents.number"))
    for position, later in ((window.after, not window.reverse), (window.before, window.reverse)):
        if position is not None:
            rows = rows.where(beyond(value, tie, position, later))
    return rows.order_by(*in_direction((value, tie), window))


def _unindexed(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """The same value. The plus sign prevents SQLite from using an index of the column."""
    return UnaryExpression(value, operator=custom_op("+"), type_=value.type)


def _count(rows: Any) -> Any:
    return select(func.count()).select_from(rows).scalar_subquery()


def _number(number: int) -> ColumnElement[int]:
    return literal_column(str(number), BigInteger())
