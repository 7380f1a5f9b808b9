"""Enum values that errors of Shopify list, although its published schemas do not have them.

If a variable has an invalid value for an enum, Shopify's error lists all values. In a response of 2026-04 (recorded),
the list for WebhookSubscriptionTopic contains these six at these positions.
"""

from collections.abc import Iterable, Mapping

__all__ = ["listed_values"]

# Enum → unpublished value → the value before it in the list, or None if it is first.
_UNPUBLISHED: Mapping[str, Mapping[str, str | None]] = {
    "WebhookSubscriptionTopic": {
        "TAX_SUMMARIES_CREATE": None,
        "ATTRIBUTED_SESSIONS_FIRST": "FULFILLMENTS_UPDATE",
        "ATTRIBUTED_SESSIONS_LAST": "ATTRIBUTED_SESSIONS_FIRST",
        "TAX_PARTNERS_UPDATE": "SHOP_UPDATE",
        "PUBLICATIONS_DELETE": "FULFILLMENT_ORDERS_RESCHEDULED",
        "CHECKOUT_AND_ACCOUNTS_CONFIGURATIONS_UPDATE": "MARKETS_BACKUP_REGION_UPDATE",
    }
}


def listed_values(enum: str, published: Iterable[str]) -> list[str]:
    """The values of an enum as an error lists them."""
    values = list(published)
    for value, previous in _UNPUBLISHED.get(enum, {}).items():
        if previous is None or previous in values:
            values.insert(0 if previous is None else values.index(previous) + 1, value)
    return values
