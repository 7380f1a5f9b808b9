"""The statement that counts the rows of a list."""

from typing import Any

from sqlalchemy import BindParameter, Integer, Select, func, literal_column, select, text

from abandoned_checkouts.store.reading.pages import Listing
from abandoned_checkouts.store.tables import metadata


def count_select(listing: Listing, limit: int | BindParameter[int] | None) -> Select[int]:
    """The number of rows of a list. Counting stops at the limit.

    If a text search is the only condition, the matching documents in the full-text index are counted, because each row
    has one.
    """
    rows: Any
    search = listing.text_search
    if search is not None and not search.others and listing.joined is None:
        one = literal_column("1", Integer)
        rows = select(one).select_from(text("checkout_text")).where(search.clause(search.matches))
    else:
        table = metadata.tables[listing.table]
        rows = select(literal_column("1", Integer)).where(table.c.shop_id == listing.shop_id, *listing.conditions)
        rows = rows.select_from(table if listing.joined is None else listing.joined)
    if limit is not None:
        rows = rows.limit(limit)
    return select(func.count()).select_from(rows.subquery())
