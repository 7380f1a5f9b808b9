"""The query root."""

import asyncio
from typing import Annotated, Any

import strawberry

from abandoned_checkouts.shopify.schema.resolving.checkout_lists import describe_checkouts, describe_count
from abandoned_checkouts.shopify.schema.resolving.connection import (
    After,
    Before,
    Connection,
    CountLimit,
    First,
    Last,
    Reverse,
    SearchText,
)
from abandoned_checkouts.shopify.schema.resolving.fields import computed
from abandoned_checkouts.shopify.schema.resolving.request import Request
from abandoned_checkouts.shopify.schema.resolving.root_fields import (
    add_search_entry,
    lookup,
    present_arguments,
    resolve_root_list,
    typed_gid,
)
from abandoned_checkouts.shopify.schema.resolving.sources import SOURCE, AnyNode, Counted, RootList
from abandoned_checkouts.shopify.schema.roots import app_lists
from abandoned_checkouts.shopify.schema.roots.nodes import find_node
from abandoned_checkouts.shopify.schema.types.abandonment import Abandonment
from abandoned_checkouts.shopify.schema.types.api_version import ApiVersion, api_versions
from abandoned_checkouts.shopify.schema.types.app import App, AppInstallation, app_row
from abandoned_checkouts.shopify.schema.types.bulk_operation import BulkOperation
from abandoned_checkouts.shopify.schema.types.checkout import AbandonedCheckout
from abandoned_checkouts.shopify.schema.types.count import Count, count_of
from abandoned_checkouts.shopify.schema.types.customer import Customer
from abandoned_checkouts.shopify.schema.types.enums import AbandonedCheckoutSortKeys
from abandoned_checkouts.shopify.schema.types.location import Location, location_of
from abandoned_checkouts.shopify.schema.types.node import Node
from abandoned_checkouts.shopify.schema.types.order import Order
from abandoned_checkouts.shopify.schema.types.product import Product
from abandoned_checkouts.shopify.schema.types.shop import Shop, shop_of
from abandoned_checkouts.shopify.schema.types.variant import ProductVariant
from abandoned_checkouts.shopify.schema.types.webhook_subscription import WebhookSubscription

CHECKOUTS = RootList("AbandonedCheckout", "abandoned_checkouts", describe_checkouts)

SavedSearchId = Annotated[
    strawberry.ID | None, strawberry.argument(description="A saved search that the results must also match.")
]
SortKeyArgument = Annotated[
    AbandonedCheckoutSortKeys | None, strawberry.argument(description="The sort key of the list.")
]
AppId = Annotated[
    strawberry.ID | None, strawberry.argument(description="The global id; by default the requesting app's.")
]


