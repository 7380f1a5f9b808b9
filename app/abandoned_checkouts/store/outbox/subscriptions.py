"""Subscriptions to events in three formats: Shopify's webhooks, Wix's webhooks, and our own."""

from dataclasses import dataclass, field
from typing import Literal

import orjson
from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.randomness import random_number
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.audit_log import AuditAction, record
from abandoned_checkouts.store.engine.prepared import select_of_shop
from abandoned_checkouts.store.tables import apps, deliveries, event_subscriptions, webhook_subscriptions

Dialect = Literal["shopify", "wix", "own", "compliance"]


class SubscriptionError(ValueError):
    """A subscription cannot be created; the message says why."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription of an address to a topic. `secret` signs the deliveries: a shared secret, or for Wix a private key
    in PEM.

    Only Shopify's webhooks have `filter`, `include_fields`, `metafield_namespaces`, `api_version`, `name` and `format`.
    """

    dialect: Dialect
    shop_id: int
    id: int
    topic: str
    address: str
    secret: str
    created_at: int
    app_id: str | None = None
    instance_id: str | None = None
    filter: str | None = None
    include_fields: list[str] = field(default_factory=list)
    metafield_namespaces: list[str] = field(default_factory=list)
    api_version: str = ""
    name: str | None = None
    # JSON or XML.
    format: str = "JSON"
    # The settings of the app that created the subscription: they say which personal data it may read. Then the id of
    # that app; None is the merchant.
    owner_id: int | None = None
    app_settings: UntypedJson = field(default_factory=dict)


# Built once: every batch of events and of deliveries reads the subscriptions of its shop.
_hooks, _events = webhook_subscriptions, event_subscriptions
_HOOKS = (
    select_of_shop(_hooks, _hooks, apps.c.client_secret, apps.c.settings.label("app_settings"))
    .join(apps, (apps.c.shop_id == _hooks.c.shop_id) & (apps.c.id == _hooks.c.app_id))
    .order_by(_hooks.c.created_at, _hooks.c.id)
)
_SUBSCRIPTIONS = (
    select_of_shop(_events, _events, apps.c.settings.label("app_settings"))
    .join(apps, (apps.c.shop_id == _events.c.shop_id) & (apps.c.id == _events.c.owner_id), isouter=True)
    .order_by(_events.c.created_at, _events.c.id)
)


async def subscriptions_of(connection: AsyncConnection, shop_id: int) -> list[Subscription]:
    """All subscriptions of a shop, oldest first, Shopify's before the others."""
    found = [
        Subscription(
            dialect="shopify",
            shop_id=shop_id,
            id=row["id"],
            topic=row["topic"],
            address=row["uri"],
            format=row["format"],
            secret=row["client_secret"],
            created_at=row["created_at"],
            app_id=str(row["app_id"]),
            owner_id=row["app_id"],
            filter=row["filter"] or None,
            include_fields=orjson.loads(row["include_fields"]),
            metafield_namespaces=orjson.loads(row["metafield_namespaces"]),
            api_version=row["api_version"],
            name=row["name"],
            app_settings=orjson.loads(row["app_settings"]),
        )
        for row in (await connection.execute(_HOOKS, {"shop_id": shop_id})).mappings()
    ]
    return found + await list_subscriptions(connection, shop_id)


async def find_subscription(connection: AsyncConnection, shop: Shop, number: int) -> Subscription | None:
    """A subscription of the shop, in any dialect."""
    return next((each for each in await subscriptions_of(connection, shop.id) if each.id == number), None)


async def list_subscriptions(
    connection: AsyncConnection, shop_id: int, dialect: Dialect | None = None
) -> list[Subscription]:
    """A shop's subscriptions in the dialects wix and own, or one of them, oldest first."""
    statement = _SUBSCRIPTIONS
    if dialect is not None:
        statement = statement.where(event_subscriptions.c.dialect == dialect)
    rows = await connection.execute(statement, {"shop_id": shop_id})
    names = (
        "dialect",
        "shop_id",
        "id",
        "topic",
        "address",
        "secret",
        "created_at",
        "app_id",
        "instance_id",
        "owner_id",
    )
    return [
        Subscription(**{name: row[name] for name in names}, app_settings=orjson.loads(row["app_settings"] or "{}"))
        for row in rows.mappings()
    ]


