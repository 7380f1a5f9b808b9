"""Reads pages of lists sorted by relevance on PostgreSQL, if the full-text index finds all of their rows.

The documents are ranked before rows are read. So only the best ones are kept while they are sorted, instead of all with
their texts, and only the rows of the page are read.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, Subquery, and_, select, union_all

from abandoned_checkouts.store.reading.joined_tables import JoinedTable, QuerySource
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, beyond, in_direction
from abandoned_checkouts.store.reading.text_statement import FIRST_FOREIGN_DOCUMENT
from abandoned_checkouts.store.tables import metadata


def ranked_documents_select(
    listing: Listing,
    scores: Subquery,
    window: PageWindow,
    columns: Sequence[str],
    joins: Sequence[JoinedTable] = (),
    size: BindParameter[int] | None = None,
) -> Select[*tuple[object, ...]]:
    """The statement for the rows that listing_select returns. `scores` has the document_id and the score of each row of
    the list. `size` is the number of rows, by default one more than the window has."""
    limit: Any = window.size + 1 if size is None else size
    table = metadata.tables[listing.table]
    number, score = scores.c.document_id, scores.c.score
    # The number of almost all documents is the id of the row (see checkouts/identify).
    own = select(number.label("id"), score.label("score")).where(number < FIRST_FOREIGN_DOCUMENT)
    of_row = and_(table.c.shop_id == listing.shop_id, table.c.document_id == number)
    foreign = select(table.c.id, score).select_from(scores.join(table, of_row)).where(number >= FIRST_FOREIGN_DOCUMENT)
    best = [
        documents.where(*_between(score, id_, window)).order_by(*in_direction((score, id_), window)).limit(limit)
        for documents, id_ in ((own, number), (foreign, table.c.id))
    ]
    ranked = union_all(*(each.subquery().select() for each in best)).subquery("ranked")
    joined = ranked.join(table, and_(table.c.shop_id == listing.shop_id, table.c.id == ranked.c.id))
    source = QuerySource.of(listing.table, joins, joined)
    selected = [source.column(name) for name in columns]
    rows = select(*selected, ranked.c.score.label("sort_value"), table.c.id.label("sort_id"))
    return rows.select_from(source.clause).order_by(*in_direction((ranked.c.score, table.c.id), window)).limit(limit)


def _between(score: ColumnElement[Any], number: ColumnElement[Any], window: PageWindow) -> list[ColumnElement[bool]]:
    positions = ((window.after, not window.reverse), (window.before, window.reverse))
    return [beyond(score, number, position, later) for position, later in positions if position is not None]
