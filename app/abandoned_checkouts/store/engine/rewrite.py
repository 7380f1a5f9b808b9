"""Rewrites a store without deleted and replaced data, which databases leave on their pages."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

_TRIES = 20


async def rewrite(execute: Callable[[str], Awaitable[list[Any]]], *, is_sqlite: bool) -> bool:
    """Rewrite the whole store; on SQLite this takes as long as copying the file.

    Returns False if SQLite's write-ahead log still has old pages, because they are being read.
    """
    if not is_sqlite:
        # This frees the space of deleted rows. PostgreSQL does not guarantee that their bytes are overwritten.
        await execute("VACUUM")
        return True
    await execute("INSERT INTO checkout_text (checkout_text) VALUES ('optimize')")
    await execute("VACUUM")
    for _ in range(_TRIES):
        # The write-ahead log keeps old pages as long as a reader needs them.
        [(busy, _, _)] = await execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if not busy:
            return True
        await asyncio.sleep(0.1)
    return False
