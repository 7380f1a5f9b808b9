"""The tables for SQLite and PostgreSQL, one module for each subject.

Provides SQLAlchemy tables. Keys start with the shop, so a row can only be found with its shop. Money is an integer of
ten-thousandths, a moment is an integer of microseconds in UTC, JSON is a text. Imports no other package.
"""

from abandoned_checkouts.store.tables.audit_log import audit_log
from abandoned_checkouts.store.tables.bulk_operations import bulk_operations, result_files
from abandoned_checkouts.store.tables.catalog import metafields, orders, product_images, product_variants, products
from abandoned_checkouts.store.tables.checkouts import abandoned_checkouts, abandonments, activities, line_items
from abandoned_checkouts.store.tables.columns import metadata
from abandoned_checkouts.store.tables.customers import (
    customers,
    deleted_customers,
    email_opens,
    erasure_requests,
    purchases,
)
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
    discount_codes,
    flow_mails,
    flow_people,
    flow_steps,
    flows,
    issued_codes,
    merchant_tasks,
    recovery_discounts,
    sold_out,
    unsubscribed,
)
from abandoned_checkouts.store.tables.idempotency import idempotent_requests
from abandoned_checkouts.store.tables.mail_bounces import blocked_addresses, mail_bounces
from abandoned_checkouts.store.tables.merchant import (
    merchant_exports,
    merchant_links,
    merchant_notes,
    merchant_sessions,
    merchant_users,
)
from abandoned_checkouts.store.tables.record_changes import record_changes
from abandoned_checkouts.store.tables.reports import (
    report_actions,
    report_changes,
    report_checkouts,
    report_days,
    report_products,
    report_progress,
)
from abandoned_checkouts.store.tables.retention import retention_marks
from abandoned_checkouts.store.tables.shops import apps, saved_searches, shops, tokens
from abandoned_checkouts.store.tables.store_secrets import store_secrets
from abandoned_checkouts.store.tables.syncs import synced_checkouts, syncs
from abandoned_checkouts.store.tables.used_seeds import twin_seeds
from abandoned_checkouts.store.tables.webhooks import webhook_subscriptions

__all__ = [
    "abandoned_checkouts",
    "abandonments",
    "activities",
    "apps",
    "audit_log",
    "blocked_addresses",
    "bulk_operations",
    "carts",
    "customers",
    "deleted_customers",
    "deliveries",
    "delivery_attempts",
    "discount_codes",
    "email_opens",
    "erasure_requests",
    "event_subscriptions",
    "events",
    "flow_mails",
    "flow_people",
    "flow_steps",
    "flows",
    "idempotent_requests",
    "issued_codes",
    "line_items",
    "mail_bounces",
    "merchant_exports",
    "merchant_links",
    "merchant_notes",
    "merchant_sessions",
    "merchant_tasks",
    "merchant_users",
    "metadata",
    "metafields",
    "open_checkouts",
    "orders",
    "product_images",
    "product_variants",
    "products",
    "purchases",
    "received_webhooks",
    "record_changes",
    "recovery_discounts",
    "report_actions",
    "report_changes",
    "report_checkouts",
    "report_days",
    "report_products",
    "report_progress",
    "result_files",
    "retention_marks",
    "saved_searches",
    "shops",
    "sold_out",
    "store_secrets",
    "synced_checkouts",
    "syncs",
    "tokens",
    "twin_seeds",
    "unsubscribed",
    "webhook_subscriptions",
]
