"""Exports a large shop with several processes, because a Python process uses one core.

The checkouts are divided into parts of the same size, and each of two processes makes the text of some of them. This
process writes all of them in order, so it makes fewer; but it makes the first ones alone, while the other process
starts.
"""

import asyncio
import multiprocessing
import threading
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from multiprocessing.connection import Connection
from typing import IO

# First, because the others import SQLAlchemy's asynchronous engine, too, in each process.
import abandoned_checkouts.store.engine.async_engine  # noqa: F401
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.exporting.checkout_texts import CheckoutTexts, ExportFormat
from abandoned_checkouts.exporting.checkouts import BATCH, checkouts_of, export_checkouts
from abandoned_checkouts.store.checkouts.load import GREATEST, numbers_of_parts
from abandoned_checkouts.store.engine.database import Database, StoreError, open_database
from abandoned_checkouts.store.engine.gc_pause import gc_pause
from abandoned_checkouts.store.engine.worker_process import end_with_parent, usual_processes
from abandoned_checkouts.store.search.selection import EVERYTHING, Selection, selected
from abandoned_checkouts.store.tenants.shops import find_shop

# A second process takes a second to start, in which the first one makes `_ALONE` parts. It saves more than that if
# there are `_MANY_PARTS`.
_ALONE, _MANY_PARTS = 5, 20
# In this many rounds, each other process makes one part each time, and this one each time but the last.
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class _Work:
    """What a process exports: its share of the parts that end with the numbers `ends`."""

    url: str
    key: str
    domain: str
    selection: Selection
    form: ExportFormat
    address: str
    fields: Sequence[str] | None
    ends: Sequence[int]
    share: int
    shares: int

    async def texts(self, database: Database, shop: Shop) -> AsyncGenerator[tuple[int, bytes], None]:
        """For each part of the share, how many checkouts it has, and their text."""
        texts = CheckoutTexts(self.form, shop, self.address, self.fields)
        for place, (after, until) in enumerate(pairwise((0, *self.ends))):
            if _share_of(place, self.shares) != self.share:
                continue
            done, found = 0, []
            async for batch in checkouts_of(database, shop, self.selection, after=after, until=until):
                done += len(batch)
                found.append(await asyncio.to_thread(texts.of, batch))
            yield done, b"".join(found)


def _share_of(place: int, shares: int) -> int:
    """The share of the part at that place, from 0. Share 0 is that of the process that writes the file."""
    return ((place - _ALONE) % (_ROUNDS * shares - 1) + 1) % shares if place >= _ALONE else 0


async def export_large(
    database: Database,
    shop: Shop,
    file: IO[bytes],
    form: ExportFormat,
    *,
    address: str,
    selection: Selection = EVERYTHING,
    fields: Sequence[str] | None = None,
    progress: Callable[[int], object] = lambda _done: None,
    processes: int | None = None,
) -> int:
    """Like `export_checkouts`, with several processes if there are many checkouts. `processes` is their number, by
    default two on a machine with two or more cores. Raises StoreError."""
    # Another process would not know the replica of this one.
    count = processes or (usual_processes(database) if database.replica is None else 1)
    conditions = selected(shop, selection, database.dialect)
    ends: list[int] = []
    if count > 1:
        ends = await database.read_behind(partial(numbers_of_parts, shop=shop, size=BATCH, conditions=conditions))
    if len(ends) < (_MANY_PARTS if processes is None else 1):
        return await export_checkouts(
            database, shop, file, form, address=address, selection=selection, fields=fields, progress=progress
        )
    url, key = database.url.render_as_string(hide_password=False), database.secret_key.setting
    # The last part has the rest, and what is created meanwhile.
    ends.append(GREATEST)
    shares = [
        _Work(url, key, shop.domain, selection, form, address, fields, ends, share, count) for share in range(count)
    ]
    file.write(CheckoutTexts(form, shop, address, fields).head())
    done = 0
    async with aclosing(_in_order(database, shop, shares)) as parts:
        async for number, text in parts:
            await asyncio.to_thread(file.write, text)
            done += number
            progress(done)
    return done


async def _in_order(database: Database, shop: Shop, shares: Sequence[_Work]) -> AsyncGenerator[tuple[int, bytes], None]:
    """The texts of all parts. This process makes those of the first share, and others make the rest."""
    context = multiprocessing.get_context("spawn")
    workers = []
    sources = [shares[0].texts(database, shop)]
    try:
        for share in shares[1:]:
            mine, theirs = context.Pipe(duplex=False)
            worker = context.Process(target=_work, args=(share, theirs), daemon=True)
            worker.start()
            theirs.close()
            workers.append((worker, mine))
            sources.append(_received(mine))
        for place in range(len(shares[0].ends)):
            yield await anext(sources[_share_of(place, len(sources))])
    finally:
        for worker, _ in workers:
            worker.terminate()
            worker.join()
        for source in sources:
            await source.aclose()
        for _, mine in workers:
            mine.close()


async def _received(pipe: Connection) -> AsyncGenerator[tuple[int, bytes], None]:
    """The parts that another process sends. The next one is received while this process writes the one before."""
    waiting = asyncio.ensure_future(asyncio.to_thread(_receive, pipe))
    try:
        while True:
            part = await waiting
            waiting = asyncio.ensure_future(asyncio.to_thread(_receive, pipe))
            yield part
    except (EOFError, OSError):
        raise StoreError("a process of the export ended unexpectedly; run the export again") from None
    finally:
        # Its end has been read by now, because the process has ended.
        await asyncio.gather(waiting, return_exceptions=True)


def _receive(pipe: Connection) -> tuple[int, bytes]:
    """The next part. Its text is not pickled, because that takes twice as long. Raises the other process's error."""
    message = pipe.recv()
    if isinstance(message, Exception):
        raise message
    return message, pipe.recv_bytes()


def _work(share: _Work, pipe: Connection) -> None:
    """The main function of another process."""
    threading.Thread(target=end_with_parent, daemon=True).start()
    try:
        with gc_pause():
            asyncio.run(_send(share, pipe))
    except StoreError as problem:
        pipe.send(StoreError(str(problem)))
    except (BrokenPipeError, KeyboardInterrupt):
        # The parent process has ended.
        return


async def _send(share: _Work, pipe: Connection) -> None:
    database = await open_database(share.url, create=False, secret_key=share.key)
    try:
        async with database.read() as connection:
            shop = await find_shop(connection, share.domain)
        if shop is None:
            raise StoreError(f"{share.domain} was deleted")
        async for done, text in share.texts(database, shop):
            pipe.send(done)
            pipe.send_bytes(text)
    finally:
        await database.close()
