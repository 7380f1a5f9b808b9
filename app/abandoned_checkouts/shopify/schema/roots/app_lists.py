"""Root fields of the requesting app: its webhook subscriptions and bulk operations."""

from typing import Annotated

import strawberry

from abandoned_checkouts.shopify.schema.resolving.connection import (
    After,
    Before,
    Connection,
    CountLimit,
    First,
    Last,
    Reverse,
    SearchText,
    connection_of_rows,
    window_from,
)
from abandoned_checkouts.shopify.schema.resolving.in_memory import page_of_rows, sorted_rows
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.resolving.root_fields import add_search_entry, typed_gid
from abandoned_checkouts.shopify.schema.resolving.short_lists import BULK_FIELDS, WEBHOOK_FIELDS, found_rows
from abandoned_checkouts.shopify.schema.types.bulk_operation import BulkOperation
from abandoned_checkouts.shopify.schema.types.count import Count, count_of
from abandoned_checkouts.shopify.schema.types.enums import word
from abandoned_checkouts.shopify.schema.types.scalars import URL
from abandoned_checkouts.shopify.schema.types.shop_enums import BulkOperationsSortKeys, BulkOperationType
from abandoned_checkouts.shopify.schema.types.webhook_subscription import WebhookSubscription
from abandoned_checkouts.shopify.schema.types.webhook_topics import (
    WebhookSubscriptionFormat,
    WebhookSubscriptionSortKeys,
    WebhookSubscriptionTopic,
)
from abandoned_checkouts.shopify.values.cursor import CursorForm
from abandoned_checkouts.shopify.values.gid import Gid
from abandoned_checkouts.store.engine.rows import Row

SUBSCRIPTIONS = "webhook_subscriptions"
OPERATIONS = "bulk_operations"

_SORTS = {
    "CREATED_AT": (CursorForm.MOMENT, "created_at"),
    "COMPLETED_AT": (CursorForm.MOMENT, "completed_at"),
    "ID": (CursorForm.ID, "id"),
}

Id = Annotated[strawberry.ID, strawberry.argument(description="The global id.")]


async def own_rows(request: Request, table: str) -> list[Row]:
    """The rows of the requesting app."""
    return await request.rows(table, "app_id", request.access.app_id)


async def own_row(request: Request, table: str, gid: Gid) -> Row | None:
    """The row with that id if it belongs to the requesting app, otherwise None."""
    row = None if gid.number is None else await request.row(table, "id", gid.number)
    return row if row is not None and row["app_id"] == request.access.app_id else None


async def webhook_subscription(info: strawberry.Info, id: Id) -> WebhookSubscription | None:
    row = await own_row(info.context, SUBSCRIPTIONS, typed_gid(id, "WebhookSubscription"))
    return None if row is None else WebhookSubscription(row=row)


async def webhook_subscriptions(
    info: strawberry.Info,
    after: After = strawberry.UNSET,
    before: Before = strawberry.UNSET,
    callback_url: Annotated[
        URL | None, strawberry.argument(description="Return only subscriptions with this URL.")
    ] = strawberry.UNSET,
    first: First = strawberry.UNSET,
    format: Annotated[
        WebhookSubscriptionFormat | None, strawberry.argument(description="Return only subscriptions with this format.")
    ] = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    query: SearchText = strawberry.UNSET,
    reverse: Reverse = False,
    sort_key: Annotated[
        WebhookSubscriptionSortKeys | None, strawberry.argument(description="The sort key of the list.")
    ] = "CREATED_AT",
    topics: Annotated[
        list[WebhookSubscriptionTopic] | None,
        strawberry.argument(description="Return only subscriptions to these topics."),
    ] = strawberry.UNSET,
    uri: Annotated[
        str | None, strawberry.argument(description="Return only subscriptions with this destination.")
    ] = strawberry.UNSET,
) -> Connection[WebhookSubscription]:
    form, name = _SORTS[word(sort_key) or "CREATED_AT"]
    window = window_from(form, first, last, after, before, reverse)
    rows = await own_rows(info.context, SUBSCRIPTIONS)
    names = [word(topic) for topic in topics or ()]
    rows = [
        row
        for row in rows
        if (not callback_url or row["uri"] == callback_url)
        and (not uri or row["uri"] == uri)
        and (not format or row["format"] == word(format))
        and (not names or row["topic"] in names)
    ]
    found = found_rows(info.context, rows, WEBHOOK_FIELDS, query or None)
    add_search_entry(info, found.entry)
    page = page_of_rows(sorted_rows(found.rows, form, name), window)
    return connection_of_rows(page, form, lambda row: WebhookSubscription(row=row))


async def webhook_subscriptions_count(
    info: strawberry.Info, limit: CountLimit = 10000, query: SearchText = strawberry.UNSET
) -> Count | None:
    rows = await own_rows(info.context, SUBSCRIPTIONS)
    found = found_rows(info.context, rows, WEBHOOK_FIELDS, query or None)
    add_search_entry(info, found.entry)
    number = len(found.rows)
    return count_of(number if limit is None else min(number, max(0, limit)), limit)


async def bulk_operation(info: strawberry.Info, id: Id) -> BulkOperation | None:
    row = await own_row(info.context, OPERATIONS, typed_gid(id, "BulkOperation"))
    return None if row is None else BulkOperation(row=row)


async def bulk_operations(
    info: strawberry.Info,
    after: After = strawberry.UNSET,
    before: Before = strawberry.UNSET,
    first: First = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    query: SearchText = strawberry.UNSET,
    reverse: Reverse = False,
    sort_key: Annotated[
        BulkOperationsSortKeys | None, strawberry.argument(description="The sort key of the list.")
    ] = "CREATED_AT",
) -> Connection[BulkOperation]:
    """Shopify: the newest operation is first; with `reverse` it is last."""
    form, name = _SORTS[word(sort_key) or "CREATED_AT"]
    window = window_from(form, first, last, after, before, not reverse)
    rows = await own_rows(info.context, OPERATIONS)
    found = found_rows(info.context, rows, BULK_FIELDS, query or None)
    add_search_entry(info, found.entry)
    page = page_of_rows(sorted_rows(found.rows, form, name), window)
    return connection_of_rows(page, form, lambda row: BulkOperation(row=row))


async def current_bulk_operation(
    info: strawberry.Info,
    type: Annotated[
        BulkOperationType | None, strawberry.argument(description="Whether the operation runs a query or a mutation.")
    ] = "QUERY",
) -> BulkOperation | None:
    rows = [row for row in await own_rows(info.context, OPERATIONS) if row["type"] == (word(type) or "QUERY")]
    latest = max(rows, key=lambda row: (row["created_at"], row["id"]), default=None)
    return None if latest is None else BulkOperation(row=latest)
