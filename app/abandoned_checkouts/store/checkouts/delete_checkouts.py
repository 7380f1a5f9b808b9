"""Deletes abandoned checkouts by number, and writes an event for each."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.incoming import CheckoutDeleted
from abandoned_checkouts.checkouts.lifecycle import rules_of
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.transition import transition
from abandoned_checkouts.store.checkouts.known_records import lock_abandoned
from abandoned_checkouts.store.checkouts.write_changes import write_changes
from abandoned_checkouts.store.tables import abandoned_checkouts


async def ids_of_uuids(connection: AsyncConnection, shop: Shop, uuids: Sequence[str]) -> dict[str, int]:
    """The numbers of the abandoned checkouts with these GUIDs, by GUID. Unknown GUIDs are left out."""
    table = abandoned_checkouts
    statement = select(table.c.uuid, table.c.id).where(table.c.shop_id == shop.id, table.c.uuid.in_(uuids))
    return {row[0]: row[1] for row in await connection.execute(statement)}


async def delete_checkouts(
    connection: AsyncConnection, shop: Shop, checkout_ids: Sequence[int], *, now: int
) -> list[Checkout]:
    """Delete the abandoned checkouts with these numbers and write an event for each. Returns the deleted checkouts."""
    rules, records = rules_of(shop), (await lock_abandoned(connection, shop, checkout_ids)).values()
    changes = [change for each in records for change in transition(each, CheckoutDeleted(), rules, now).changes]
    await write_changes(connection, shop, changes, now)
    return [each.checkout for each in records]
