"""Creates the message about an event for a subscription, in one of three formats: shopify, wix or own."""

import orjson

from abandoned_checkouts.access.approvals import approvals_of
from abandoned_checkouts.checkouts.moment import to_datetime
from abandoned_checkouts.checkouts.randomness import random_uuid
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.formats.webhooks.filter import matches
from abandoned_checkouts.shopify.formats.webhooks.headers import SIGNATURE, headers
from abandoned_checkouts.shopify.formats.webhooks.included_fields import included
from abandoned_checkouts.shopify.formats.webhooks.payload import payload
from abandoned_checkouts.shopify.formats.webhooks.signature import signature
from abandoned_checkouts.shopify.formats.webhooks.topics import DEBOUNCED, TOPICS
from abandoned_checkouts.shopify.formats.webhooks.xml import root_of, to_xml
from abandoned_checkouts.shopify.permissions.protected_json import redacted
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.outbox.subscriptions import Subscription
from abandoned_checkouts.work import own_topics, wix_topics
from abandoned_checkouts.work.retry import SHOPIFY, WIX, Schedule
from abandoned_checkouts.work.sender import SHOPIFY_SECONDS, WIX_SECONDS, Message, body_hash


def topic_of(event: Row, dialect: str) -> str | None:
    """The topic of an event in a dialect, or None if the dialect has no topic for it."""
    topics = {"shopify": TOPICS, "wix": wix_topics.TOPICS, "own": own_topics.TOPICS}[dialect]
    return topics.get(event["kind"])


def delivery(event: Row, subscription: Subscription, shop: Shop, now: int, address: str) -> Row | None:
    """The row of a delivery, or None if the subscription's filter excludes the event or Wix has no such event.

    `address` is this server's URL without a trailing slash.
    """
    webhook_id, topic = str(random_uuid()), subscription.topic
    if subscription.dialect == "wix":
        if not wix_topics.concerns_wix(event):
            return None
        body, sent = wix_topics.body(event, subscription, shop, now, address), wix_topics.HEADERS
    elif subscription.dialect == "own":
        own = own_topics.body(topic, event, shop, address)
        own["checkout"] = redacted(own["checkout"], approvals_of(subscription.app_settings), to_datetime(now))
        body = orjson.dumps(own).decode()
        sent = own_topics.headers(topic, event, shop, webhook_id)
    else:
        complete = payload(topic, event["document"], shop, subscription.api_version, address)
        approved = redacted(complete, approvals_of(subscription.app_settings), to_datetime(now))
        content = included(approved, subscription.include_fields)
        if not matches(subscription.filter, content):
            return None
        is_xml = subscription.format == "XML"
        body = to_xml(root_of(topic), content) if is_xml else orjson.dumps(content).decode()
        sent = headers(
            topic,
            domain=shop.domain,
            version=subscription.api_version,
            webhook_id=webhook_id,
            event_id=event["action_id"],
            triggered_at=event["occurred_at"],
            name=subscription.name,
            media_type="application/xml" if is_xml else "application/json",
        )
    return {
        "shop_id": shop.id,
        "event_id": event["id"],
        "dialect": subscription.dialect,
        "subscription_id": subscription.id,
        "owner_id": subscription.owner_id,
        "subject": event["subject"],
        "topic": topic,
        "webhook_id": webhook_id,
        "address": subscription.address,
        "headers": orjson.dumps(sent).decode(),
        "body": body,
        "body_hash": body_hash(body),
        "created_at": now,
        "traceparent": event["traceparent"],
    }


def is_debounced(subscription: Subscription) -> bool:
    """Whether a message is skipped if its body equals the previous body about the same subject."""
    return subscription.dialect == "shopify" and subscription.topic in DEBOUNCED


def message(row: Row, subscription: Subscription, seconds: float | None) -> Message:
    """The HTTP request for a delivery, signed with the subscription's current secret.

    `seconds` overrides the platform's time limit for the response.
    """
    body, sent = row["body"].encode(), orjson.loads(row["headers"])
    if row["dialect"] == "wix":
        return Message(row["address"], sent, body, seconds or WIX_SECONDS, only_200=True)
    name = own_topics.SIGNATURE if row["dialect"] == "own" else SIGNATURE
    return Message(
        row["address"], {**sent, name: signature(body, subscription.secret)}, body, seconds or SHOPIFY_SECONDS
    )


def schedule_of(dialect: str) -> Schedule:
    return WIX if dialect == "wix" else SHOPIFY


def is_removed_after_failures(dialect: str) -> bool:
    """Whether a subscription is deleted after all attempts of a delivery have failed, as Shopify does."""
    return dialect != "wix"
