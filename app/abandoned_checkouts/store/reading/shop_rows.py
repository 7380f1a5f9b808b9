"""Reads rows of a shop: by key, a window of a list, a window for each parent, a count."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.reading.counts import count_select
from abandoned_checkouts.store.reading.pages import Listing, Page, PageWindow, listing_select, page_of
from abandoned_checkouts.store.reading.ranked_documents import ranked_documents_select
from abandoned_checkouts.store.reading.ranked_pages import ranked_page_select
from abandoned_checkouts.store.reading.text_pages import search_of_page, search_page_select, search_page_values
from abandoned_checkouts.store.reading.word_plans import PLAN_BY_WORDS, is_planned_by_words
from abandoned_checkouts.store.tables import metadata


async def rows_where(
    connection: AsyncConnection, table_name: str, shop_id: int, column: str, values: Sequence[object]
) -> list[Row]:
    """The complete rows of a shop whose column has one of the values, in any order."""
    table = metadata.tables[table_name]
    statement = select(table).where(table.c.shop_id == shop_id, table.c[column].in_(bindparam("among", expanding=True)))
    found: list[Row] = []
    for start in range(0, len(values), 500):
        rows = await connection.execute(statement, {"among": list(values[start : start + 500])})
        found += rows.mappings().all()
    return found


async def window_of(connection: AsyncConnection, listing: Listing, window: PageWindow) -> Page[Row]:
    """The complete rows of the window, each with sort_value and sort_id."""
    names = [column.name for column in metadata.tables[listing.table].c]
    if window.size == 0:
        return Page((), has_next=False, has_previous=False)
    await _plan_by_words(connection, listing)
    dialect = connection.dialect.name
    search = search_of_page(listing, window, dialect)
    if listing.ranked_text is not None:
        rows = await connection.execute(ranked_page_select(listing, listing.ranked_text, window, names))
    elif listing.scores is not None and not listing.conditions:
        rows = await connection.execute(ranked_documents_select(listing, listing.scores, window, names))
    elif search is None:
        rows = await connection.execute(listing_select(listing, window, names))
    else:
        statement = search_page_select(listing, search, window, names, dialect=dialect)
        values = search_page_values(listing.shop_id, window) if dialect == "sqlite" else {}
        rows = await connection.execute(statement, values)
    return page_of(rows.mappings().all(), window)


async def windows_of_children(
    connection: AsyncConnection, listing: Listing, window: PageWindow, parent: str, parents: Sequence[object]
) -> dict[object, Page[Row]]:
    """The same window of each parent's children, in one statement for all parents."""
    if window.size == 0 or not parents:
        return {}
    table = metadata.tables[listing.table]
    names = [column.name for column in table.c]
    value, tie = table.c[listing.order.column], table.c[listing.order.tie]
    ends = [value.desc(), tie.desc()] if window.descending else [value, tie]
    place = func.row_number().over(partition_by=table.c[parent], order_by=ends).label("place")
    inner = (
        listing_select(listing, window, names)
        .order_by(None)
        .limit(None)
        .add_columns(place)
        .where(table.c[parent].in_(bindparam("parents", expanding=True)))
        .subquery()
    )
    statement = select(inner).where(inner.c.place <= window.size + 1).order_by(inner.c[parent], inner.c.place)
    grouped: dict[object, list[Row]] = {}
    for start in range(0, len(parents), 500):
        rows = await connection.execute(statement, {"parents": list(parents[start : start + 500])})
        for row in rows.mappings():
            grouped.setdefault(row[parent], []).append(row)
    return {key: page_of(rows, window) for key, rows in grouped.items()}


async def count_of(connection: AsyncConnection, listing: Listing, limit: int | None) -> int:
    """The number of rows of a list. Counting stops at the limit."""
    await _plan_by_words(connection, listing)
    return int((await connection.execute(count_select(listing, limit, connection.dialect.name))).scalar_one())


async def _plan_by_words(connection: AsyncConnection, listing: Listing) -> None:
    if connection.dialect.name == "postgresql" and any(is_planned_by_words(str(each)) for each in listing.conditions):
        await connection.exec_driver_sql(PLAN_BY_WORDS)
