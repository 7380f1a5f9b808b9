"""The store is rewritten without deleted data, once for all waiting calls."""

import asyncio

import pytest

from abandoned_checkouts.store.engine import free_pages as module
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.free_pages import free_pages

pytestmark = pytest.mark.anyio


async def test_waiting_calls_share_the_next_rewrite(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    started = asyncio.Event()
    finish = asyncio.Event()
    rewrites = []

    async def rewrite(database: Database) -> None:
        rewrites.append(database)
        started.set()
        await finish.wait()

    monkeypatch.setattr(module, "_rewrite", rewrite)
    first = asyncio.create_task(free_pages(store))
    await started.wait()
    # The first rewrite may have read a page before its data was deleted, so one more rewrite follows for all of them.
    others = [asyncio.create_task(free_pages(store)) for _ in range(5)]
    await asyncio.sleep(0)
    finish.set()
    await asyncio.gather(first, *others)
    assert len(rewrites) == 2
    await free_pages(store)
    assert len(rewrites) == 3
