"""Stores checkouts that the source lists: in the backfill without events, later through their lifecycle."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.deleted_customers import without_deleted_customers
from abandoned_checkouts.store.checkouts.open_checkouts import named_by_guid
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.checkouts.take import take_listed
from abandoned_checkouts.store.engine.statements import chunks
from abandoned_checkouts.store.tables import abandoned_checkouts, open_checkouts


async def store_backfill(
    connection: AsyncConnection, shop: Shop, checkouts: Sequence[Checkout], now: int
) -> Counter[str]:
    """Store checkouts from before the sync, as an import does: new ones have no events, because they are history.

    Checkouts that arrived here another way go through their lifecycle. Returns the outcomes.
    """
    here = await _here_already(connection, shop, checkouts)
    history = [each for each in checkouts if id(each) not in here]
    for each in history:
        each.source_updated_at = each.updated_at
        if each.present_fields is not None:
            each.present_fields |= {"source_updated_at"}
    await without_deleted_customers(connection, shop, history)
    saved = await save_checkouts(connection, shop, history, are_imported=True)
    outcomes = Counter[str](each.kind for each in saved)
    return outcomes + await store_changes(connection, shop, [each for each in checkouts if id(each) in here], now)


async def store_changes(
    connection: AsyncConnection, shop: Shop, checkouts: Sequence[Checkout], now: int
) -> Counter[str]:
    """Store checkouts that changed at the source, each with its events. Returns the outcomes."""
    outcomes = Counter[str]()
    for each in checkouts:
        outcomes[await take_listed(connection, shop, each, now)] += 1
    return outcomes


async def _here_already(connection: AsyncConnection, shop: Shop, checkouts: Sequence[Checkout]) -> set[int]:
    """`id()` of the checkouts that are open, completed or deleted here, or that this server has changed since."""
    found: set[int] = set()
    names = {named_by_guid(each, shop).token: id(each) for each in checkouts if each.platform == "wix"}
    for tokens in chunks(list(names)):
        statement = select(open_checkouts.c.token).where(
            open_checkouts.c.shop_id == shop.id, open_checkouts.c.token.in_(tokens)
        )
        found |= {names[token] for token in (await connection.execute(statement)).scalars()}
    numbers = {each.id: each for each in checkouts if each.id is not None}
    for part in chunks(list(numbers)):
        statement = select(open_checkouts.c.id).where(
            open_checkouts.c.shop_id == shop.id, open_checkouts.c.id.in_(part)
        )
        found |= {id(numbers[number]) for number in (await connection.execute(statement)).scalars()}
        table = abandoned_checkouts
        changed = select(table.c.id, table.c.updated_at).where(table.c.shop_id == shop.id, table.c.id.in_(part))
        for row in await connection.execute(changed):
            if row.updated_at > numbers[row.id].updated_at:
                found.add(id(numbers[row.id]))
    return found


def as_latest(checkout: Checkout, seen_at: int) -> Checkout:
    """The checkout with a time at which it is not older than what the source said before.

    A source can set a time back, or correct a checkout without a new time. A reconciliation stores it all the same.
    """
    return replace(checkout, updated_at=max(checkout.updated_at, seen_at))
