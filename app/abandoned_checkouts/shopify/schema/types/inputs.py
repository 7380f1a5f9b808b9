"""The inputs of mutations."""

import strawberry

from abandoned_checkouts.shopify.schema.resolving.sources import Declared
from abandoned_checkouts.shopify.schema.types.enums import word
from abandoned_checkouts.shopify.schema.types.scalars import URL
from abandoned_checkouts.shopify.schema.types.shop_enums import SearchResultType
from abandoned_checkouts.shopify.schema.types.webhook_topics import WebhookSubscriptionFormat
from abandoned_checkouts.shopify.values.app_namespace import resolved_namespace


def _optional(description: str, deprecated: str | None = None) -> Declared:
    return strawberry.field(default=strawberry.UNSET, description=description, deprecation_reason=deprecated)


@strawberry.input(description="The identifier of a metafield.")
class HasMetafieldsMetafieldIdentifierInput:
    key: str = strawberry.field(description="The key within the namespace.")
    namespace: str | None = _optional("The namespace; by default the one reserved for the app.")


@strawberry.input(description="The saved search to create.")
class SavedSearchCreateInput:
    name: str = strawberry.field(description="The name, at most 40 characters.")
    query: str = strawberry.field(description="The search in Shopify's search syntax.")
    resource_type: SearchResultType = strawberry.field(description="The type of resource that the search finds.")


@strawberry.input(description="The saved search to delete.")
class SavedSearchDeleteInput:
    id: strawberry.ID = strawberry.field(description="The global id.")


@strawberry.input(description="The changes to a saved search. Omitted fields stay unchanged.")
class SavedSearchUpdateInput:
    id: strawberry.ID = strawberry.field(description="The global id.")
    name: str | None = _optional("The new name.")
    query: str | None = _optional("The new search.")


@strawberry.input(description="The settings of a webhook subscription. In an update, omitted fields stay unchanged.")
class WebhookSubscriptionInput:
    callback_url: URL | None = _optional("The URL that receives the events.", "Use `uri`.")
    filter: str | None = _optional("The filter that events must match, in the search syntax of webhooks.")
    format: WebhookSubscriptionFormat | None = _optional("The format of the events.")
    include_fields: list[str] | None = _optional("The fields to send; all fields if empty.")
    metafield_namespaces: list[str] | None = _optional("The namespaces of the metafields to send.")
    metafields: list[HasMetafieldsMetafieldIdentifierInput] | None = _optional("The metafields to send.")
    name: str | None = _optional("A name that identifies the subscription to the receiver.")
    uri: str | None = _optional("The destination of the events: a URL, `pubsub://project:topic` or an ARN.")


def webhook_columns(settings: WebhookSubscriptionInput, app_id: int) -> dict[str, object]:
    """The columns of the fields present in the input. `callbackUrl` is the old name of `uri`."""
    columns: dict[str, object] = {}
    for name in ("filter", "format", "include_fields", "metafield_namespaces", "name", "uri"):
        value = getattr(settings, name)
        if value is not strawberry.UNSET:
            columns[name] = word(value)
    if isinstance(columns.get("metafield_namespaces"), list):
        columns["metafield_namespaces"] = [
            resolved_namespace(each, app_id) for each in settings.metafield_namespaces or []
        ]
    if "uri" not in columns and settings.callback_url is not strawberry.UNSET:
        columns["uri"] = settings.callback_url
    if isinstance(settings.metafields, list):
        columns["metafields"] = [
            {"namespace": resolved_namespace(each.namespace or "$app", app_id), "key": each.key}
            for each in settings.metafields
        ]
    for name in ("format", "uri"):
        if name in columns and columns[name] is None:
            del columns[name]
    if "uri" in columns:
        # Recorded: spaces around an address are removed.
        columns["uri"] = str(columns["uri"]).strip()
    return columns
