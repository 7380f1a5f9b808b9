"""Carrying out what customers asked for: their data is erased when the time to change their mind is over."""

import asyncio

from app.shopify.bulk.files import Results
from app.store.compact import compact
from app.store.database import Database
from app.store.erase import erase, erasures_due, find_person
from app.store.shops import find_shop

BATCH = 20


async def erase_due(database: Database, now: int, delay: int, results: Results | None = None) -> int:
    """Erase one batch, and remove files in the folder of `results` that may tell of them. Returns how many people."""
    async with database.read() as connection:
        due = await erasures_due(connection, now - delay, BATCH)
    done = 0
    for shop_id, customer_id in due:
        async with database.begin() as connection:
            shop = await find_shop(connection, shop_id)
            # Taken back meanwhile, or done by another process.
            if shop is None or (shop_id, customer_id) not in await erasures_due(connection, now - delay, BATCH):
                continue
            person = await find_person(connection, shop, customer_id=customer_id)
            erased = await erase(connection, shop, person, now)
        done += 1
        if results is not None:
            for file in erased.files:
                await asyncio.to_thread(results.remove, shop_id, file)
    if done:
        await compact(database)
    return done
