"""The root of queries, as far as it serves abandoned checkouts."""

from typing import Annotated, Any

import strawberry

from app.shopify.gid import InvalidGidError, parse_gid
from app.shopify.listing import describe_checkouts, describe_count
from app.shopify.request import Request
from app.shopify.schema.checkout import AbandonedCheckout
from app.shopify.schema.connection import After, Before, Connection, First, Last, Reverse
from app.shopify.schema.count import Count, count_of
from app.shopify.schema.enums import AbandonedCheckoutSortKeys
from app.shopify.schema.node import Node
from app.shopify.schema.root_fields import LOOKUPS, Lookup, by_number, given, looked_up, note_search, page_of
from app.shopify.schema.sources import SOURCE, RootList

CHECKOUTS = RootList("AbandonedCheckout", describe_checkouts)
LOOKUPS["AbandonedCheckout"] = Lookup("AbandonedCheckout", "abandoned_checkouts", by_number)

Query = Annotated[str | None, strawberry.argument(description="What to search for, in Shopify's search syntax.")]
SavedSearchId = Annotated[strawberry.ID | None, strawberry.argument(description="A saved search that must hold too.")]
SortKey = Annotated[AbandonedCheckoutSortKeys | None, strawberry.argument(description="What the list is sorted by.")]
Limit = Annotated[int | None, strawberry.argument(description="Where counting stops; null for nowhere.")]


async def abandoned_checkouts(
    info: strawberry.Info,
    after: After = strawberry.UNSET,
    before: Before = strawberry.UNSET,
    first: First = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    query: Query = strawberry.UNSET,
    reverse: Reverse = False,
    saved_search_id: SavedSearchId = strawberry.UNSET,
    sort_key: SortKey = "ID",
) -> Any:
    arguments = {
        "after": after,
        "before": before,
        "first": first,
        "last": last,
        "query": query,
        "reverse": reverse,
        "saved_search_id": saved_search_id,
        "sort_key": sort_key,
    }
    return await page_of(info, CHECKOUTS, arguments)


@strawberry.type(description="Where every query begins.")
class QueryRoot:
    abandoned_checkouts: Connection[AbandonedCheckout] = strawberry.field(
        resolver=abandoned_checkouts,
        description="The shop's abandoned checkouts, recovered ones too.",
        metadata={SOURCE: CHECKOUTS},
    )

    @strawberry.field(description="How many abandoned checkouts there are.")
    async def abandoned_checkouts_count(
        self,
        info: strawberry.Info,
        limit: Limit = 10000,
        query: Query = strawberry.UNSET,
        saved_search_id: SavedSearchId = strawberry.UNSET,
    ) -> Count | None:
        request: Request = info.context
        found = await describe_count(request, **given({"query": query, "saved_search_id": saved_search_id}))
        note_search(info, found.entry)
        return count_of(await request.count(found.listing, limit), limit)

    @strawberry.field(description="The thing that a global id names; null where it names none.")
    async def node(self, info: strawberry.Info, id: strawberry.ID) -> Node | None:
        return await _node(info, id)

    @strawberry.field(description="The things that global ids name, in their order; null for those that name none.")
    async def nodes(self, info: strawberry.Info, ids: list[strawberry.ID]) -> list[Node | None]:
        return [await _node(info, id) for id in ids]


async def _node(info: strawberry.Info, text: str) -> Any:
    """Recorded: ids of types we do not have, and of rows that are not there, are null."""
    try:
        gid = parse_gid(text)
    except InvalidGidError:
        return None
    source = LOOKUPS.get(gid.type_name)
    return None if source is None else await looked_up(info.context, source, gid)
