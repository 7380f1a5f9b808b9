"""The list of abandoned checkouts that a field's arguments describe: sort, window, search and saved search."""

from dataclasses import dataclass
from typing import Any

from abandoned_checkouts.checkouts.caches import cached
from abandoned_checkouts.shopify.language.errors import texts
from abandoned_checkouts.shopify.language.errors.execution import Refusal
from abandoned_checkouts.shopify.permissions.protected_data import withheld_searches
from abandoned_checkouts.shopify.schema.resolving.connection import window_from
from abandoned_checkouts.shopify.schema.resolving.query_argument import SearchedList, search
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.resolving.sources import DescribedPage
from abandoned_checkouts.shopify.values.cursor import CursorForm
from abandoned_checkouts.shopify.values.gid import InvalidGidError, parse_gid
from abandoned_checkouts.store.reading.pages import Listing, SortOrder

TABLE = "abandoned_checkouts"
_MOST_LISTS = 256


@dataclass(frozen=True, slots=True)
class SortKey:
    order: SortOrder
    form: CursorForm
    ranked: bool = False


SORT_KEYS = {
    "CHECKOUT_ID": SortKey(SortOrder("id"), CursorForm.ID),
    "CREATED_AT": SortKey(SortOrder("created_at"), CursorForm.MOMENT),
    "CUSTOMER_NAME": SortKey(SortOrder("customer_name"), CursorForm.TEXT),
    "ID": SortKey(SortOrder("id"), CursorForm.ID),
    "RELEVANCE": SortKey(SortOrder("id"), CursorForm.RANK, ranked=True),
    "TOTAL_PRICE": SortKey(SortOrder("total_price"), CursorForm.AMOUNT),
}


async def describe_checkouts(
    request: Request,
    sort_key: str | None = "ID",
    query: str | None = None,
    saved_search_id: str | None = None,
    **window: Any,
) -> DescribedPage:
    """The page that the arguments of `abandonedCheckouts` describe. Raises Shopify's errors for invalid arguments."""
    key = SORT_KEYS[sort_key or "ID"]
    if key.order.column == "customer_name" and "customer_name" in withheld_searches(request.access.app_settings):
        # The order of the names and the cursors of the pages would reveal them.
        key = SORT_KEYS["ID"]
    searched = await _searched(request, key.order, query, saved_search_id, key.ranked)
    form = CursorForm.UNRANKED if key.ranked and searched.listing.rank is None else key.form
    return DescribedPage(searched.listing, window_from(form, **window), form, searched.entry)


async def describe_count(
    request: Request, query: str | None = None, saved_search_id: str | None = None
) -> SearchedList:
    """The list that `abandonedCheckoutsCount` counts."""
    return await _searched(request, SortOrder("id"), query, saved_search_id, ranked=False)


async def _searched(
    request: Request, order: SortOrder, query: str | None, saved_search_id: str | None, ranked: bool
) -> SearchedList:
    """If there are a query and a saved search, both must match. (Shopify does not document this.)"""
    queries = []
    if saved_search_id is not None:
        queries.append(await _saved_query(request, saved_search_id))
    if query is not None:
        queries.append(query)
    return search(request, _all_of(request.shop.id, order), queries, ranked=ranked)


@cached(_MOST_LISTS, entry_bytes=2_000)
def _all_of(shop_id: int, order: SortOrder) -> Listing:
    """A shop's whole list. It is the same object for all requests, with what other modules keep for it."""
    return Listing(TABLE, shop_id, order)


async def _saved_query(request: Request, saved_search_id: str) -> str:
    try:
        number = parse_gid(saved_search_id).number
    except InvalidGidError:
        number = None
    row = None if number is None else await request.row("saved_searches", "id", number)
    if row is None:
        raise Refusal(texts.INVALID_ID, id=saved_search_id)
    return str(row["query"])
