"""Closing and reopening abandoned checkouts by hand."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.known_records import find_known
from abandoned_checkouts.store.checkouts.take import take_checkout


async def set_closed(
    connection: AsyncConnection, shop: Shop, numbers: Sequence[int], *, closed: bool, now: int
) -> list[int]:
    """Close or reopen these checkouts, with their events. Returns the numbers of those that changed; the others are not
    abandoned, or were in this state already."""
    changed = []
    # In one order, so that two people who act on the same checkouts do not wait for each other.
    for number in sorted(numbers):
        known = await find_known(connection, shop, number=number, to_change=True)
        if known is None or known.state != "abandoned" or (known.checkout.closed_at is not None) is closed:
            continue
        later = max(now, known.checkout.updated_at + 1)
        change = replace(known.checkout, closed_at=now if closed else None, updated_at=later)
        await take_checkout(connection, shop, change, now)
        changed.append(number)
    return changed
