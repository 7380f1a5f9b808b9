"""Events, subscriptions, deliveries and their attempts; open checkouts and carts; received webhooks.

Events and deliveries are numbered over all shops in the order in which they were written: the scheduler reads them in
this order. All other reads name the shop.
"""

from sqlalchemy import Column, Index, Table, Text

from abandoned_checkouts.store.tables.columns import (
    json_text,
    key,
    metadata,
    moment,
    number,
    partial_index,
    serial,
    shop_key,
    small_number,
    words,
)
from abandoned_checkouts.store.tables.encrypted import secret_words


def _text_key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


open_checkouts = Table(
    "open_checkouts",
    metadata,
    shop_key(),
    _text_key("token"),
    number("id"),
    words("cart_token", optional=True),
    # open | completed | deleted. Rows are kept for some time, so that a late report does not open the checkout again.
    words("state"),
    # The whole checkout (see checkouts/stored_document).
    json_text("document", default="{}"),
    small_number("version", default=1),
    moment("created_at"),
    moment("updated_at"),
    # When the buyer first entered contact data, and when the checkout becomes abandoned unless it is completed.
    moment("contact_at", optional=True),
    moment("due_at", optional=True),
    moment("seen_at"),
    partial_index("ix_open_checkouts_due", "due_at", where="due_at IS NOT NULL"),
    partial_index("ix_open_checkouts_due_in_shop", "shop_id", "due_at", where="due_at IS NOT NULL"),
    Index("ix_open_checkouts_by_id", "shop_id", "id"),
    Index("ix_open_checkouts_by_cart_token", "shop_id", "cart_token"),
    Index("ix_open_checkouts_by_seen_at", "seen_at"),
)

carts = Table(
    "carts",
    metadata,
    shop_key(),
    _text_key("token"),
    json_text("document", default="{}"),
    moment("updated_at"),
    moment("seen_at"),
    Index("ix_carts_by_seen_at", "seen_at"),
)

received_webhooks = Table(
    "received_webhooks",
    metadata,
    shop_key(),
    _text_key("webhook_id"),
    words("topic"),
    moment("received_at"),
    # Why a webhook was rejected. The body is stored only for rejected webhooks.
    words("problem", optional=True),
    words("body", optional=True),
    Index("ix_received_webhooks_by_received_at", "received_at"),
)

events = Table(
    "events",
    metadata,
    shop_key(),
    serial(),
    words("kind"),
    # For example "checkout/1000001". Events of a subject are delivered to an address in their order.
    words("subject"),
    number("checkout_id", optional=True),
    # The same for all events of one action.
    words("action_id"),
    words("event_id"),
    small_number("sequence", default=1),
    moment("occurred_at"),
    # The checkout, cart, customer or bulk operation after the event, as JSON.
    json_text("document", default="{}"),
    moment("dispatched_at", optional=True),
    # The trace of the request or sync that wrote the event, if traces are on (https://www.w3.org/TR/trace-context). It
    # identifies a request, not a person, so an erasure leaves it.
    words("traceparent", optional=True),
    partial_index("ix_events_waiting", "id", where="dispatched_at IS NULL"),
    partial_index("ix_events_waiting_in_shop", "shop_id", "id", where="dispatched_at IS NULL"),
    Index("ix_events_by_checkout", "shop_id", "checkout_id", "id"),
    Index("ix_events_by_occurred_at", "occurred_at"),
)

event_subscriptions = Table(
    "event_subscriptions",
    metadata,
    shop_key(),
    key(),
    # wix | own
    words("dialect"),
    words("topic"),
    words("address"),
    # Deliveries are signed with it: a shared secret (own) or a private key in PEM (wix).
    secret_words("secret"),
    # The app and the installation that receive the event; the JWT contains them.
    words("app_id", optional=True),
    words("instance_id", optional=True),
    moment("created_at"),
    moment("succeeded_at", optional=True),
    # The app that created the subscription. Null is the merchant, who used the command line.
    number("owner_id", optional=True),
    Index("uq_event_subscriptions_address", "shop_id", "dialect", "topic", "address", unique=True),
)

deliveries = Table(
    "deliveries",
    metadata,
    shop_key(),
    serial(),
    number("event_id"),
    # shopify | wix | own | compliance. For compliance, subscription_id is the number of the app.
    words("dialect"),
    number("subscription_id"),
    words("subject"),
    words("topic"),
    # The same for all attempts, so that a receiver recognizes a repeated delivery.
    words("webhook_id"),
    words("address"),
    json_text("headers", default="{}"),
    # Encrypted if the topic is a compliance topic.
    words("body"),
    words("body_hash"),
    # waiting | delivered | failed | cancelled
    words("state"),
    small_number("attempts", default=0),
    # For a waiting delivery, when the next attempt is due. During an attempt, a moment after the end of the attempt.
    moment("due_at"),
    words("claim", optional=True),
    moment("created_at"),
    moment("first_attempt_at", optional=True),
    moment("finished_at", optional=True),
    number("status", optional=True),
    words("problem", optional=True),
    partial_index("ix_deliveries_due", "due_at", "id", where="state = 'waiting'"),
    partial_index("ix_deliveries_due_in_shop", "shop_id", "due_at", "id", where="state = 'waiting'"),
    partial_index(
        "ix_deliveries_due_of_subscription",
        "shop_id",
        "dialect",
        "subscription_id",
        "due_at",
        "id",
        where="state = 'waiting'",
    ),
    partial_index("ix_deliveries_waiting", "shop_id", "dialect", "address", "subject", "id", where="state = 'waiting'"),
    # The app that owns the subscription; null is the merchant.
    number("owner_id", optional=True),
    # That of the event. Attempts continue the trace.
    words("traceparent", optional=True),
    Index("ix_deliveries_by_subject", "shop_id", "dialect", "subscription_id", "subject", "id"),
    Index("ix_deliveries_by_created_at", "shop_id", "created_at", "id"),
    Index("ix_deliveries_by_event", "shop_id", "event_id"),
)

delivery_attempts = Table(
    "delivery_attempts",
    metadata,
    shop_key(),
    key("delivery_id"),
    key("attempt"),
    moment("started_at"),
    number("milliseconds"),
    number("status", optional=True),
    words("problem", optional=True),
    words("response", optional=True),
    sqlite_with_rowid=False,
)
