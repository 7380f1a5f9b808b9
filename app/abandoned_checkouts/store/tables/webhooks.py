"""Subscriptions to Shopify's webhooks, which webhookSubscriptionCreate creates."""

from sqlalchemy import Index, Table

from abandoned_checkouts.store.tables.columns import json_text, key, metadata, moment, number, shop_key, words

webhook_subscriptions = Table(
    "webhook_subscriptions",
    metadata,
    shop_key(),
    key(),
    # The app that created the subscription. Deliveries are signed with the app's secret.
    number("app_id"),
    # A value of WebhookSubscriptionTopic: CHECKOUTS_UPDATE.
    words("topic"),
    words("uri"),
    words("format", default="JSON"),
    words("filter", optional=True),
    json_text("include_fields", default="[]"),
    json_text("metafield_namespaces", default="[]"),
    # Objects of namespace and key.
    json_text("metafields", default="[]"),
    words("name", optional=True),
    words("api_version"),
    moment("created_at"),
    moment("updated_at"),
    # When a delivery last succeeded. If all attempts of a delivery fail and this is too long ago, the subscription is
    # deleted.
    moment("succeeded_at", optional=True),
    Index("ix_webhook_subscriptions_by_topic", "shop_id", "topic"),
    Index("ix_webhook_subscriptions_by_created_at", "shop_id", "created_at", "id"),
    Index("ix_webhook_subscriptions_by_updated_at", "shop_id", "updated_at", "id"),
)
