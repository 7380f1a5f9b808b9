"""Webhook subscriptions: the events that an app receives, and their destination."""

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
    """The kind of destination: "pubsub", "eventbridge" or "http"."""
    if str(uri).startswith(PUBSUB):
        return "pubsub"
    return "eventbridge" if str(uri).startswith(ARN_PREFIX) else "http"


@backed(description="An event source of Amazon EventBridge.")
class WebhookEventBridgeEndpoint(Backed):
    arn: ARN = column("uri", description="The ARN of the event source.")


@backed(description="A URL that receives events.")
class WebhookHttpEndpoint(Backed):
    callback_url: URL = column("uri", description="The URL.")


@backed(description="A topic of Google Cloud Pub/Sub.")
class WebhookPubSubEndpoint(Backed):
    pub_sub_project: str = column(
        "uri",
        compute=lambda uri: uri.removeprefix(PUBSUB).partition(":")[0],
        description="The id of the Google Cloud project.",
    )
    pub_sub_topic: str = column(
        "uri", compute=lambda uri: uri.removeprefix(PUBSUB).partition(":")[2], description="The id of the topic."
    )


WebhookSubscriptionEndpoint = Annotated[
    WebhookEventBridgeEndpoint | WebhookHttpEndpoint | WebhookPubSubEndpoint,
    strawberry.union("WebhookSubscriptionEndpoint", description="The destination of the events."),
]


@backed(description="The identifier of a metafield.")
class WebhookSubscriptionMetafieldIdentifier(Backed):
    key: str = column("key", description="The key within the namespace.")
    namespace: str = column("namespace", description="The namespace.")


# Recorded, for Amazon's and Google's destinations.
_CLOUD_URL = "https://eventbridge.arn"


def _callback_url(uri: str) -> str:
    return uri if scheme_of(uri) == "http" else _CLOUD_URL


_subscription_id = GidOf("WebhookSubscription")


@backed(description="An app's subscription to a topic of events.")
class WebhookSubscription(Backed, LegacyInteroperability, Node):
    callback_url: URL = column(
        "uri",
        compute=_callback_url,
        description="The URL that receives the events; `https://eventbridge.arn` for a destination in a cloud.",
        deprecated="Use `uri`.",
    )
    created_at: DateTime = column("created_at", compute=format_utc, description="When the subscription was created.")
    filter: str | None = column(
        "filter", description="The filter that events must match, in the search syntax of webhooks."
    )
    format: WebhookSubscriptionFormat = column("format", description="The format of the events.")
    id: strawberry.ID = column("id", compute=_subscription_id, description="The global id.")
    include_fields: list[str] = column(
        "include_fields", compute=decoded, description="The fields to send; all fields if empty."
    )
    legacy_resource_id: UnsignedInt64 = column("id", compute=str, description="The id in the REST API.")
    metafield_namespaces: list[str] = column(
        "metafield_namespaces", compute=decoded, description="The namespaces of the metafields to send."
    )
    metafields: list[WebhookSubscriptionMetafieldIdentifier] = parsed(
        "WebhookSubscriptionMetafieldIdentifier",
        "metafields",
        many=True,
        description="The metafields to send.",
    )
    name: str | None = column("name", description="A name that identifies the subscription to the receiver.")
    topic: WebhookSubscriptionTopic = column("topic", description="The topic of the events.")
    updated_at: DateTime = column(
        "updated_at", compute=format_utc, description="When the subscription was last updated."
    )
    uri: str = column("uri", description="The destination of the events: a URL, a Pub/Sub topic or an ARN.")

    @computed(description="The API version of the events.")
    def api_version(self, info: strawberry.Info) -> ApiVersion:
        return api_version(info.context, self.row["api_version"])

    @computed(description="The destination of the events.", deprecated="Use `uri`.")
    def endpoint(self) -> WebhookSubscriptionEndpoint:
        scheme = scheme_of(self.row["uri"])
        if scheme == "http":
            return WebhookHttpEndpoint(row=self.row)
        if scheme == "pubsub":
            return WebhookPubSubEndpoint(row=self.row)
        return WebhookEventBridgeEndpoint(row=self.row)
