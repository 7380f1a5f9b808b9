"""Making subscriptions to Wix's events and to topics of our own; Shopify's are made through its API."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from abandoned_checkouts.checkouts.randomness import random_hex
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

# What may be subscribed to, by dialect; Wix's short names (created …) are taken as well.
TOPICS: dict[Dialect, tuple[str, ...]] = {
    "wix": tuple(EVENT_TYPES.values()),
    "own": tuple(own_topics.TOPICS.values()),
}
# As Shopify's, which are 64 KiB at most.
_LONGEST_ADDRESS = 64 * 1024


@dataclass(frozen=True, slots=True)
class Subscribed:
    """`secret` verifies what is sent: the shared secret of an own topic, for Wix the public key in PEM."""

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
    allow_http: bool = False,
    owner_id: int | None = None,
) -> Subscribed:
    """Raises SubscriptionError. `client_id` names the app that Wix's events are for; all of one app share one key."""
    topic = _topic(dialect, topic)
    _check(address, allow_http)
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
        raise SubscriptionError("only wix and own are subscribed to here; Shopify's by webhookSubscriptionCreate")
    for known in TOPICS[dialect]:
        if topic == known or known.endswith((f"_{topic}", f"/{topic}")):
            return known
    raise SubscriptionError(f"there is no topic {topic}; there are {', '.join(TOPICS[dialect])}")


def _check(address: str, allow_http: bool) -> None:
    parts = urlsplit(address) if address.isascii() and is_web_address(address) else None
    if parts is None or (parts.scheme == "http" and not allow_http) or len(address) > _LONGEST_ADDRESS:
        raise SubscriptionError(f"{address[:200]} is not an https address to which events can be sent")
    host = parts.hostname or ""
    try:
        literal = ip_address(host)
    except ValueError:
        # A name is judged each time that it is resolved.
        return
    if not allow_http and not is_public(literal):
        raise SubscriptionError(f"{host} is an address of a private network, to which events are not sent")


async def _installation(connection: Connection, shop: Shop, client_id: str | None) -> tuple[str, str]:
    if client_id is None:
        raise SubscriptionError("Wix's events are for an app: name its client id")
    for each in await find_installations(connection, client_id):
        if each.shop.id == shop.id:
            return client_id, each.instance_id
    raise SubscriptionError(f"the app {client_id} is not installed on {shop.domain}; `app create` installs one")


async def _key(connection: Connection, shop: Shop, app_id: str) -> str:
    for known in await list_subscriptions(connection, shop.id, "wix"):
        if known.app_id == app_id:
            return known.secret
    return new_private_key()
