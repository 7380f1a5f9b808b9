"""Imports a large file with several processes. Each reads the complete file and stores its share; one writes at a time.

Several processes are faster because preparing checkouts takes longer than writing them, and a Python process uses one
core.
"""

import asyncio
import multiprocessing
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Lock
from pathlib import Path

# First, because the others import SQLAlchemy's asynchronous engine, too, in each process.
import abandoned_checkouts.store.engine.async_engine  # noqa: F401
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.intake.file_records import SourceError, size_of
from abandoned_checkouts.intake.import_part import import_part
from abandoned_checkouts.intake.import_result import PartResult
from abandoned_checkouts.intake.import_shares import Shares, shares_of
from abandoned_checkouts.intake.import_turn import Turn
from abandoned_checkouts.store.engine.database import Database, StoreError, open_database
from abandoned_checkouts.store.engine.gc_pause import gc_pause
from abandoned_checkouts.store.engine.worker_process import end_with_parent
from abandoned_checkouts.store.tenants.shops import find_shop


async def import_by_workers(
    database: Database, shop: Shop, path: Path, count: int, take: Callable[[PartResult], None]
) -> None:
    """Import a file with this process and `count - 1` others. `take` receives the result of each batch.

    Raises SourceError, StoreError.
    """
    context = multiprocessing.get_context("spawn")
    lock = context.Lock()
    shares = shares_of(count, size_of(path))
    url = database.url.render_as_string(hide_password=False)
    workers = []
    try:
        for share in range(1, count):
            mine, theirs = context.Pipe(duplex=False)
            arguments = (url, database.secret_key.setting, shop.domain, path, share, shares, lock, theirs)
            worker = context.Process(target=_work, args=arguments, daemon=True)
            worker.start()
            theirs.close()
            workers.append((worker, mine))
        with gc_pause():
            async with asyncio.TaskGroup() as tasks:
                for _, mine in workers:
                    tasks.create_task(_listen(mine, take))
                async for part in import_part(database, shop, path, shares=shares, turn=Turn(lock)):
                    take(part)
    except* (SourceError, StoreError) as problems:
        raise problems.exceptions[0] from None
    finally:
        for worker, mine in workers:
            mine.close()
            worker.terminate()
            worker.join()


async def _listen(pipe: Connection, take: Callable[[PartResult], None]) -> None:
    while True:
        try:
            message = await asyncio.to_thread(pipe.recv)
        except EOFError:
            raise StoreError("a process of the import ended unexpectedly; run the import again to continue") from None
        if message is None:
            return
        if isinstance(message, Exception):
            raise message
        take(message)


def _work(
    url: str, key: str, domain: str, path: Path, share: int, shares: Shares, lock: Lock, pipe: Connection
) -> None:
    """The main function of another process."""
    threading.Thread(target=end_with_parent, daemon=True).start()
    try:
        with gc_pause():
            asyncio.run(_store(url, key, domain, path, share, shares, lock, pipe))
        pipe.send(None)
    except (SourceError, StoreError) as problem:
        pipe.send(type(problem)(str(problem)))
    except (BrokenPipeError, KeyboardInterrupt):
        # The parent process has ended. The next import stores the rest.
        return


async def _store(
    url: str, key: str, domain: str, path: Path, share: int, shares: Shares, lock: Lock, pipe: Connection
) -> None:
    database = await open_database(url, secret_key=key)
    try:
        async with database.read() as reader:
            shop = await find_shop(reader, domain)
        async for part in import_part(database, shop, path, share=share, shares=shares, turn=Turn(lock)):
            pipe.send(part)
    finally:
        await database.close()