async def abandoned_checkouts(
    info: strawberry.Info,
    after: After = strawberry.UNSET,
    before: Before = strawberry.UNSET,
    first: First = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    query: SearchText = strawberry.UNSET,
    reverse: Reverse = False,
    saved_search_id: SavedSearchId = strawberry.UNSET,
    sort_key: SortKeyArgument = "ID",
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
    return await resolve_root_list(info, CHECKOUTS, arguments)


LocationId = Annotated[
    strawberry.ID | None, strawberry.argument(description="The global id; by default that of the main location.")
]
Ids = Annotated[list[strawberry.ID], strawberry.argument(description="The global ids.")]


@strawberry.type(description="The root of all queries.")
class QueryRoot:
    abandoned_checkouts: Connection[AbandonedCheckout] = strawberry.field(
        resolver=abandoned_checkouts,
        description="The shop's abandoned checkouts, including recovered ones.",
        metadata={SOURCE: CHECKOUTS},
    )

    @computed(description="The number of abandoned checkouts.", source=Counted(describe_count))
    async def abandoned_checkouts_count(
        self,
        info: strawberry.Info,
        limit: CountLimit = 10000,
        query: SearchText = strawberry.UNSET,
        saved_search_id: SavedSearchId = strawberry.UNSET,
    ) -> Count | None:
        request: Request = info.context
        found = await describe_count(request, **present_arguments({"query": query, "saved_search_id": saved_search_id}))
        add_search_entry(info, found.entry)
        return count_of(await request.count(found.listing, None if limit is None else max(0, limit)), limit)

    @computed(description="The object with this global id; null if there is none.", source=AnyNode())
    async def node(self, info: strawberry.Info, id: app_lists.Id) -> Node | None:
        found: Node | None = await find_node(info.context, id)
        return found

    @computed(
        description="The objects with these global ids, in the same order; null for each id without an object.",
        source=AnyNode(many=True),
    )
    async def nodes(self, info: strawberry.Info, ids: Ids) -> list[Node | None]:
        found = await asyncio.gather(*(find_node(info.context, text) for text in ids), return_exceptions=True)
        return list(found)  # type: ignore[arg-type]

    abandonment: Abandonment | None = lookup(
        "Abandonment", "abandonments", description="A visit that ended without an order."
    )
    abandonment_by_abandoned_checkout_id: Abandonment | None = lookup(
        "Abandonment",
        "abandonments",
        argument="abandonedCheckoutId",
        gid_type="AbandonedCheckout",
        find=lambda gid: None if gid.number is None else {"checkout_id": gid.number},
        description="The abandonment of an abandoned checkout.",
        argument_description="The global id of the checkout.",
    )

    @computed(description="An app; by default the requesting app.")
    async def app(self, info: strawberry.Info, id: AppId = strawberry.UNSET) -> App | None:
        row = await app_row(info.context, _app_number(info, id, "App"))
        return None if row is None else App(row=row)

    @computed(description="The installation of an app; by default the requesting app's.")
    async def app_installation(self, info: strawberry.Info, id: AppId = strawberry.UNSET) -> AppInstallation | None:
        return await _installation(info, _app_number(info, id, "AppInstallation"))

    bulk_operation: BulkOperation | None = strawberry.field(
        resolver=app_lists.bulk_operation, description="A bulk operation of the requesting app."
    )
    bulk_operations: Connection[BulkOperation] = strawberry.field(
        resolver=app_lists.bulk_operations, description="The bulk operations of the requesting app, newest first."
    )

    @computed(description="The installation of the requesting app.")
    async def current_app_installation(self, info: strawberry.Info) -> AppInstallation:
        found = await _installation(info, info.context.access.app_id)
        assert found is not None
        return found

    current_bulk_operation: BulkOperation | None = strawberry.field(
        resolver=app_lists.current_bulk_operation,
        description="The latest bulk operation of the requesting app.",
        deprecation_reason="Use `bulkOperations`, or `bulkOperation` with its id.",
    )
    customer: Customer | None = lookup("Customer", "customers", description="A customer.")

    @computed(description="A location; by default the shop's main location.")
    def location(self, info: strawberry.Info, id: LocationId = strawberry.UNSET) -> Location | None:
        shop = info.context.shop
        return location_of(shop) if not id or typed_gid(id, "Location").number == shop.id else None

    order: Order | None = lookup("Order", "orders", description="An order.")
    product: Product | None = lookup("Product", "products", description="A product.")
    product_variant: ProductVariant | None = lookup(
        "ProductVariant", "product_variants", description="A product variant."
    )

    @computed(description="The versions of this API that are served.")
    def public_api_versions(self, info: strawberry.Info) -> list[ApiVersion]:
        return api_versions(info.context)

    @computed(description="The shop that the access token belongs to.")
    def shop(self, info: strawberry.Info) -> Shop:
        return shop_of(info.context.shop)

    webhook_subscription: WebhookSubscription | None = strawberry.field(
        resolver=app_lists.webhook_subscription, description="A webhook subscription of the requesting app."
    )
    webhook_subscriptions: Connection[WebhookSubscription] = strawberry.field(
        resolver=app_lists.webhook_subscriptions, description="The webhook subscriptions of the requesting app."
    )
    webhook_subscriptions_count: Count | None = strawberry.field(
        resolver=app_lists.webhook_subscriptions_count,
        description="The number of webhook subscriptions of the requesting app.",
    )


def _app_number(info: strawberry.Info, id: str | None, type_name: str) -> int | None:
    request: Request = info.context
    return typed_gid(id, type_name).number if id else request.access.app_id


async def _installation(info: strawberry.Info, number: int | None) -> AppInstallation | None:
    request: Request = info.context
    row = None if number is None else await request.row("apps", "id", number)
    return None if row is None else AppInstallation(row=row)
