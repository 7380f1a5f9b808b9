"""The notification that a flow sends to a URL."""

import orjson

from abandoned_checkouts.access.approvals import Approvals, shows_url
from abandoned_checkouts.automations.flow import SendNotification
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.moment import format_utc, to_datetime
from abandoned_checkouts.checkouts.recovery_link import recovery_key_of
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.stored_document import document_of
from abandoned_checkouts.recovery.links import cart_link
from abandoned_checkouts.shopify.formats.webhooks.payload import payload
from abandoned_checkouts.shopify.formats.webhooks.signature import signature
from abandoned_checkouts.shopify.permissions.protected_json import redacted
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.work.own_topics import SIGNATURE
from abandoned_checkouts.work.sender import SHOPIFY_SECONDS, Message

TOPIC, CODE_TOPIC = "abandoned_checkouts/automation", "abandoned_checkouts/discount_code"
# The last API version in which a checkout has its id.
_VERSION = "2026-01"


def notification(
    shop: Shop,
    flow_name: str,
    checkout: Checkout,
    action: SendNotification,
    step: Row,
    address: str,
    approvals: Approvals,
    now: int,
) -> Message:
    """The checkout in the form of Shopify's REST API, with the headers of our own webhooks."""
    shown = redacted(
        payload("CHECKOUTS_UPDATE", document_of(checkout), shop, _VERSION, address), approvals, to_datetime(now)
    )
    link = cart_link(address, shop, checkout, recovery_key_of(shop, checkout))
    body = orjson.dumps(
        {
            "topic": TOPIC,
            "flow": flow_name,
            "shop_domain": shop.domain,
            "recovery_link": link if shows_url(approvals, to_datetime(now)) else None,
            "checkout": shown,
        }
    )
    return _message(shop, action.address, TOPIC, body, step)


def new_code_message(
    shop: Shop, flow_name: str, checkout: Checkout, address: str, step: Row, code: str, expires_at: int | None
) -> Message:
    """Asks the shop to create a discount code. It says nothing about the buyer."""
    body = orjson.dumps(
        {
            "topic": CODE_TOPIC,
            "flow": flow_name,
            "shop_domain": shop.domain,
            "checkout_id": checkout.id,
            "code": code,
            "expires_at": None if expires_at is None else format_utc(expires_at),
        }
    )
    return _message(shop, address, CODE_TOPIC, body, step)


def _message(shop: Shop, address: str, topic: str, body: bytes, step: Row) -> Message:
    # A crash or a lost response repeats the message, with the same id. By this header, many servers process a repeated
    # request once.
    message_id = str(step["message_id"])
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Abandoned-Checkouts",
        "Idempotency-Key": message_id,
        "X-Abandoned-Checkouts-Topic": topic,
        "X-Abandoned-Checkouts-Shop-Domain": shop.domain,
        "X-Abandoned-Checkouts-Webhook-Id": message_id,
        SIGNATURE: signature(body, notification_secret(shop)),
    }
    return Message(address, headers, body, SHOPIFY_SECONDS)


def notification_secret(shop: Shop) -> str:
    """The secret that signs a shop's notifications (HMAC-SHA256, base64)."""
    return derived_token(shop.secret, "notification", "")
