"""Rewriting a store without the data that was deleted or replaced: databases leave it on their pages."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

_TRIES = 20


async def rewrite(execute: Callable[[str], Awaitable[list[Any]]], *, is_sqlite: bool) -> bool:
    """Rewrite the whole store; on SQLite this takes as long as copying the file.

    Returns False if the log beside a SQLite file still holds old pages, because they are being read.
    """
    if not is_sqlite:
        # This frees the space of deleted rows; PostgreSQL does not promise that it overwrites their bytes.
        await execute("VACUUM")
        return True
    await execute("INSERT INTO checkout_text (checkout_text) VALUES ('optimize')")
    await execute("VACUUM")
    for _ in range(_TRIES):
        # The log beside the file holds old pages as long as a reader needs them.
        [(busy, _, _)] = await execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if not busy:
            return True
        await asyncio.sleep(0.1)
    return False
