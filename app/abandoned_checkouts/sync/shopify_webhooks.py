"""Subscribes to the webhooks of a Shopify source, so that changes arrive between two runs.

Deletions are not subscribed to: a copy keeps what the source deletes.
"""

from abandoned_checkouts.sync.shopify_graphql import ShopifyGraphql
from abandoned_checkouts.sync.source import SourceError

TOPICS = ("CHECKOUTS_CREATE", "CHECKOUTS_UPDATE")

_LIST = "query SyncWebhooks { webhookSubscriptions(first: 100) { nodes { topic uri } } }"
_CREATE = """mutation SyncSubscribe($topic: WebhookSubscriptionTopic!, $uri: String!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: {uri: $uri, format: JSON}) { userErrors { message } }
}"""


async def subscribe(graphql: ShopifyGraphql, address: str) -> None:
    """Subscribe to the topics that are not subscribed to with this address yet. Raises SourceError."""
    known = (await graphql.ask(_LIST))["webhookSubscriptions"]["nodes"]
    there = {each["topic"] for each in known if each["uri"] == address}
    for topic in TOPICS:
        if topic not in there:
            made = await graphql.ask(_CREATE, {"topic": topic, "uri": address})
            errors = made["webhookSubscriptionCreate"]["userErrors"]
            if errors:
                raise SourceError(f"the source refuses webhooks to {address}: {errors[0]['message']}")
