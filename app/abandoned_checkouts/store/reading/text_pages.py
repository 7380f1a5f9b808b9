"""Reads pages of lists with a text search, or with conditions on states only.

On SQLite these are pages sorted by id, for which store/reading/text_statement and state_pages write the SQL for the
ids. On PostgreSQL, all pages of text searches but those sorted by relevance (store/reading/rare_words).
"""

from collections.abc import Sequence

from sqlalchemy import BigInteger, BindParameter, Select, bindparam, select

from abandoned_checkouts.store.reading.joined_tables import JoinedTable
from abandoned_checkouts.store.reading.pages import Listing, PageWindow, StateSearch, TextSearch, listing_select
from abandoned_checkouts.store.reading.rare_words import Ways, rare_words_select
from abandoned_checkouts.store.reading.sorted_search_pages import sorted_search_select
from abandoned_checkouts.store.reading.state_pages import ids_by_states
from abandoned_checkouts.store.reading.text_statement import ids_of_page
from abandoned_checkouts.store.tables import metadata

# Longer pages are read like pages of other lists, because they need most of the result anyway.
LONGEST_PAGE = 1_000


def search_of_page(listing: Listing, window: PageWindow, dialect: str) -> TextSearch | StateSearch | None:
    """The search by which the page is read. None if it is read like a page of any other list."""
    if listing.rank is not None or listing.joined is not None or window.size > LONGEST_PAGE:
        return None
    text = listing.text_search
    if dialect != "sqlite":
        return text
    if is_by_id(listing):
        return text or listing.state_search
    return text if text is not None and text.test else listing.state_search


def is_by_id(listing: Listing) -> bool:
    return listing.order.column == listing.order.tie


def search_page_select(
    listing: Listing,
    search: TextSearch | StateSearch,
    window: PageWindow,
    columns: Sequence[str],
    joins: Sequence[JoinedTable] = (),
    *,
    dialect: str,
    size: BindParameter[int] | None = None,
    ways: Ways = "all",
) -> Select[*tuple[object, ...]]:
    """The statement for the rows that listing_select returns. By id on SQLite, its parameters are in
    search_page_values. Otherwise, `size` is the parameter for the number of rows. On PostgreSQL, `ways` are those of
    rare_words."""
    if dialect != "sqlite" and isinstance(search, TextSearch):
        return rare_words_select(listing, search, window, columns, joins, size, ways)
    if not is_by_id(listing):
        return sorted_search_select(listing, search, window, columns, joins, size)
    table = metadata.tables[listing.table]
    tie = table.c[listing.order.tie]
    given = {name: bindparam(name, type_=BigInteger()) for name in search_page_values(listing.shop_id, window)}
    sql = ids_of_page(search, window) if isinstance(search, TextSearch) else ids_by_states(search.ranges, window)
    ids = search.clause(sql, *given.values()).columns(id=BigInteger())
    rows = listing_select(listing, window, columns, joins)
    found = select(*rows.selected_columns).select_from(*rows.get_final_froms())
    found = found.where(table.c.shop_id == given["page_shop"], tie.in_(ids))
    return found.order_by(tie.desc() if window.descending else tie.asc()).limit(given["page_size"])


def search_page_values(shop_id: int, window: PageWindow) -> dict[str, object]:
    """The parameters of the statement, beside those of the list's conditions."""
    values: dict[str, object] = {"page_shop": shop_id, "page_size": window.size + 1}
    if window.after is not None:
        values["page_after"] = window.after.id
    if window.before is not None:
        values["page_before"] = window.before.id
    return values
