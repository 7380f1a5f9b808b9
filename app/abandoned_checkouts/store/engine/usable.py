"""Checks whether the store can be read and written at the moment."""

import asyncio
import logging

from sqlalchemy import text

from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.failures import StoreError

log = logging.getLogger(__name__)

# Statements that change no data, but write to the disk when they are committed: on SQLite the first page of the file,
# on PostgreSQL the number of the transaction.
_WRITES = {"sqlite": "PRAGMA user_version = 0", "postgresql": "SELECT pg_current_xact_id()"}
# The maximum seconds for a read or a write.
PATIENCE = 5.0


async def problem_of_store(database: Database, seconds: float = PATIENCE) -> str | None:
    """The problem with the store: "cannot be read", "cannot be written", or None. The reason is written to the log."""
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
