"""Overwrites deleted data. Without this, a database leaves it on disk until it needs the space."""

import asyncio
import logging
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.rewrite import rewrite

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Runs:
    """The number of started rewrites, and the lock that a running rewrite holds."""

    started: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


_runs: WeakKeyDictionary[Database, _Runs] = WeakKeyDictionary()


async def free_pages(database: Database) -> None:
    """Rewrite the whole store without deleted data. On SQLite this takes as long as copying the file.

    If several calls wait for a running rewrite, they share the next one.
    """
    runs = _runs.setdefault(database, _Runs())
    started = runs.started
    async with runs.lock:
        if runs.started > started:
            return
        runs.started += 1
        await _rewrite(database)


async def _rewrite(database: Database) -> None:
    async with database.alone() as execute:
        if not await rewrite(execute, is_sqlite=database.is_sqlite):
            log.warning("the write-ahead log still has erased data; it is overwritten after the current reads")
