"""Webhook subscriptions: what an app is told of, and where."""

from typing import Annotated

import strawberry

from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.shopify.schema.resolving.fields import Backed, backed, column, computed, decoded, parsed
from abandoned_checkouts.shopify.schema.types.api_version import ApiVersion, api_version
from abandoned_checkouts.shopify.schema.types.node import LegacyInteroperability, Node
from abandoned_checkouts.shopify.schema.types.scalars import ARN, URL, DateTime, UnsignedInt64
from abandoned_checkouts.shopify.schema.types.webhook_topics import WebhookSubscriptionFormat, WebhookSubscriptionTopic
from abandoned_checkouts.shopify.values.gid import GidOf

PUBSUB = "pubsub://"
ARN_PREFIX = "arn:aws"


def scheme_of(uri: str) -> str:
    """Where a subscription leads: "pubsub", "eventbridge" or "http"."""
    if str(uri).startswith(PUBSUB):
        return "pubsub"
    return "eventbridge" if str(uri).startswith(ARN_PREFIX) else "http"


@backed(description="An event source of Amazon EventBridge.")
class WebhookEventBridgeEndpoint(Backed):
    arn: ARN = column("uri", description="Its name at Amazon.")


@backed(description="An address that is called.")
class WebhookHttpEndpoint(Backed):
    callback_url: URL = column("uri", description="The address.")


@backed(description="A topic of Google Cloud Pub/Sub.")
class WebhookPubSubEndpoint(Backed):
    pub_sub_project: str = column(
        "uri",
        compute=lambda uri: uri.removeprefix(PUBSUB).partition(":")[0],
        description="The project's id at Google.",
    )
    pub_sub_topic: str = column(
        "uri", compute=lambda uri: uri.removeprefix(PUBSUB).partition(":")[2], description="The topic's id there."
    )


WebhookSubscriptionEndpoint = Annotated[
    WebhookEventBridgeEndpoint | WebhookHttpEndpoint | WebhookPubSubEndpoint,
    strawberry.union("WebhookSubscriptionEndpoint", description="Where events are sent."),
]


@backed(description="The name of a metafield.")
class WebhookSubscriptionMetafieldIdentifier(Backed):
    key: str = column("key", description="Its name within the namespace.")
    namespace: str = column("namespace", description="The name of the group it belongs to.")


_subscription_id = GidOf("WebhookSubscription")


@backed(description="An app's wish to be told of something.")
class WebhookSubscription(Backed, LegacyInteroperability, Node):
    callback_url: URL = column("uri", description="Where events are sent.", deprecated="Use `uri`.")
    created_at: DateTime = column("created_at", compute=format_utc, description="When it was made.")
    filter: str | None = column("filter", description="Which events are sent, in the search syntax of webhooks.")
    format: WebhookSubscriptionFormat = column("format", description="In what events are written.")
    id: strawberry.ID = column("id", compute=_subscription_id, description="The global id.")
    include_fields: list[str] = column(
        "include_fields", compute=decoded, description="The fields that are sent; empty for all of them."
    )
    legacy_resource_id: UnsignedInt64 = column("id", compute=str, description="The number within the REST API.")
    metafield_namespaces: list[str] = column(
        "metafield_namespaces", compute=decoded, description="The groups of metafields that are sent."
    )
    metafields: list[WebhookSubscriptionMetafieldIdentifier] = parsed(
        "WebhookSubscriptionMetafieldIdentifier",
        "metafields",
        many=True,
        description="The metafields that are sent.",
    )
    name: str | None = column("name", description="A name by which the receiver tells subscriptions apart.")
    topic: WebhookSubscriptionTopic = column("topic", description="What is told.")
    updated_at: DateTime = column("updated_at", compute=format_utc, description="When it last changed.")
    uri: str = column("uri", description="Where events are sent: an address, a Pub/Sub topic or an ARN.")

    @computed(description="The API version in which events are written.")
    def api_version(self, info: strawberry.Info) -> ApiVersion:
        return api_version(info.context, self.row["api_version"])

    @computed(description="Where events are sent.", deprecated="Use `uri`.")
    def endpoint(self) -> WebhookSubscriptionEndpoint:
        scheme = scheme_of(self.row["uri"])
        if scheme == "http":
            return WebhookHttpEndpoint(row=self.row)
        if scheme == "pubsub":
            return WebhookPubSubEndpoint(row=self.row)
        return WebhookEventBridgeEndpoint(row=self.row)
