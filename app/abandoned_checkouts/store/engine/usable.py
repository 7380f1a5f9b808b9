"""Whether the store can be read and written at this moment."""

import asyncio
import logging

from sqlalchemy import text

from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.failures import StoreError

log = logging.getLogger(__name__)

# Neither changes anything, but both write to the disk when they are committed: SQLite its first page, PostgreSQL the
# number of a transaction.
_WRITES = {"sqlite": "PRAGMA user_version = 0", "postgresql": "SELECT pg_current_xact_id()"}
# How long a read or a write may take, in seconds.
PATIENCE = 5.0


async def problem_of_store(database: Database, seconds: float = PATIENCE) -> str | None:
    """What is wrong with the store: "cannot be read", "cannot be written", or None. The log has the reason."""
    doing = "read"
    try:
        async with asyncio.timeout(seconds):
            async with database.read() as connection:
                await connection.execute(text("SELECT 1 FROM alembic_version"))
            doing = "written"
            async with database.begin() as connection:
                await connection.execute(text(_WRITES[database.dialect]))
    except StoreError as problem:
        log.error("not ready: %s", problem)
        return f"cannot be {doing}"
    except TimeoutError:
        log.error("not ready: the store was not %s within %g seconds", doing, seconds)
        return f"was not {doing} within {seconds:g} seconds"
    return None
