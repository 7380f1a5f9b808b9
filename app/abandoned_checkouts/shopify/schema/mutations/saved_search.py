"""Keeping searches under a name."""

from abandoned_checkouts.shopify.language.errors import user_errors
from abandoned_checkouts.shopify.language.errors.user_errors import MutationError
from abandoned_checkouts.shopify.schema.mutations.search_filters import INCOMPATIBLE, RESERVED, is_filter
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tenants.saved_searches import (
    add_saved_search,
    change_saved_search,
    delete_saved_search,
    find_saved_search,
    is_name_taken,
)
from search_syntax import parse, split_filters, too_long
from search_syntax.tree import DEFAULT, postorder

LONGEST_NAME = 40


async def create(request: Request, resource_type: str, name: str, query: str) -> tuple[Row | None, list[MutationError]]:
    """The saved search with its query as it was given (recorded; later reads have it in its usual form)."""
    if resource_type == "CUSTOMER":
        return None, [user_errors.CUSTOMER_SEARCHES_GONE.told()]
    wrong = [*_wrong_name(name), *_wrong_query(resource_type, query)]
    async with request.begin() as connection:
        if await is_name_taken(connection, request.shop, resource_type, name):
            wrong.insert(0, user_errors.NAME_TAKEN.told())
        if wrong:
            return None, wrong
        row = await add_saved_search(connection, request.shop, resource_type, name, query, now=request.now)
    return row, []


async def change(
    request: Request, number: int | None, name: str | None, query: str | None
) -> tuple[Row | None, list[MutationError]]:
    """A change that is refused is answered with the search as it would have been (recorded)."""
    async with request.begin() as connection:
        row = await find_saved_search(connection, request.shop, number)
        if row is None:
            return None, [user_errors.SAVED_SEARCH_UNKNOWN.told()]
        wanted = {"name": row["name"] if name is None else name, "query": row["query"] if query is None else query}
        wrong = [] if name is None else _wrong_name(name)
        if name is not None and await is_name_taken(
            connection, request.shop, row["resource_type"], name, but=row["id"]
        ):
            wrong.insert(0, user_errors.NAME_TAKEN.told())
        wrong += [] if query is None else _wrong_query(row["resource_type"], query)
        if user_errors.QUERY_TOO_LONG.told() in wrong:
            # What is not even read is not told again.
            return row, wrong
        if wrong:
            return {**row, **wanted}, wrong
        return await change_saved_search(connection, row, wanted, now=request.now), []


async def remove(request: Request, number: int | None) -> list[MutationError]:
    async with request.begin() as connection:
        row = await find_saved_search(connection, request.shop, number)
        if row is None:
            return [user_errors.SAVED_SEARCH_UNKNOWN.told()]
        await delete_saved_search(connection, row)
    return []


def _wrong_name(name: str) -> list[MutationError]:
    if not name.strip():
        return [user_errors.NAME_BLANK.told()]
    return [user_errors.NAME_TOO_LONG.told()] if len(name) > LONGEST_NAME else []


def _wrong_query(resource_type: str, text: str) -> list[MutationError]:
    """Unlike a list's `query`, a saved one must name filters that there are (recorded)."""
    if too_long(text) is not None:
        return [user_errors.QUERY_TOO_LONG.told()]
    query = parse(text)
    named = {node.field for node in postorder(query.tree) if hasattr(node, "field")} - {DEFAULT}
    reserved = sorted(named & RESERVED)
    wrong = [user_errors.FILTER_RESERVED.told(name=name) for name in reserved]
    unknown = sorted(name for name in named - RESERVED if not is_filter(resource_type, name))
    wrong += [user_errors.FILTER_UNKNOWN.told(name=name) for name in unknown]
    filters = {found.key for found in split_filters(query).filters}
    for names in INCOMPATIBLE.get(resource_type, ()):
        if names <= filters:
            wrong.append(user_errors.FILTERS_INCOMPATIBLE.told(names=", ".join(sorted(names))))
    return wrong
