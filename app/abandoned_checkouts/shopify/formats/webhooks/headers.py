"""The headers of a webhook. The signature is added on sending, so that waiting deliveries use a new secret."""

from abandoned_checkouts.checkouts.moment import to_datetime
from abandoned_checkouts.shopify.formats.webhooks.topics import header_topic

SIGNATURE = "X-Shopify-Hmac-Sha256"
AGENT = "Abandoned-Checkouts"


def headers(
    topic: str,
    *,
    domain: str,
    version: str,
    webhook_id: str,
    event_id: str,
    triggered_at: int,
    name: str | None,
    media_type: str = "application/json",
) -> dict[str, str]:
    """All headers except the signature. All deliveries of an event have the same `event_id`."""
    values = {
        "Content-Type": media_type,
        "Accept": "*/*",
        "User-Agent": AGENT,
        "X-Shopify-Topic": header_topic(topic),
        "X-Shopify-Shop-Domain": domain,
        "X-Shopify-API-Version": version,
        "X-Shopify-Webhook-Id": webhook_id,
        "X-Shopify-Event-Id": event_id,
        # Nine decimals of a second, as in recorded deliveries.
        "X-Shopify-Triggered-At": f"{to_datetime(triggered_at):%Y-%m-%dT%H:%M:%S.%f}000Z",
        "X-Shopify-Test": "false",
    }
    if name:
        values["X-Shopify-Name"] = name
    return values
