"""Reads pages of searches on SQLite that are sorted by another column than the id.

The statement tries several ways, like that of store/reading/text_statement. The tables in it are

- `near`: rows of the page among the first rows of the list. They fill the page if many rows match. For a text, the
  tokens of each row are tested.
- `with_states`: if they do not, the rows with the states of the search. If there are few, they are sorted.
- `documents`: for a text, the documents that match. If there are few, their rows are read and sorted.
- If there are many, the rows are compared in the order of the page.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    BindParameter,
    ColumnElement,
    Select,
    TextClause,
    and_,
    bindparam,
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
    StateSearch,
    TextSearch,
    beyond,
    in_direction,
    listing_select,
)
from abandoned_checkouts.store.reading.state_pages import merged
from abandoned_checkouts.store.tables import metadata

# The rows among which `near` looks: 2 µs for each if their texts are tested. The number of rows and documents that are
# few.
_NEAR, _FEW_ROWS, _FEW = 1_000, 1_000, 5_000
_CONTENT = table("checkout_text_content", column("id", BigInteger()))
_INDEX = table("checkout_text", column("rowid", BigInteger()))
_NONE = literal_column("0", BigInteger())
_SHOP: BindParameter[int] = bindparam("page_shop", type_=BigInteger())


def sorted_search_select(
    listing: Listing,
    search: TextSearch | StateSearch,
    window: PageWindow,
    columns: Sequence[str],
    joins: Sequence[JoinedTable] = (),
    size: BindParameter[int] | None = None,
) -> Select[*tuple[object, ...]]:
    """The statement for the rows that listing_select returns. `size` is the number of rows, by default one more than
    the window has. The shop is the parameter page_shop, too."""
    limit = _number(window.size + 1) if size is None else size
    ids = union_all(*_Ways(listing, search, window, limit).of_page())
    checkouts = metadata.tables[listing.table]
    tie, value = checkouts.c[listing.order.tie], _unindexed(checkouts.c[listing.order.column])
    page = listing_select(listing, window, columns, joins)
    shown = select(*page.selected_columns).select_from(*page.get_final_froms())
    shown = shown.where(checkouts.c.shop_id == listing.shop_id, tie.in_(ids))
    return shown.order_by(*in_direction((value, tie), window)).limit(limit)


class _Ways:
    """Writes the ways. `_done` is whether the ways so far found the complete page."""

    def __init__(self, listing: Listing, search: TextSearch | StateSearch, window: PageWindow, limit: Any) -> None:
        self._listing, self._search, self._window, self._limit = listing, search, window, limit
        self._table = metadata.tables[listing.table]
        self._all_rows = listing_select(replace(listing, conditions=()), window, ())
        if isinstance(search, TextSearch):
            self._others: ColumnElement[bool] | TextClause = search.clause(search.others) if search.others else true()
        else:
            self._others = and_(*listing.conditions)

    def of_page(self) -> list[Select[*tuple[Any, ...]]]:
        """The ids of the rows of the page, by each way."""
        search = self._search
        near, self._done = self._near_texts(search) if isinstance(search, TextSearch) else self._near_states()
        ways = [select(near.c.sort_id)]
        if ranges := search.states if isinstance(search, TextSearch) else search.ranges:
            ways.append(self._with_states(ranges))
        if isinstance(search, TextSearch):
            return [*ways, *self._by_documents(search)]
        walked = self._all_rows.where(self._others).limit(self._unless_done(self._limit)).subquery()
        return [*ways, select(walked.c.sort_id)]

    def _near_texts(self, search: TextSearch) -> tuple[CTE, Any]:
        first_rows = self._all_rows.add_columns(self._table.c.document_id).limit(_number(_NEAR))
        if search.range_in_order:
            first_rows = first_rows.where(search.clause(search.range_in_order))
        first = first_rows.cte("first_rows").prefix_with("MATERIALIZED")
        number, tie = first.c.sort_id, self._table.c[self._listing.order.tie]
        tested = first.join(_CONTENT, _CONTENT.c.id == first.c.document_id)
        # With both bounds on the id, SQLite uses the index that has the compared columns, instead of the primary key.
        tested = tested.join(self._table, and_(tie >= number, tie <= number))
        own = self._table.c.shop_id == self._listing.shop_id
        rows = select(number).select_from(tested).where(own, search.clause(search.test), self._others)
        rows = rows.order_by(*in_direction((first.c.sort_value, number), self._window)).limit(self._limit)
        near = rows.cte("near").prefix_with("MATERIALIZED")
        return near, or_(_count(near) >= self._limit, _count(first) < _number(_NEAR))

    def _near_states(self) -> tuple[CTE, Any]:
        last = self._all_rows.with_only_columns(self._table.c[self._listing.order.column].label("sort_value"))
        last = last.limit(_number(1)).offset(_number(_NEAR))
        value, end = self._table.c[self._listing.order.column], last.correlate(None).scalar_subquery()
        is_near = value >= end if self._window.descending else value <= end
        near = self._all_rows.where(self._others, is_near).limit(self._limit).cte("near").prefix_with("MATERIALIZED")
        return near, _count(near) >= self._limit

    def _with_states(self, ranges: Sequence[str]) -> Select[*tuple[Any, ...]]:
        """All rows with the states, if there are few of them, in the order of the page."""
        so_far = select(self._done.label("done")).cte("so_far").prefix_with("MATERIALIZED")
        done = select(so_far.c.done).scalar_subquery()
        size = f"CASE WHEN (SELECT done FROM so_far) THEN 0 ELSE {_FEW_ROWS + 1} END"
        sql = f"SELECT id FROM ({merged(ranges, '', self._window, size)})"
        states = self._search.clause(sql, _SHOP).columns(id=BigInteger()).cte("with_states")
        is_few = _count(states.prefix_with("MATERIALIZED")) <= _number(_FEW_ROWS)
        tables = "with_states CROSS JOIN abandoned_checkouts"
        rows = self._rows_of(tables).where(self._of_row("id") >= literal_column("with_states.id"))
        rows = rows.where(self._of_row("id") <= literal_column("with_states.id"), self._others)
        if isinstance(self._search, TextSearch):
            content = "EXISTS (SELECT 1 FROM checkout_text_content WHERE checkout_text_content.id = "
            content += f"abandoned_checkouts.document_id AND {self._search.test})"
            rows = rows.where(self._search.clause(content))
        picked = rows.limit(case((and_(~done, is_few), self._limit), else_=_NONE)).subquery()
        self._done = or_(done, is_few)
        return select(picked.c.sort_id)

    def _by_documents(self, search: TextSearch) -> list[Select[*tuple[Any, ...]]]:
        """The rows of few documents, and those of many. One of these ways runs."""
        # One document more than the few, so that their number says whether there are many.
        matching = select(_INDEX.c.rowid.label("number")).select_from(_INDEX).where(search.clause(search.matches))
        documents = matching.limit(self._unless_done(_number(_FEW + 1))).cte("documents")
        is_many = _count(documents.prefix_with("MATERIALIZED")) > _number(_FEW)
        few = self._rows_of("documents CROSS JOIN abandoned_checkouts").where(
            self._of_row("document_id") == literal_column("documents.number"), self._others
        )
        few = few.limit(case((is_many, _NONE), else_=self._limit))
        # Finding the rows by their documents would take longer for many.
        is_found = _unindexed(self._table.c.document_id).in_(matching)
        many = self._all_rows.where(self._others, is_found).limit(case((is_many, self._limit), else_=_NONE))
        return [select(each.subquery().c.sort_id) for each in (few, many)]

    def _rows_of(self, tables: str) -> Select[*tuple[Any, ...]]:
        """The ids of the rows of these tables in the order of the page. SQLite keeps the order of a CROSS JOIN."""
        window = self._window
        value, tie = self._of_row(self._listing.order.column), self._of_row(self._listing.order.tie)
        rows = select(tie.label("sort_id")).select_from(text(tables))
        rows = rows.where(self._of_row("shop_id") == self._listing.shop_id)
        # Without the plus signs, SQLite may use the index of the list instead. Then it would read all rows after the
        # position again for each row of the other table.
        ends = _unindexed(value), _unindexed(tie)
        for position, later in ((window.after, not window.reverse), (window.before, window.reverse)):
            if position is not None:
                rows = rows.where(beyond(*ends, position, later))
        return rows.order_by(*in_direction((value, tie), window))

    def _of_row(self, name: str) -> ColumnElement[Any]:
        return literal_column(f"abandoned_checkouts.{name}", self._table.c[name].type)

    def _unless_done(self, limit: Any) -> Any:
        return case((self._done, _NONE), else_=limit)


def _unindexed(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """The same value. The plus sign prevents SQLite from using an index of the column."""
    return UnaryExpression(value, operator=custom_op("+"), type_=value.type)


def _count(rows: Any) -> Any:
    return select(func.count()).select_from(rows).scalar_subquery()


def _number(number: int) -> ColumnElement[int]:
    return literal_column(str(number), BigInteger())
