"""What mutations are given."""

import strawberry

from abandoned_checkouts.shopify.schema.resolving.sources import Declared
from abandoned_checkouts.shopify.schema.types.enums import word
from abandoned_checkouts.shopify.schema.types.scalars import URL
from abandoned_checkouts.shopify.schema.types.shop_enums import SearchResultType
from abandoned_checkouts.shopify.schema.types.webhook_topics import WebhookSubscriptionFormat


def _optional(description: str, deprecated: str | None = None) -> Declared:
    return strawberry.field(default=strawberry.UNSET, description=description, deprecation_reason=deprecated)


@strawberry.input(description="The name of a metafield.")
class HasMetafieldsMetafieldIdentifierInput:
    key: str = strawberry.field(description="Its name within the namespace.")
    namespace: str | None = _optional("The group; without it the one reserved to the app.")


@strawberry.input(description="A search to be kept.")
class SavedSearchCreateInput:
    name: str = strawberry.field(description="Its name, 40 characters at most.")
    query: str = strawberry.field(description="The search in Shopify's search syntax.")
    resource_type: SearchResultType = strawberry.field(description="What it finds.")


@strawberry.input(description="A search to be forgotten.")
class SavedSearchDeleteInput:
    id: strawberry.ID = strawberry.field(description="The global id.")


@strawberry.input(description="A change of a saved search; what is left out stays.")
class SavedSearchUpdateInput:
    id: strawberry.ID = strawberry.field(description="The global id.")
    name: str | None = _optional("The new name.")
    query: str | None = _optional("The new search.")


@strawberry.input(description="What is told to whom, in which form; in a change, what is left out stays.")
class WebhookSubscriptionInput:
    callback_url: URL | None = _optional("Where events are sent.", "Use `uri`.")
    filter: str | None = _optional("Which events are sent, in the search syntax of webhooks.")
    format: WebhookSubscriptionFormat | None = _optional("In what events are written.")
    include_fields: list[str] | None = _optional("The fields that are sent; all of them where none is named.")
    metafield_namespaces: list[str] | None = _optional("The groups of metafields that are sent.")
    metafields: list[HasMetafieldsMetafieldIdentifierInput] | None = _optional("The metafields that are sent.")
    name: str | None = _optional("A name by which the receiver tells subscriptions apart.")
    uri: str | None = _optional("Where events are sent: an address, pubsub://project:topic or an ARN.")


def webhook_columns(given: WebhookSubscriptionInput, app_id: int) -> dict[str, object]:
    """The columns that the input names; `callbackUrl` is the old name of `uri`."""
    columns: dict[str, object] = {}
    for name in ("filter", "format", "include_fields", "metafield_namespaces", "name", "uri"):
        value = getattr(given, name)
        if value is not strawberry.UNSET:
            columns[name] = word(value)
    if "uri" not in columns and given.callback_url is not strawberry.UNSET:
        columns["uri"] = given.callback_url
    if isinstance(given.metafields, list):
        columns["metafields"] = [
            {"namespace": each.namespace or f"app--{app_id}", "key": each.key} for each in given.metafields
        ]
    for name in ("format", "uri"):
        if name in columns and columns[name] is None:
            del columns[name]
    return columns
