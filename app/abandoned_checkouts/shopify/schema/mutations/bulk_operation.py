"""Creates and cancels bulk operations."""

import orjson
from graphql import GraphQLSchema

from abandoned_checkouts.shopify.bulk.rules import user_errors
from abandoned_checkouts.shopify.bulk.rules.checks import MOST_AT_ONCE, arguments_at_root, parse_query, query_errors
from abandoned_checkouts.shopify.bulk.rules.finished import finished_document
from abandoned_checkouts.shopify.language.errors.execution import Refusal
from abandoned_checkouts.shopify.language.errors.user_errors import MutationError
from abandoned_checkouts.shopify.schema.resolving.checkout_lists import describe_count
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.values.gid import gid
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tenants.bulk_operations import (
    UNFINISHED,
    add_operation,
    cancel_running,
    end_operation,
    find_operation,
    unfinished_operations,
)


async def run_query(
    request: Request, schema: GraphQLSchema, query: str, group_objects: bool
) -> tuple[Row | None, list[MutationError]]:
    errors = query_errors(schema, query) or await _strict_errors(request, schema, query)
    if errors:
        return None, errors
    async with request.begin() as connection:
        app_id = request.access.app_id
        busy = await unfinished_operations(connection, request.shop, app_id, "QUERY")
        if len(busy) >= MOST_AT_ONCE:
            ids = ", ".join(gid("BulkOperation", number) for number in busy)
            return None, [user_errors.IN_PROGRESS.error(ids=ids)]
        permissions = request.access.permissions
        values = {
            "app_id": app_id,
            "query": query,
            "group_objects": group_objects,
            "api_version": request.version,
            "scopes": orjson.dumps(sorted(request.access.scopes)).decode(),
            # The settings and rights that its result depends on.
            "progress": orjson.dumps(
                {
                    "base": request.base,
                    "extended_search": request.extended_search,
                    "permissions": None if permissions is None else sorted(permissions),
                }
            ).decode(),
        }
        return await add_operation(connection, request.shop, values, now=request.now), []


async def _strict_errors(request: Request, schema: GraphQLSchema, query: str) -> list[MutationError]:
    """In strict mode, the warnings of the query's searches. Without it, they would be lost: a file has no place for
    them."""
    operation = parse_query(schema, query)
    if not request.strict_search or isinstance(operation, str):
        return []
    for arguments in arguments_at_root(operation, "abandonedCheckouts"):
        try:
            await describe_count(request, arguments.get("query"), arguments.get("savedSearchId"))
        except Refusal as refused:
            return [user_errors.UNREADABLE.error(reason=str(refused))]
    return []


async def cancel(request: Request, number: int | None) -> tuple[Row | None, list[MutationError]]:
    async with request.begin() as connection:
        row = await find_operation(connection, request.shop, number)
        if row is None or row["app_id"] != request.access.app_id:
            return None, [user_errors.UNKNOWN.error()]
        if row["status"] not in UNFINISHED:
            return row, [user_errors.OVER.error(status=row["status"].lower())]
        if row["status"] == "CANCELING":
            return row, []
        if row["status"] == "CREATED":
            over = {**row, "status": "CANCELED", "completed_at": request.now}
            await end_operation(connection, request.shop, over, finished_document(over, request.shop))
            return over, []
        return await cancel_running(connection, row), []
