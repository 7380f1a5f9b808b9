"""A page or a row together with the children of its rows, in one statement of PostgreSQL.

Two statements that must read the same snapshot need a transaction, so they are four messages to the database, each of
which costs more than a short statement. One statement is a snapshot by itself.

The result has the columns of both, and each of its rows is either one of the page or a child: the other half is null.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, false, literal_column, select, true

from abandoned_checkouts.store.engine.rows import RowValues
from abandoned_checkouts.store.reading.any_window import ANY_SHOP, any_window, ends_of, kind_of
from abandoned_checkouts.store.reading.pages import Listing, listing_select
from abandoned_checkouts.store.reading.queries import ChildrenQuery, PageQuery, RowsQuery
from abandoned_checkouts.store.reading.query_sql import rows_select
from abandoned_checkouts.store.reading.statement_shapes import (
    SHAPES,
    Statement,
    StatementShape,
    conditions_shape,
    new_shape,
    uses_full_text,
)
from abandoned_checkouts.store.tables import metadata

ParentsQuery: TypeAlias = PageQuery | RowsQuery
_DIALECT = "postgresql"
# The rows of a page for which one statement is faster. Each row has the columns of both tables, most of them null.
_MOST_ROWS = 50
# The statements that are kept for the same children: one for each size of the page and form of its search.
_MOST_VARIANTS = 8
_PLACE = ("sort_value", "sort_id")


def may_have_children(query: ParentsQuery) -> bool:
    """Whether the rows of a query are so few that their children can be read with them."""
    if isinstance(query, RowsQuery):
        return len(query.values) == 1
    listing = query.listing
    return query.window.size <= _MOST_ROWS and listing.rank is None and listing.joined is None


@dataclass(slots=True)
class WithChildren:
    """The children that a plan reads for the rows of its first query.

    `example` is the query of an earlier run: others differ in the parents and the shop only.
    """

    example: ChildrenQuery
    _parent_at: int
    _there: int
    _shapes: dict[Hashable, StatementShape] = field(default_factory=dict)

    @classmethod
    def of(cls, query: ParentsQuery, rows: Sequence[RowValues], children: ChildrenQuery) -> "WithChildren | None":
        """How the children of a query's rows are read with them; None if they cannot be. `rows` are its result."""
        at, window = children.parent_at, children.window
        if at is None or children.per_parent or window.after is not None or window.before is not None:
            return None
        table = metadata.tables[query.table if isinstance(query, RowsQuery) else query.listing.table]
        if at >= len(query.columns) or {"shop_id", query.columns[at]} != {key.name for key in table.primary_key}:
            # Two rows could have the same children, which would then be read twice.
            return None
        if not {row[at] for row in rows}.issuperset(children.parents):
            return None
        return cls(children, at, children.columns.index(children.parent))

    def is_for(self, query: object) -> bool:
        """Whether a query of the plan asks for these children."""
        example = self.example
        return (
            isinstance(query, ChildrenQuery)
            and query.kept is example.kept
            and query.window == example.window
            and not query.per_parent
        )

    def statement(self, query: ParentsQuery) -> Statement:
        if isinstance(query, RowsQuery):
            shape = self._shapes.get(query.key) or self._new_shape(query.key, query, ())
            return shape.filled({"shop_id": query.shop_id, "among": query.values[0]}, ())
        listing, window = query.listing, query.window
        known, own = conditions_shape(listing)
        variant = (known, listing.order, query.placed, window.size, *kind_of(window))
        shape = self._shapes.get(variant) or self._new_shape(variant, query, own)
        return shape.filled({"shop_id": listing.shop_id, **ends_of(window)}, own)

    def _new_shape(self, variant: Hashable, query: ParentsQuery, own: Sequence[Any]) -> StatementShape:
        children = self.example
        table = query.table if isinstance(query, RowsQuery) else (query.listing.table, query.placed)
        theirs = (children.table, children.order, children.window, children.columns, children.placed, children.joins)
        key = ("with children", table, variant, query.columns, query.joins, self._parent_at, children.parent, theirs)
        shape = SHAPES.get(key) or new_shape(key, self._select(query), own, _DIALECT)
        if len(self._shapes) >= _MOST_VARIANTS:
            self._shapes.clear()
        self._shapes[variant] = shape
        return shape

    def _select(self, query: ParentsQuery) -> Select[*tuple[object, ...]]:
        children, order = self.example, []
        if isinstance(query, RowsQuery):
            rows = rows_select(query, _DIALECT)
        else:
            listing = replace(query.listing, shop_id=ANY_SHOP)
            rows = listing_select(listing, any_window(query.window, listing), query.columns, query.joins)
            rows = rows.limit(_size(query.window.size + 1))
        page = rows.cte("page")
        own = list(page.c)
        if isinstance(query, PageQuery):
            order = [_directed(each, query.window.descending) for each in own[-len(_PLACE) :]]
            own = own if query.placed else own[: -len(_PLACE)]
        table = metadata.tables[children.table]
        listing = Listing(children.table, ANY_SHOP, children.order, (table.c[children.parent] == own[self._parent_at],))
        window = any_window(children.window, listing)
        one = listing_select(listing, window, children.columns, children.joins).limit(_size(children.window.size + 1))
        child = one.lateral("child")
        kids = select(*child.c).select_from(page.join(child, true())).subquery("children")
        theirs = list(kids.c)
        order += [theirs[self._there], *(_directed(each, window.descending) for each in theirs[-len(_PLACE) :])]
        shown = theirs if children.placed else theirs[: -len(_PLACE)]
        both = page.outerjoin(kids, false(), full=True)
        return select(*own, *shown).select_from(both).order_by(*order)

    def divided(self, query: ParentsQuery, rows: Sequence[RowValues]) -> tuple[list[RowValues], list[RowValues]]:
        """The rows of the page, and those of the children."""
        width = len(query.columns) + (len(_PLACE) if isinstance(query, PageQuery) and query.placed else 0)
        at = width + self._there
        page: list[RowValues] = []
        children: list[RowValues] = []
        for row in rows:
            if row[at] is None:
                page.append(row[:width])
            else:
                children.append(row[width:])
        return page, children

    def of_parents(self, children: Sequence[RowValues], query: ChildrenQuery) -> list[RowValues]:
        """Of the children, those that a query asks for: not those of the row after the page."""
        there, parents = self._there, set(query.parents)
        return [row for row in children if row[there] in parents]


def is_planned_each_time(query: ParentsQuery) -> bool:
    """Whether PostgreSQL plans the statement for its words: see store/reading/word_plans."""
    return isinstance(query, PageQuery) and uses_full_text(query.listing)


def _size(number: int) -> ColumnElement[int]:
    # Not a parameter: PostgreSQL would expect a tenth of all rows, and would plan each statement again.
    return literal_column(str(number))


def _directed(column: ColumnElement[Any], descending: bool) -> ColumnElement[Any]:
    return column.desc() if descending else column.asc()
