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
    # An order of a checkout that is not stored. Flows stop sending mails to its buyer. Clients cannot subscribe to it.
    "order_placed",
]
