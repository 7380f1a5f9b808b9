"""Replaces the shopper of an erased person by a random number: the person cannot be found by it, and counts stay."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.randomness import random_uuid
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.reports.shopper import shopper_number
from abandoned_checkouts.store.engine.statements import chunks
from abandoned_checkouts.store.tables import report_checkouts


async def forget_shoppers(
    connection: AsyncConnection, shop: Shop, numbers: Sequence[int], contacts: Sequence[int | str]
) -> None:
    """Replace the shoppers of these checkouts, and those of these customer numbers, e-mail addresses and phone numbers,
    whose checkouts may have been deleted. Two checkouts of one shopper still have one."""
    table = report_checkouts
    found = {shopper_number(shop, each) for each in contacts}
    for part in chunks(numbers):
        mine = (table.c.shop_id == shop.id) & table.c.id.in_(part) & table.c.shopper.is_not(None)
        found.update((await connection.execute(select(table.c.shopper).where(mine).distinct())).scalars())
    known = select(table.c.shopper).where(table.c.shop_id == shop.id, table.c.shopper.in_(found)).distinct()
    for shopper in (await connection.execute(known)).scalars().all():
        theirs = (table.c.shop_id == shop.id) & (table.c.shopper == shopper)
        await connection.execute(update(table).where(theirs).values(shopper=random_uuid().int >> 65))