_SECRETS = select_of_shop(apps, apps.c.client_secret).order_by(apps.c.id)


async def signing_secrets(connection: AsyncConnection, shop: Shop) -> list[str]:
    """The secrets that can verify webhooks from the platform: those in the shop's settings, and those of its apps."""
    rows = await connection.execute(_SECRETS, {"shop_id": shop.id})
    return [*map(str, shop.settings.get("webhook_secrets", [])), *(row[0] for row in rows)]


async def add_subscription(
    connection: AsyncConnection,
    shop: Shop,
    dialect: Dialect,
    topic: str,
    address: str,
    *,
    secret: str,
    now: int,
    app_id: str | None = None,
    instance_id: str | None = None,
    owner_id: int | None = None,
) -> int:
    """Create a subscription in the format wix or own. Returns its number. Raises SubscriptionError if it exists
    already."""
    table = event_subscriptions
    same = (
        select(table.c.id)
        .where(table.c.shop_id == shop.id, table.c.dialect == dialect)
        .where(table.c.topic == topic, table.c.address == address)
    )
    if (await connection.execute(same)).first() is not None:
        raise SubscriptionError(f"{address} is already subscribed to {topic}")
    number = random_number(5)
    row: dict[str, object] = {"shop_id": shop.id, "id": number, "dialect": dialect, "topic": topic, "address": address}
    row |= {"secret": secret, "app_id": app_id, "instance_id": instance_id, "owner_id": owner_id, "created_at": now}
    await connection.execute(insert(table).values(row))
    await record(connection, shop.id, AuditAction.SUBSCRIPTION_CREATED, f"{dialect} subscription {number}", now)
    return number


async def delete_subscription(connection: AsyncConnection, shop_id: int, dialect: str, number: int, now: int) -> bool:
    """Delete a subscription and cancel its waiting deliveries. Returns False if the shop has no such subscription."""
    table: Table = webhook_subscriptions if dialect == "shopify" else event_subscriptions
    statement = delete(table).where(table.c.shop_id == shop_id, table.c.id == number)
    if dialect != "shopify":
        statement = statement.where(table.c.dialect == dialect)
    removed = bool((await connection.execute(statement)).rowcount)
    await connection.execute(
        update(deliveries)
        .where(deliveries.c.shop_id == shop_id, deliveries.c.dialect == dialect)
        .where(deliveries.c.subscription_id == number, deliveries.c.state == "waiting")
        .values(state="cancelled", finished_at=now, problem="the subscription was deleted")
    )
    if removed:
        await record(connection, shop_id, AuditAction.SUBSCRIPTION_DELETED, f"{dialect} subscription {number}", now)
    return removed


_SUCCEEDED = [
    update(table)
    .where(table.c.shop_id == bindparam("shop"), table.c.id == bindparam("number"))
    .values(succeeded_at=bindparam("now"))
    for table in (event_subscriptions, webhook_subscriptions)
]


async def note_success(connection: AsyncConnection, shop_id: int, dialect: str, number: int, now: int) -> None:
    statement = _SUCCEEDED[dialect == "shopify"]
    await connection.execute(statement, {"shop": shop_id, "number": number, "now": now})


async def succeeded_since(connection: AsyncConnection, shop_id: int, dialect: str, number: int, since: int) -> bool:
    """Whether a delivery of the subscription has succeeded since that moment."""
    table: Table = webhook_subscriptions if dialect == "shopify" else event_subscriptions
    statement = select(table.c.succeeded_at).where(table.c.shop_id == shop_id, table.c.id == number)
    moment = (await connection.execute(statement)).scalar()
    return moment is not None and moment >= since
