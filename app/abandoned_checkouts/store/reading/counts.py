"""The statement that counts the rows of a list."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Integer,
    Select,
    bindparam,
    case,
    func,
    literal_column,
    select,
    text,
    union_all,
)

from abandoned_checkouts.store.reading.pages import Listing, PageWindow, TextSearch
from abandoned_checkouts.store.reading.state_pages import merged
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

_WITH_STATES = text("abandoned_checkouts.id >= with_states.id AND abandoned_checkouts.id <= with_states.id")
# The number of rows whose texts are tested, at most.
_FEW = 1_000


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
    which takes four times as long.

    If few rows have the states of the search, their texts are tested instead.
    """
    pairs = text("checkout_text CROSS JOIN abandoned_checkouts")
    own = literal_column("abandoned_checkouts.shop_id", BigInteger) == listing.shop_id
    conditions = (own, search.clause(search.matches), search.clause(search.others))
    found = [select(_ONE).select_from(pairs).where(same, *conditions) for same in (_SAME_NUMBER, _FOREIGN)]
    if not search.states or not search.test:
        return union_all(*found)
    shop: BindParameter[int] = bindparam("shop_id", type_=BigInteger)
    if not isinstance(listing.shop_id, BindParameter):
        shop = bindparam("shop_id", listing.shop_id, type_=BigInteger)
    states = merged(search.states, "", PageWindow(first=1), str(_FEW + 1), ":shop_id")
    with_states = search.clause(f"SELECT id FROM ({states})", shop).columns(id=BigInteger()).cte("with_states")
    number = select(func.count()).select_from(with_states.prefix_with("MATERIALIZED")).scalar_subquery()
    is_few = number <= literal_column(str(_FEW), Integer)
    # Not a join, for which SQLite would read all texts first, to make a Bloom filter of their numbers.
    tested = "EXISTS (SELECT 1 FROM checkout_text_content WHERE checkout_text_content.id = "
    tested += f"abandoned_checkouts.document_id AND {search.test})"
    few = select(_ONE).select_from(text("with_states CROSS JOIN abandoned_checkouts"))
    few = few.where(is_few, _WITH_STATES, own, search.clause(tested), search.clause(search.others))
    no_limit, none = literal_column("-1", Integer), literal_column("0", Integer)
    many = (each.limit(case((is_few, none), else_=no_limit)).subquery() for each in found)
    return union_all(few, *(select(_ONE).select_from(each) for each in many))
