"""The notification that a flow sends to an address of its shop."""

import orjson

from app.automations.flow import SendNotification
from app.checkouts.checkout import Checkout
from app.checkouts.document import document_of
from app.checkouts.identity import derived_token
from app.checkouts.shop import Shop
from app.recovery.links import cart_link
from app.shopify.webhooks.payload import payload
from app.shopify.webhooks.sign import signature
from app.store.recovery import recovery_key_of
from app.work.own_topics import SIGNATURE
from app.work.send import SHOPIFY_SECONDS, Message

TOPIC = "abandoned_checkouts/automation"
# The last version in which a checkout bears its id.
_VERSION = "2026-01"


def notification(
    shop: Shop, flow_name: str, checkout: Checkout, action: SendNotification, step: dict[str, object], address: str
) -> Message:
    """The checkout as Shopify's REST API gives it, under the headers of this server's own webhooks."""
    body = orjson.dumps(
        {
            "topic": TOPIC,
            "flow": flow_name,
            "shop_domain": shop.domain,
            "recovery_link": cart_link(address, shop, checkout, recovery_key_of(shop, checkout)),
            "checkout": payload("CHECKOUTS_UPDATE", document_of(checkout), shop, _VERSION, address),
        }
    )
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Abandoned-Checkouts",
        "X-Abandoned-Checkouts-Topic": TOPIC,
        "X-Abandoned-Checkouts-Shop-Domain": shop.domain,
        "X-Abandoned-Checkouts-Webhook-Id": str(step["message_id"]),
        SIGNATURE: signature(body, notification_secret(shop)),
    }
    return Message(action.address, headers, body, SHOPIFY_SECONDS)


def notification_secret(shop: Shop) -> str:
    """What signs a shop's notifications, by HMAC-SHA256 in base64."""
    return derived_token(shop.secret, "notification", "")
