"""Reads pages of lists sorted by relevance on SQLite.

The full-text index ranks the documents, and only the rows of the page are read. The scores of all documents that match
are needed, so the time grows with their number: 1 µs for each.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Float,
    Select,
    and_,
    case,
    exists,
    literal_column,
    select,
    text,
)

from abandoned_checkouts.store.reading.joined_tables import JoinedTable, QuerySource
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, RankedText, beyond, in_direction
from abandoned_checkouts.store.reading.text_statement import FIRST_FOREIGN_DOCUMENT
from abandoned_checkouts.store.tables import metadata

_FIRST_FOREIGN = literal_column(str(FIRST_FOREIGN_DOCUMENT), BigInteger)


def ranked_page_select(
    listing: Listing,
    search: RankedText,
    window: PageWindow,
    columns: Sequence[str],
    joins: Sequence[JoinedTable] = (),
    size: BindParameter[int] | None = None,
) -> Select[*tuple[object, ...]]:
    """The statement for the rows that listing_select returns. `size` is the number of rows, by default one more than
    the window has."""
    limit: Any = window.size + 1 if size is None else size
    table = metadata.tables[listing.table]
    documents = _documents(listing, search, window).limit(limit).subquery("ranked")
    joined = documents.join(table, and_(table.c.shop_id == listing.shop_id, table.c.id == documents.c.id))
    source = QuerySource.of(listing.table, joins, joined)
    score, number = documents.c.score, table.c.id
    selected = [source.column(name) for name in columns]
    rows = select(*selected, score.label("sort_value"), number.label("sort_id")).select_from(source.clause)
    return rows.order_by(*in_direction((score, number), window)).limit(limit)


def _documents(listing: Listing, search: RankedText, window: PageWindow) -> Select[*tuple[Any, ...]]:
    """The ids of the rows and the scores of their documents, best first. The number of almost all documents is the id
    of the row (see checkouts/identify)."""
    table = metadata.tables[listing.table]
    own = table.c.shop_id == listing.shop_id
    document, score = literal_column("checkout_text.rowid", BigInteger), literal_column("bm25(checkout_text)", Float)
    foreign = select(table.c.id).where(own, table.c.document_id == document).scalar_subquery()
    number: ColumnElement[int] = case((document < _FIRST_FOREIGN, document), else_=foreign)
    documents = select(number.label("id"), score.label("score")).select_from(text("checkout_text")).where(search.clause)
    if listing.conditions:
        # With both bounds on the id, SQLite uses the index that has the compared columns, instead of the primary key.
        is_same = and_(table.c.id >= number, table.c.id <= number)
        documents = documents.where(exists(select(table.c.id).where(own, is_same, *listing.conditions)))
    for position, later in ((window.after, not window.reverse), (window.before, window.reverse)):
        if position is not None:
            documents = documents.where(beyond(score, number, position, later))
    return documents.order_by(*in_direction((score, number), window))
