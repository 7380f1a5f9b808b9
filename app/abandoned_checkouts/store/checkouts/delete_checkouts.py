"""Removing checkouts whole: rows, lines, abandonment, activities, metafields and full text, and telling of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.identity import derived_token
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.load import load_known
from abandoned_checkouts.store.checkouts.open_checkouts import mark_deleted
from abandoned_checkouts.store.outbox.events import checkout_event, write_events
from abandoned_checkouts.store.search.full_text import delete_documents
from abandoned_checkouts.store.tables import abandoned_checkouts, abandonments, activities, line_items, metafields


async def ids_of_uuids(connection: AsyncConnection, shop: Shop, uuids: Sequence[str]) -> dict[str, int]:
    """The numbers of the checkouts with these GUIDs, by GUID; those that are not there are left out."""
    table = abandoned_checkouts
    statement = select(table.c.uuid, table.c.id).where(table.c.shop_id == shop.id, table.c.uuid.in_(uuids))
    return {row[0]: row[1] for row in await connection.execute(statement)}


async def delete_checkouts(
    connection: AsyncConnection, shop: Shop, checkout_ids: Sequence[int], *, now: int
) -> list[Checkout]:
    """Remove the checkouts of these numbers that are there, and write an event for each; returns them as they were."""
    removed = await delete_without_events(connection, shop, checkout_ids)
    for checkout, version in removed:
        await mark_deleted(connection, shop, checkout, version + 1, now)
        if checkout.platform == "wix" and checkout.uuid is not None:
            await mark_deleted(connection, shop, named_by_guid(checkout, shop), version + 1, now)
    events = [checkout_event("checkout_deleted", checkout, version + 1) for checkout, version in removed]
    await write_events(connection, shop, events, now)
    return [checkout for checkout, _ in removed]


def named_by_guid(checkout: Checkout, shop: Shop) -> Checkout:
    """The checkout under the token by which its deletion is found where Wix tells no more than its GUID."""
    return replace(checkout, token=derived_token(shop.secret, "wix", checkout.uuid or ""))


async def delete_without_events(
    connection: AsyncConnection, shop: Shop, checkout_ids: Sequence[int]
) -> list[tuple[Checkout, int]]:
    """Remove checkouts without a word; returns them as they were, each with its version."""
    table = abandoned_checkouts
    mine = (table.c.shop_id == shop.id) & table.c.id.in_(checkout_ids)
    columns = (table.c.id, table.c.document_id, table.c.version)
    rows = (await connection.execute(select(*columns).where(mine).with_for_update())).all()
    if not rows:
        return []
    numbers = [row.id for row in rows]
    known = await load_known(connection, shop, numbers)
    for other, column in _DEPENDENT:
        await connection.execute(delete(other).where(other.c.shop_id == shop.id, other.c[column].in_(numbers)))
    await connection.execute(
        delete(metafields).where(
            metafields.c.shop_id == shop.id,
            metafields.c.owner_type == "AbandonedCheckout",
            metafields.c.owner_id.in_(numbers),
        )
    )
    await delete_documents(connection, shop.id, [row.document_id for row in rows])
    await connection.execute(delete(table).where(table.c.shop_id == shop.id, table.c.id.in_(numbers)))
    return [(known[row.id], row.version) for row in rows]


_DEPENDENT: tuple[tuple[Any, str], ...] = (
    (line_items, "checkout_id"),
    (activities, "abandonment_id"),
    (abandonments, "checkout_id"),
)
