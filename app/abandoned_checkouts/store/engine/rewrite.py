"""Rewrites a store so that deleted and replaced data is no longer on disk."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

_TRIES = 20


async def rewrite(execute: Callable[[str], Awaitable[list[Any]]], *, is_sqlite: bool) -> bool:
    """Rewrite the whole store; on SQLite this takes as long as copying the file.

    Returns False if SQLite's write-ahead log still has old pages, because a reader needs them.
    """
    if not is_sqlite:
        # This frees the space of deleted rows, but PostgreSQL does not guarantee that their bytes are overwritten.
        await execute("VACUUM")
        return True
    await execute("INSERT INTO checkout_text (checkout_text) VALUES ('optimize')")
    await execute("VACUUM")
    for _ in range(_TRIES):
        # The write-ahead log keeps old pages while a reader needs them.
        [(busy, _, _)] = await execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if not busy:
            return True
        await asyncio.sleep(0.1)
    return False
