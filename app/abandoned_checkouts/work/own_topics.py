"""Our own webhook topics, for events that Shopify has no topic for. Their names and headers differ from Shopify's."""

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import format_microseconds
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.stored_document import read_checkout_document
from abandoned_checkouts.shopify.formats.webhooks.payload import payload
from abandoned_checkouts.store.engine.rows import Row

# Event kind → topic.
TOPICS = {
    "checkout_abandoned": "abandoned_checkouts/abandoned",
    "checkout_recovered": "abandoned_checkouts/recovered",
    "checkout_lapsed": "abandoned_checkouts/lapsed",
    "checkout_closed": "abandoned_checkouts/closed",
    "recovery_link_visited": "abandoned_checkouts/link_visited",
}
# A message about the shop and not about a checkout: see work/retention_notice.
RETENTION_ANNOUNCED = "abandoned_checkouts/retention_announced"
SIGNATURE = "X-Abandoned-Checkouts-Hmac-Sha256"
# The last API version of Shopify in which checkouts have an id.
_VERSION = "2026-01"
_MOMENTS = ("abandoned_at", "recovered_at", "lapsed_at", "completed_at", "closed_at")


def body(topic: str, event: Row, shop: Shop, address: str) -> UntypedJson:
    """The body: the event, the checkout as in Shopify's REST API, and the times of its lifecycle in UTC.

    `address` is this server's URL without a trailing slash.
    """
    checkout = read_checkout_document(event["document"])
    lifecycle = {name: getattr(checkout, name) for name in _MOMENTS}
    return {
        "topic": topic,
        "event_id": event["event_id"],
        "occurred_at": format_microseconds(event["occurred_at"]),
        "shop_domain": shop.domain,
        "life": {name: None if moment is None else format_microseconds(moment) for name, moment in lifecycle.items()},
        "checkout": payload("CHECKOUTS_UPDATE", event["document"], shop, _VERSION, address),
    }


def headers(topic: str, event: Row, shop: Shop, webhook_id: str) -> dict[str, str]:
    """All headers except the signature. That is in the header SIGNATURE and is computed as for Shopify's webhooks."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "Abandoned-Checkouts",
        "X-Abandoned-Checkouts-Topic": topic,
        "X-Abandoned-Checkouts-Shop-Domain": shop.domain,
        "X-Abandoned-Checkouts-Webhook-Id": webhook_id,
        "X-Abandoned-Checkouts-Event-Id": event["action_id"],
        "X-Abandoned-Checkouts-Triggered-At": format_microseconds(event["occurred_at"]),
    }
