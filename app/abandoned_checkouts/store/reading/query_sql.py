"""The SQL text of a query, compiled by SQLAlchemy once per shape and database (statement_shapes keeps the shapes).

A shape is a query without its values. The same list after another cursor, of another shop or for other words has the
same SQL text with other parameters, so most requests neither build nor compile an expression.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    ColumnElement,
    Select,
    bindparam,
    func,
    select,
)

from abandoned_checkouts.store.reading.any_window import ANY_SHOP, any_window, ends_of, kind_of
from abandoned_checkouts.store.reading.counts import count_select
from abandoned_checkouts.store.reading.joined_tables import QuerySource
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, listing_select
from abandoned_checkouts.store.reading.queries import (
    ChildrenQuery,
    CountQuery,
    PageQuery,
    RowsQuery,
    SortedPageQuery,
    StoreQuery,
)
from abandoned_checkouts.store.reading.ranked_documents import ranked_documents_select
from abandoned_checkouts.store.reading.ranked_pages import ranked_page_select
from abandoned_checkouts.store.reading.rare_words import Ways
from abandoned_checkouts.store.reading.sorted_pages import SortedPosition, is_walked, sorted_select
from abandoned_checkouts.store.reading.statement_shapes import (
    SHAPES,
    Statement,
    StatementShape,
    conditions_shape,
    new_shape,
    shape_of_columns,
)
from abandoned_checkouts.store.reading.text_pages import search_of_page, search_page_select, search_page_values
from abandoned_checkouts.store.tables import metadata

_SIZE: BindParameter[int] = bindparam("size", type_=BigInteger())
# The statements that a part of a plan keeps: for each form of a search and each kind of page one.
_MOST_VARIANTS = 16


def statement_for(query: StoreQuery, dialect: str) -> Statement:
    """The statement for a database ("sqlite" or "postgresql")."""
    return _STATEMENTS[type(query)](query, dialect)


def json_statement(query: PageQuery | RowsQuery | ChildrenQuery) -> Statement:
    """The statement of SQLite that returns each row as a JSON array, for a query that `can_be_json` allows."""
    if isinstance(query, PageQuery):
        return page_statement(query, "sqlite", as_json=True)
    if isinstance(query, RowsQuery):
        return rows_statement(query, "sqlite", as_json=True)
    return children_statement(query, "sqlite", as_json=True)


def page_statement(query: PageQuery, dialect: str, ways: Ways | None = "all", *, as_json: bool = False) -> Statement:
    """The statement for a page. A text search on PostgreSQL is read by these ways (see rare_words); None if PostgreSQL
    chooses by its statistics alone."""
    listing, window = query.listing, query.window
    known, own = conditions_shape(listing)
    by_text = ways is not None and search_of_page(listing, window, dialect) is not None
    variant = (known, dialect, listing.order, query.placed, by_text and ways, kind_of(window), as_json)
    shape = query.kept.get(variant)
    if shape is None:
        kind = ("page", dialect, listing.table, listing.order, query.placed, *kind_of(window), by_text and ways)
        build = partial(_page_select, dialect=dialect, ways=ways)
        if listing.joined is None and query.columns:
            shape = shape_of_columns((kind, known), query, listing.table, own, dialect, build, as_json=as_json)
        else:
            key = (kind, query.columns, query.joins, known)
            shape = SHAPES.get(key) or new_shape(key, build(query), own, dialect)
        _keep(query.kept, variant, shape)
    values = {"shop_id": listing.shop_id, "size": window.size + 1, **ends_of(window)}
    return shape.filled(values | search_page_values(listing.shop_id, window) if by_text else values, own)


def _keep(kept: dict[Hashable, Any], variant: Hashable, shape: StatementShape) -> None:
    """Keep the statement with the plan. Searches of many forms must not fill the memory."""
    if len(kept) >= _MOST_VARIANTS:
        kept.clear()
    kept[variant] = shape


def _page_select(query: PageQuery, dialect: str, ways: Ways | None) -> Select[*tuple[object, ...]]:
    given = query.listing
    listing = replace(given, shop_id=ANY_SHOP)
    window = any_window(query.window, listing)
    rows = listing_select(listing, window, query.columns, query.joins).limit(_SIZE)
    search = None if ways is None else search_of_page(given, query.window, dialect)
    if listing.ranked_text is not None:
        rows = ranked_page_select(listing, listing.ranked_text, window, query.columns, query.joins, _SIZE)
    elif listing.scores is not None and not listing.conditions:
        rows = ranked_documents_select(listing, listing.scores, window, query.columns, query.joins, _SIZE)
    elif search is not None:
        rows = search_page_select(
            listing, search, window, query.columns, query.joins, dialect=dialect, size=_SIZE, ways=ways or "all"
        )
    elif dialect == "sqlite" and given.conditions and given.joined is None and given.order.column == given.order.tie:
        rows = _by_index(rows, listing, window)
    return rows if query.placed else _without_place(rows)


def _by_index(rows: Select[*tuple[object, ...]], listing: Listing, window: PageWindow) -> Select[*tuple[object, ...]]:
    """The same statement, but rows are selected by id in a subquery. The subquery uses an index that has all compared
    columns, so rejected rows are not read. This is four times as fast if thousands of rows are rejected."""
    table = metadata.tables[listing.table]
    tie = table.c[listing.order.tie]
    ids = listing_select(listing, window, ()).with_only_columns(tie).limit(_SIZE).correlate(None)
    found = select(*rows.selected_columns).select_from(*rows.get_final_froms())
    found = found.where(table.c.shop_id == ANY_SHOP, tie.in_(ids))
    return found.order_by(tie.desc() if window.descending else tie.asc())


def _sorted_page(query: SortedPageQuery, dialect: str) -> Statement:
    listing, place = query.listing, query.place
    known, own = conditions_shape(listing)
    kind = (None if place is None else place.backward, query.offset > 0)
    key = ("sorted page", dialect, listing.table, query.keys, query.columns, kind, query.few, known)
    shape = SHAPES.get(key)
    if shape is None:
        shape = new_shape(key, _sorted_select(query, dialect), own, dialect)
    given: dict[str, object] = {"shop_id": listing.shop_id, "size": query.limit + 1, "passed": query.offset}
    if place is not None:
        given |= {"place_id": place.id, **{f"place_{at}": value for at, value in enumerate(place.values)}}
    return shape.filled(given, own)


def _sorted_select(query: SortedPageQuery, dialect: str) -> Select[*tuple[object, ...]]:
    given, place = query.listing, query.place
    table = metadata.tables[given.table]
    if place is not None:
        kinds = [table.c[key.column].type for key in query.keys]
        values = tuple(bindparam(f"place_{at}", type_=kind) for at, kind in enumerate(kinds))
        number = bindparam("place_id", type_=BigInteger())
        place = SortedPosition(values, number, place.backward)
    listing = Listing(given.table, ANY_SHOP, given.order, given.conditions)
    is_sqlite = dialect == "sqlite"
    select_from = partial(sorted_select, keys=query.keys, columns=query.columns, place=place, c_collated=not is_sqlite)
    rows = select_from(listing, walks=not (is_sqlite and query.few)).limit(_SIZE)
    if query.offset:
        rows = rows.offset(bindparam("passed", type_=BigInteger()))
    if is_sqlite and not query.few and not is_walked(query.keys):
        # Sort only the sort keys, then read the rows. Otherwise the database would sort complete rows.
        ids = rows.with_only_columns(table.c.id).correlate(None)
        page = Listing(given.table, ANY_SHOP, given.order, (table.c.id.in_(ids),))
        rows = select_from(page, walks=False)
    return rows


def _count(query: CountQuery, dialect: str) -> Statement:
    listing = query.listing
    known, own = conditions_shape(listing)
    key = ("count", dialect, listing.table, query.limit is None, known)
    shape = SHAPES.get(key)
    if shape is None:
        counted = Listing(
            listing.table, ANY_SHOP, listing.order, listing.conditions, None, listing.joined, listing.text_search
        )
        shape = new_shape(key, count_select(counted, None if query.limit is None else _SIZE, dialect), own, dialect)
    return shape.filled({"shop_id": listing.shop_id, "size": query.limit}, own)


def rows_statement(query: RowsQuery, dialect: str, *, as_json: bool = False) -> Statement:
    """The statement for rows by their keys."""
    values = query.values
    variant = (dialect, query.key, len(values) == 1, as_json)
    shape = query.kept.get(variant)
    if shape is None:
        key = ("rows", dialect, query.table, query.key, len(values) == 1)
        build = partial(rows_select, dialect=dialect)
        shape = shape_of_columns(key, query, query.table, (), dialect, build, as_json=as_json)
        _keep(query.kept, variant, shape)
    among = values[0] if len(values) == 1 else _many(values, dialect)
    return shape.filled({"shop_id": query.shop_id, "among": among}, ())


def rows_select(query: RowsQuery, dialect: str) -> Select[*tuple[object, ...]]:
    """The rows with one of the values, of any shop."""
    table, source = metadata.tables[query.table], QuerySource.of(query.table, query.joins)
    rows = select(*map(source.column, query.columns)).select_from(source.clause)
    return rows.where(table.c.shop_id == ANY_SHOP, _among(table.c[query.key], query.values, dialect))


def children_statement(query: ChildrenQuery, dialect: str, *, as_json: bool = False) -> Statement:
    """The statement for the children of many rows."""
    window = query.window
    variant = (dialect, query.per_parent, len(query.parents) == 1, kind_of(window), as_json)
    shape = query.kept.get(variant)
    if shape is None:
        kind = (query.parent, query.per_parent, query.placed, len(query.parents) == 1, *kind_of(window))
        key = ("children", dialect, query.table, query.order, kind)
        build = partial(_children_select, dialect=dialect)
        if query.per_parent:
            whole = (*key, query.columns, query.joins)
            shape = SHAPES.get(whole) or new_shape(whole, build(query), (), dialect)
        else:
            shape = shape_of_columns(key, query, query.table, (), dialect, build, as_json=as_json)
        _keep(query.kept, variant, shape)
    size = window.size + 1 if query.per_parent else query.limit
    among = query.parents[0] if len(query.parents) == 1 else _many(query.parents, dialect)
    return shape.filled({"shop_id": query.shop_id, "among": among, "size": size, **ends_of(window)}, ())


def _children_select(query: ChildrenQuery, dialect: str) -> Select[*tuple[object, ...]]:
    """All children in one sorted list. If a parent can have very many children, a window function limits their number.
    Not always, because on SQLite that takes twice as long."""
    table = metadata.tables[query.table]
    parent, value, tie = table.c[query.parent], table.c[query.order.column], table.c[query.order.tie]
    listing = Listing(query.table, ANY_SHOP, query.order)
    rows = listing_select(listing, any_window(query.window, listing), query.columns, query.joins).order_by(None)
    if not query.placed:
        rows = _without_place(rows)
    ends = list(dict.fromkeys((value, tie)))
    if query.window.descending:
        ends = [end.desc() for end in ends]  # type: ignore[misc]
    among = _among(parent, query.parents, dialect)
    if not query.per_parent:
        return rows.where(among).order_by(parent, *ends).limit(_SIZE)
    place = func.row_number().over(partition_by=parent, order_by=ends).label("place")
    inner = rows.limit(None).add_columns(parent.label("of"), place).where(among).subquery()
    kept = [column for column in inner.c if column.name not in ("of", "place")]
    return select(*kept).where(inner.c.place <= _SIZE).order_by(inner.c.of, inner.c.place)


def _without_place(rows: Select[*tuple[object, ...]]) -> Select[*tuple[object, ...]]:
    kept = [column for column in rows._raw_columns if getattr(column, "name", "") not in ("sort_value", "sort_id")]
    return rows.with_only_columns(*kept)


def _among(column: ColumnElement[object], values: Sequence[object], dialect: str) -> ColumnElement[bool]:
    """The condition that the column has one of the values. Several values are one parameter, so the SQL text is always
    the same."""
    if len(values) == 1:
        return column == bindparam("among", type_=column.type)
    if dialect == "sqlite":
        return column.in_(select(func.json_each(bindparam("among")).table_valued("value").c.value))
    return column == func.any(bindparam("among", type_=ARRAY(column.type)))


def _many(values: Sequence[object], dialect: str) -> object:
    return orjson.dumps(values).decode() if dialect == "sqlite" else list(values)


_STATEMENTS: Mapping[type[object], Callable[[Any, str], Statement]] = {
    PageQuery: page_statement,
    SortedPageQuery: _sorted_page,
    RowsQuery: rows_statement,
    ChildrenQuery: children_statement,
    CountQuery: _count,
}
