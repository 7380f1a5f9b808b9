"""One set of tables for SQLite and PostgreSQL. Every key begins with the shop, so that no row is reached without it.

Money columns are ten-thousandths, moments microseconds in UTC, JSON is text that this program wrote.
"""

from abandoned_checkouts.store.tables.bulk_operations import bulk_operations
from abandoned_checkouts.store.tables.catalog import metafields, orders, product_images, product_variants, products
from abandoned_checkouts.store.tables.checkouts import abandoned_checkouts, abandonments, activities, line_items
from abandoned_checkouts.store.tables.columns import metadata
from abandoned_checkouts.store.tables.customers import customers, deleted_customers, erasure_requests
from abandoned_checkouts.store.tables.events import (
    carts,
    deliveries,
    delivery_attempts,
    event_subscriptions,
    events,
    open_checkouts,
    received_webhooks,
)
from abandoned_checkouts.store.tables.flows import (
    flow_mails,
    flow_steps,
    flows,
    merchant_tasks,
    recovery_discounts,
    unsubscribed,
)
from abandoned_checkouts.store.tables.shops import apps, saved_searches, shops, tokens
from abandoned_checkouts.store.tables.webhooks import webhook_subscriptions

__all__ = [
    "abandoned_checkouts",
    "abandonments",
    "activities",
    "apps",
    "bulk_operations",
    "carts",
    "customers",
    "deleted_customers",
    "deliveries",
    "delivery_attempts",
    "erasure_requests",
    "event_subscriptions",
    "events",
    "flow_mails",
    "flow_steps",
    "flows",
    "line_items",
    "merchant_tasks",
    "metadata",
    "metafields",
    "open_checkouts",
    "orders",
    "product_images",
    "product_variants",
    "products",
    "received_webhooks",
    "recovery_discounts",
    "saved_searches",
    "shops",
    "tokens",
    "unsubscribed",
    "webhook_subscriptions",
]
