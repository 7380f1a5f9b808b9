"""The statement that counts the rows of a list."""

from typing import Any

from sqlalchemy import BigInteger, BindParameter, Integer, Select, func, literal_column, select, text, union_all

from abandoned_checkouts.store.reading.pages import Listing, TextSearch
from abandoned_checkouts.store.reading.text_statement import FIRST_FOREIGN_DOCUMENT
from abandoned_checkouts.store.tables import metadata

_ONE = literal_column("1", Integer)
# With both bounds on the id, SQLite uses the index that has the compared columns, instead of the primary key.
_SAME_NUMBER = text(
    f"checkout_text.rowid < {FIRST_FOREIGN_DOCUMENT} AND abandoned_checkouts.id >= checkout_text.rowid "
    "AND abandoned_checkouts.id <= checkout_text.rowid AND +abandoned_checkouts.document_id = checkout_text.rowid"
)
_FOREIGN = text(
    f"checkout_text.rowid >= {FIRST_FOREIGN_DOCUMENT} AND abandoned_checkouts.document_id = checkout_text.rowid"
)


def count_select(listing: Listing, limit: int | BindParameter[int] | None, dialect: str) -> Select[int]:
    """The number of rows of a list. Counting stops at the limit.

    If a text search is the only condition, the matching documents in the full-text index are counted, because each row
    has one.
    """
    rows: Any
    search = listing.text_search
    if search is not None and not search.others and listing.joined is None:
        rows = select(_ONE).select_from(text("checkout_text")).where(search.clause(search.matches))
    elif search is not None and search.is_wide and listing.joined is None and dialect == "sqlite":
        rows = _by_documents(listing, search)
    else:
        table = metadata.tables[listing.table]
        rows = select(_ONE).where(table.c.shop_id == listing.shop_id, *listing.conditions)
        rows = rows.select_from(table if listing.joined is None else listing.joined)
    if limit is not None:
        rows = rows.limit(limit)
    return select(func.count()).select_from(rows.subquery())


def _by_documents(listing: Listing, search: TextSearch) -> Any:
    """The rows of the documents that match, for SQLite. The number of almost all documents is the id of the row (see
    checkouts/identify). By the id, an index has the columns that are compared most; otherwise the row must be read,
    which takes four times as long."""
    pairs = text("checkout_text CROSS JOIN abandoned_checkouts")
    own = literal_column("abandoned_checkouts.shop_id", BigInteger) == listing.shop_id
    conditions = (own, search.clause(search.matches), search.clause(search.others))
    found = (select(_ONE).select_from(pairs).where(same, *conditions) for same in (_SAME_NUMBER, _FOREIGN))
    return union_all(*found)
