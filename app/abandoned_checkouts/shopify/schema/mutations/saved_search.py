"""Creates, changes and deletes saved searches."""

from abandoned_checkouts.shopify.language.errors import user_errors
from abandoned_checkouts.shopify.language.errors.user_errors import MutationError, ProblemText
from abandoned_checkouts.shopify.schema.mutations.search_filters import (
    RESERVED,
    incompatible_filters,
    is_filter,
    is_reserved_name,
)
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
    """The saved search with its query as it was sent (recorded; later reads return its canonical form)."""
    if resource_type == "CUSTOMER":
        return None, [user_errors.CUSTOMER_SEARCHES_GONE.error()]
    errors = [*_name_errors(name), *_query_errors(resource_type, query)]
    async with request.begin() as connection:
        if is_reserved_name(resource_type, name) or await is_name_taken(connection, request.shop, resource_type, name):
            errors.insert(0, user_errors.NAME_TAKEN.error())
        if errors:
            return None, errors
        row = await add_saved_search(connection, request.shop, resource_type, name, query, now=request.now)
    return row, []


async def change(
    request: Request, number: int | None, name: str | None, query: str | None
) -> tuple[Row | None, list[MutationError]]:
    """With errors, the result has the new query, and the new name if that is valid (recorded)."""
    async with request.begin() as connection:
        row = await find_saved_search(connection, request.shop, number)
        if row is None:
            return None, [user_errors.SAVED_SEARCH_UNKNOWN.error()]
        changed = {"name": row["name"] if name is None else name, "query": row["query"] if query is None else query}
        errors = [] if name is None else _name_errors(name)
        kind = row["resource_type"]
        if name is not None and (
            is_reserved_name(kind, name) or await is_name_taken(connection, request.shop, kind, name, but=row["id"])
        ):
            errors.insert(0, user_errors.NAME_TAKEN.error())
        if errors:
            changed["name"] = row["name"]
        errors += [] if query is None else _query_errors(kind, query, user_errors.FILTER_RESERVED_IN_UPDATE)
        if user_errors.QUERY_TOO_LONG.error() in errors:
            # A query that is too long is not returned.
            return row, errors
        if errors:
            return {**row, **changed}, errors
        return await change_saved_search(connection, row, changed, now=request.now), []


async def remove(request: Request, number: int | None) -> list[MutationError]:
    async with request.begin() as connection:
        row = await find_saved_search(connection, request.shop, number)
        if row is None:
            return [user_errors.SAVED_SEARCH_UNKNOWN.error()]
        await delete_saved_search(connection, row)
    return []


def _name_errors(name: str) -> list[MutationError]:
    if not name.strip():
        return [user_errors.NAME_BLANK.error()]
    return [user_errors.NAME_TOO_LONG.error()] if len(name) > LONGEST_NAME else []


def _query_errors(
    resource_type: str, text: str, reserved_text: ProblemText = user_errors.FILTER_RESERVED
) -> list[MutationError]:
    """Unlike the `query` of a list, a saved query must use known filters only (recorded)."""
    if too_long(text) is not None:
        return [user_errors.QUERY_TOO_LONG.error()]
    query = parse(text)
    names = {node.field for node in postorder(query.tree) if hasattr(node, "field")} - {DEFAULT}
    reserved = sorted(names & RESERVED)
    errors = [reserved_text.error(name=name) for name in reserved]
    unknown = sorted(name for name in names - RESERVED if not is_filter(resource_type, name))
    errors += [user_errors.FILTER_UNKNOWN.error(name=name) for name in unknown]
    filters = {found.key for found in split_filters(query).filters}
    incompatible = incompatible_filters(resource_type, filters)
    if incompatible:
        errors.append(user_errors.FILTERS_INCOMPATIBLE.error(names=", ".join(incompatible)))
    return errors
