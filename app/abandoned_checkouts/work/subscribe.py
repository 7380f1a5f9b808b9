"""Creates subscriptions to Wix's events and to our own topics. Shopify's are created through its API."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from abandoned_checkouts.checkouts.randomness import random_hex
from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.shop_addresses import is_web_address
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.outbox.subscriptions import (
    Dialect,
    SubscriptionError,
    add_subscription,
    list_subscriptions,
)
from abandoned_checkouts.store.tenants.installations import find_installations
from abandoned_checkouts.wix.event_tokens import EVENT_TYPES, new_private_key, public_key
from abandoned_checkouts.work import own_topics
from abandoned_checkouts.work.targets import is_public

# The topics of each format, by full name and by short name, for example `abandoned`.
TOPICS: dict[Dialect, tuple[str, ...]] = {
    "wix": tuple(EVENT_TYPES.values()),
    "own": (*own_topics.TOPICS.values(), own_topics.RETENTION_ANNOUNCED),
}
# Shopify's maximum, 64 KiB.
_LONGEST_ADDRESS = 64 * 1024


@dataclass(frozen=True, slots=True)
class Subscribed:
    """`secret` is what the receiver verifies events with: for our own topics a shared secret, for Wix a public key in
    PEM."""

    id: int
    dialect: Dialect
    topic: str
    address: str
    secret: str


async def subscribe(
    connection: Connection,
    shop: Shop,
    dialect: Dialect,
    topic: str,
    address: str,
    *,
    now: int,
    client_id: str | None = None,
    secret: str | None = None,
    reach: Reach = Reach.PUBLIC,
    owner_id: int | None = None,
) -> Subscribed:
    """Create a subscription. Raises SubscriptionError.

    `client_id` is the app that receives Wix's events. All subscriptions of an app have the same key.
    """
    topic = _topic(dialect, topic)
    check_address(address, reach)
    if dialect == "own":
        secret = secret or random_hex(32)
        number = await add_subscription(
            connection, shop, dialect, topic, address, secret=secret, now=now, owner_id=owner_id
        )
        return Subscribed(number, dialect, topic, address, secret)
    app_id, instance_id = await _installation(connection, shop, client_id)
    key = await _key(connection, shop, app_id)
    names = {"secret": key, "app_id": app_id, "instance_id": instance_id}
    number = await add_subscription(connection, shop, dialect, topic, address, now=now, owner_id=owner_id, **names)
    return Subscribed(number, dialect, topic, address, public_key(key))


def _topic(dialect: Dialect, topic: str) -> str:
    if dialect not in TOPICS:
        raise SubscriptionError(
            "the dialect must be wix or own; use webhookSubscriptionCreate to subscribe to Shopify's topics"
        )
    for known in TOPICS[dialect]:
        if topic == known or known.endswith((f"_{topic}", f"/{topic}")):
            return known
    raise SubscriptionError(f"{topic} is not a topic; it must be one of {', '.join(TOPICS[dialect])}")


class ForbiddenAddressError(SubscriptionError):
    """Only the setting `allow_private_targets` allows the address: it is without TLS or in a private network."""


def check_address(address: str, reach: Reach) -> None:
    """Raises SubscriptionError if events must not be sent to the address."""
    parts = urlsplit(address) if address.isascii() and is_web_address(address) else None
    is_plain = parts is not None and parts.scheme == "http" and not reach.includes(parts.hostname or "")
    if parts is None or is_plain or len(address) > _LONGEST_ADDRESS:
        error = ForbiddenAddressError if is_plain else SubscriptionError
        raise error(f"{address[:200]} is not a URL that events can be sent to; it must start with https://")
    host = parts.hostname or ""
    try:
        literal = ip_address(host)
    except ValueError:
        # The address of a host name is checked at each delivery (see targets).
        return
    if not is_public(literal) and not reach.includes(host):
        raise ForbiddenAddressError(f"{host} is in a private network, to which events are not sent")


async def _installation(connection: Connection, shop: Shop, client_id: str | None) -> tuple[str, str]:
    if client_id is None:
        raise SubscriptionError("the app's client id is missing; Wix's events are sent to an app")
    for each in await find_installations(connection, client_id):
        if each.shop.id == shop.id:
            return client_id, each.instance_id
    raise SubscriptionError(f"the app {client_id} is not installed on {shop.domain}; `app create` installs one")


async def _key(connection: Connection, shop: Shop, app_id: str) -> str:
    for known in await list_subscriptions(connection, shop.id, "wix"):
        if known.app_id == app_id:
            return known.secret
    return new_private_key()
