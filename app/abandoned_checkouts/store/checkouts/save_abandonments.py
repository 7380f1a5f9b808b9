"""Writes the abandonments of checkouts: their rows, and the logs of automations."""

from collections.abc import Sequence

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout, abandonment_type
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.statements import delete_rows, insert_rows, put_rows
from abandoned_checkouts.store.tables import abandonments, activities

_ABANDONMENT_COLUMNS = (
    "shop_id",
    "id",
    "checkout_id",
    "customer_id",
    "abandonment_type",
    "created_at",
    "cart_token",
    "visit",
)
_ACTIVITY_COLUMNS = (
    "shop_id",
    "abandonment_id",
    "sequence",
    "activity_type",
    "created_at",
    "channel",
    "reason",
    "marketing_activity_id",
    "delivery_state",
)


async def write_abandonments(connection: AsyncConnection, shop: Shop, checkouts: Sequence[Checkout]) -> None:
    """Each checkout of a customer has one abandonment, which has the checkout's number."""
    rows = [
        (
            shop.id,
            checkout.id,
            checkout.id,
            checkout.customer_id,
            abandonment_type(checkout),
            checkout.abandoned_at,
            checkout.cart_token,
            orjson.dumps(checkout.visit).decode() if checkout.visit else "{}",
        )
        for checkout in checkouts
        if checkout.customer_id is not None
    ]
    await put_rows(connection, abandonments, _ABANDONMENT_COLUMNS, rows, fixed=("checkout_id",))


async def write_activities(connection: AsyncConnection, shop: Shop, checkouts: Sequence[Checkout]) -> None:
    """Replace the log of checkouts whose source sent one."""
    await delete_rows(connection, activities, ("shop_id", "abandonment_id"), [(shop.id, item.id) for item in checkouts])
    rows = [
        (shop.id, item.id, sequence, *(step.get(name) for name in _ACTIVITY_COLUMNS[3:]))
        for item in checkouts
        for sequence, step in enumerate(item.activities, 1)
    ]
    await insert_rows(connection, activities, _ACTIVITY_COLUMNS, rows)
