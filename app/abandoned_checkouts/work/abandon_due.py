"""Finding what is due: open checkouts become abandoned, abandoned checkouts lapse."""

import logging

from abandoned_checkouts.checkouts.checkout_record import CheckoutRecord
from abandoned_checkouts.checkouts.lifecycle import rules_of
from abandoned_checkouts.checkouts.moment import MINUTE
from abandoned_checkouts.store.checkouts.due_rows import (
    claim_due_checkouts,
    has_lapsing,
    open_checkouts_by_shop,
    postpone_checkout,
)
from abandoned_checkouts.store.checkouts.take_due import abandon_due_checkouts, lapse_due_checkouts
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.failures import StoreError
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tenants.shops import all_shops, find_shop

log = logging.getLogger(__name__)

BATCH = 100
# When a checkout that cannot be moved is tried again.
_PAUSE = 5 * MINUTE


async def abandon_due(database: Database, now: int) -> int:
    """Move one batch of what is due. Any number of processes can do this; each checkout is moved once. Returns how
    many were moved."""
    try:
        async with database.begin() as connection:
            taken = await claim_due_checkouts(connection, now, BATCH)
            for number, due in open_checkouts_by_shop(taken).items():
                await _abandon(connection, number, due, now)
        return len(taken)
    except StoreError:
        raise
    except Exception:
        log.exception("a batch of checkouts cannot be marked as abandoned; they are tried one at a time")
    return await _one_at_a_time(database, now)


async def _abandon(connection: Connection, number: int, due: list[CheckoutRecord], now: int) -> None:
    shop = await find_shop(connection, number)
    if shop is not None:
        await abandon_due_checkouts(connection, shop, due, now)


async def _one_at_a_time(database: Database, now: int) -> int:
    """One row that cannot be moved is tried again later, and the others are moved."""
    done = 0
    for _ in range(BATCH):
        taken: list[Row] = []
        try:
            async with database.begin() as connection:
                taken = await claim_due_checkouts(connection, now, 1)
                for number, due in open_checkouts_by_shop(taken).items():
                    await _abandon(connection, number, due, now)
        except StoreError:
            raise
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
    """In each shop, mark one batch of the abandoned checkouts whose attribution has passed. Returns how many."""
    async with database.read() as connection:
        shops = [
            shop for shop in await all_shops(connection) if await has_lapsing(connection, shop, rules_of(shop), now)
        ]
    done = 0
    for shop in shops:
        async with database.begin() as connection:
            done += await lapse_due_checkouts(connection, shop, now, BATCH)
    return done
