"""Marks due checkouts: open ones as abandoned, and abandoned ones as lapsed."""

import logging
from functools import partial

from abandoned_checkouts.checkouts.checkout_record import CheckoutRecord
from abandoned_checkouts.checkouts.lifecycle import rules_of
from abandoned_checkouts.checkouts.moment import MINUTE
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.due_rows import (
    claim_due_checkouts,
    has_lapsing,
    open_checkouts_by_shop,
    postpone_checkout,
)
from abandoned_checkouts.store.checkouts.take_due import abandon_due_checkouts, lapse_due_checkouts
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.due_shops import Rotation
from abandoned_checkouts.store.engine.failures import StoreError
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tenants.shops import all_shops, find_shop

log = logging.getLogger(__name__)

BATCH = 100
# The pause before another attempt for a checkout that could not be marked.
_PAUSE = 5 * MINUTE


async def abandon_due(database: Database, now: int, rotation: Rotation | None = None) -> int:
    """Mark one batch of due checkouts as abandoned. Several processes can call this at the same time: each checkout is
    marked once. A worker passes its `rotation`, so that all shops take turns. Returns the number of checkouts in the
    batch."""
    try:
        return await database.write(lambda connection: _abandon_batch(connection, now, rotation))
    except StoreError:
        raise
    except Exception:
        log.exception("a batch of checkouts cannot be marked as abandoned; they are tried one at a time")
    return await _one_at_a_time(database, now)


async def _abandon_batch(connection: Connection, now: int, rotation: Rotation | None) -> int:
    claimed = await claim_due_checkouts(connection, now, BATCH, rotation)
    for shop_id, due in open_checkouts_by_shop(claimed).items():
        await _abandon(connection, shop_id, due, now)
    return len(claimed)


async def _abandon(connection: Connection, shop_id: int, due: list[CheckoutRecord], now: int) -> None:
    shop = await find_shop(connection, shop_id)
    if shop is not None:
        await abandon_due_checkouts(connection, shop, due, now)


async def _one_at_a_time(database: Database, now: int) -> int:
    """Mark a batch one checkout at a time. A checkout that fails is tried again later and does not hold up the
    others."""
    done = 0
    for _ in range(BATCH):
        claimed: list[Row] = []
        try:
            async with database.begin() as connection:
                claimed = await claim_due_checkouts(connection, now, 1)
                for shop_id, due in open_checkouts_by_shop(claimed).items():
                    await _abandon(connection, shop_id, due, now)
        except StoreError:
            raise
        except Exception:
            for row in claimed:
                log.exception("checkout %s of shop %s cannot be marked as abandoned", row["id"], row["shop_id"])
                async with database.begin() as connection:
                    await postpone_checkout(connection, row["shop_id"], row["token"], now + _PAUSE)
        if not claimed:
            break
        done += len(claimed)
    return done


async def lapse_due(database: Database, now: int) -> int:
    """Mark one batch of each shop's abandoned checkouts as lapsed, if their attribution period has ended. Returns their
    number."""
    done = 0
    for shop in await database.fetch(lambda connection: _shops_with_lapsing(connection, now)):
        done += await database.write(partial(_lapse_batch, shop=shop, now=now))
    return done


async def _shops_with_lapsing(connection: Connection, now: int) -> list[Shop]:
    return [shop for shop in await all_shops(connection) if await has_lapsing(connection, shop, rules_of(shop), now)]


async def _lapse_batch(connection: Connection, shop: Shop, now: int) -> int:
    return await lapse_due_checkouts(connection, shop, now, BATCH)
