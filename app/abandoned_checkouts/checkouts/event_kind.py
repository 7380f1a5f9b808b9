"""The kinds of events: what can change about a checkout, a cart, a customer or a bulk operation."""

from typing import Literal

EventKind = Literal[
    "checkout_created",
    "checkout_updated",
    "checkout_completed",
    "checkout_abandoned",
    "checkout_recovered",
    "checkout_lapsed",
    "checkout_closed",
    "checkout_deleted",
    "checkout_withdrawn",
    "checkout_erased",
    "checkout_activity",
    "recovery_link_visited",
    "cart_created",
    "cart_updated",
    "customer_created",
    "customer_updated",
    "customer_deleted",
    "customer_disabled",
    "customer_enabled",
    "customer_email_marketing_consent_updated",
    "customer_marketing_consent_updated",
    "bulk_operation_finished",
    # An order that names no checkout of ours. Nobody can subscribe to it: flows stop writing to its buyer.
    "order_placed",
]
