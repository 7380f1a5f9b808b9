"""Making an end of what was deleted: databases leave it on their pages until something else is written there."""

import asyncio
import logging

from abandoned_checkouts.store.engine.database import Database

log = logging.getLogger(__name__)

_TRIES = 20


async def free_pages(database: Database) -> None:
    """Write the whole store anew without what was deleted. On SQLite this takes as long as copying the file."""
    async with database.alone() as execute:
        if not database.is_sqlite:
            # What is dead is freed for writing over; PostgreSQL gives no promise about the bytes on its pages.
            await execute("VACUUM")
            return
        await execute("INSERT INTO checkout_text (checkout_text) VALUES ('optimize')")
        await execute("VACUUM")
        for _ in range(_TRIES):
            # The log beside the file holds old pages as long as somebody reads them.
            [(busy, _, _)] = await execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if not busy:
                return
            await asyncio.sleep(0.1)
    log.warning("the store's log holds erased data until the next quiet moment: somebody is reading from it")
