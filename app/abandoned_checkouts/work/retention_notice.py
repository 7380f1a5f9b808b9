"""Warns the subscribers of a shop that retention will change checkouts. The message has no personal data."""

import orjson

from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.moment import DAY, format_microseconds, format_utc
from abandoned_checkouts.checkouts.randomness import random_uuid
from abandoned_checkouts.checkouts.retention_policy import RetentionPolicy, start_of_day
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.outbox.deliveries import add_deliveries
from abandoned_checkouts.store.outbox.subscriptions import Subscription, list_subscriptions
from abandoned_checkouts.work.own_topics import RETENTION_ANNOUNCED, headers
from abandoned_checkouts.work.sender import body_hash

# These deliveries have no stored event, because an event is about a checkout.
_NO_EVENT = 0


async def warn_subscribers(
    connection: Connection, shop: Shop, policy: RetentionPolicy, checkouts: int, now: int
) -> None:
    """Queue a message to each subscription to the topic, in the transaction of the announcement."""
    found = [each for each in await list_subscriptions(connection, shop.id) if each.topic == RETENTION_ANNOUNCED]
    if found:
        body = announcement(shop, policy, checkouts, now)
        await add_deliveries(connection, [_delivery(shop, each, body, now) for each in found])


def announcement(shop: Shop, policy: RetentionPolicy, checkouts: int, now: int) -> Json:
    """The action, the number of checkouts, the reason, and the first day (UTC)."""
    return {
        "topic": RETENTION_ANNOUNCED,
        "event_id": str(random_uuid()),
        "occurred_at": format_microseconds(now),
        "shop_domain": shop.domain,
        "checkouts": checkouts,
        "unchanged_for_days": policy.age // DAY,
        "action": policy.action,
        "from": format_utc(start_of_day(now) + policy.grace)[:10],
    }


def _delivery(shop: Shop, subscription: Subscription, content: Json, now: int) -> Row:
    webhook_id, body = str(random_uuid()), orjson.dumps(content).decode()
    event = {"action_id": content["event_id"], "occurred_at": now}
    return {
        "shop_id": shop.id,
        "event_id": _NO_EVENT,
        "dialect": subscription.dialect,
        "subscription_id": subscription.id,
        "owner_id": subscription.owner_id,
        "subject": "retention",
        "topic": RETENTION_ANNOUNCED,
        "webhook_id": webhook_id,
        "address": subscription.address,
        "headers": orjson.dumps(headers(RETENTION_ANNOUNCED, event, shop, webhook_id)).decode(),
        "body": body,
        "body_hash": body_hash(body),
        "created_at": now,
    }
