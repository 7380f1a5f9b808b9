"""Open checkouts whose time is over become abandoned; abandoned ones that nobody came back to lapse."""

import logging

from abandoned_checkouts.checkouts.lifecycle import rules_of
from abandoned_checkouts.checkouts.moment import MINUTE
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.due_rows import (
    claim_due_checkouts,
    has_lapsing,
    mark_lapsed,
    open_checkouts_by_shop,
    postpone_checkout,
)
from abandoned_checkouts.store.checkouts.load import load_known
from abandoned_checkouts.store.checkouts.open_checkouts import OpenCheckout
from abandoned_checkouts.store.checkouts.take import abandon
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.outbox.events import checkout_event, write_events
from abandoned_checkouts.store.tenants.shops import all_shops, find_shop

log = logging.getLogger(__name__)

BATCH = 100
# How long a checkout that cannot be moved is left alone.
_PAUSE = 5 * MINUTE


async def abandon_due(database: Database, now: int) -> int:
    """Move one batch of what is due; each checkout once, however many processes do this. Returns how many."""
    try:
        async with database.begin() as connection:
            taken = await claim_due_checkouts(connection, now, BATCH)
            for number, entries in open_checkouts_by_shop(taken).items():
                await _abandon(connection, number, entries, now)
        return len(taken)
    except Exception:
        log.exception("a batch of checkouts cannot be marked as abandoned; they are tried one at a time")
    return await _one_at_a_time(database, now)


async def _abandon(connection: Connection, number: int, entries: list[OpenCheckout], now: int) -> None:
    shop = await find_shop(connection, number)
    if shop is not None:
        await abandon(connection, shop, entries, now)


async def _one_at_a_time(database: Database, now: int) -> int:
    """So that one bad row does not keep all others from their turn; it is looked at again later."""
    done = 0
    for _ in range(BATCH):
        taken: list[Row] = []
        try:
            async with database.begin() as connection:
                taken = await claim_due_checkouts(connection, now, 1)
                for number, entries in open_checkouts_by_shop(taken).items():
                    await _abandon(connection, number, entries, now)
        except Exception:
            for row in taken:
                log.exception("checkout %s of shop %s cannot be marked as abandoned", row["id"], row["shop_id"])
                async with database.begin() as connection:
                    await postpone_checkout(connection, row["shop_id"], row["token"], now + _PAUSE)
        if not taken:
            break
        done += len(taken)
    return done


async def lapse_due(database: Database, now: int) -> int:
    """Mark one batch in each shop of those whose time of recovery is over. Returns how many."""
    async with database.read() as connection:
        shops = [
            shop for shop in await all_shops(connection) if await has_lapsing(connection, shop, rules_of(shop), now)
        ]
    done = 0
    for shop in shops:
        async with database.begin() as connection:
            done += await _lapse(connection, shop, now)
    return done


async def _lapse(connection: Connection, shop: Shop, now: int) -> int:
    count, followed = await mark_lapsed(connection, shop, rules_of(shop), now, BATCH)
    stored = await load_known(connection, shop, followed)
    happened = [checkout_event("checkout_lapsed", stored[number], 0) for number in followed]
    await write_events(connection, shop, happened, now)
    return count
