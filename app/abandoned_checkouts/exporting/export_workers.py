"""Exports a large shop with several processes, because a Python process uses one core.

The checkouts are divided into parts of the same size. Each process makes the text of a part and then takes the next
one, so none waits for another. This process writes the texts in order. It makes the first ones alone, while the others
start.
"""

import asyncio
import multiprocessing
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from itertools import chain, pairwise
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

# A second process takes a while to start, in which the first one makes `_ALONE` parts. It saves more than that if there
# are `_MANY_PARTS`.
_ALONE, _MANY_PARTS = 5, 20
# How many parts of each process may wait until those before them are written.
_WAITING = 3

# A number of checkouts, and their text.
_Text = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class _Work:
    """What is exported, by all processes together: parts that end with the numbers `ends`."""

    url: str
    key: str
    domain: str
    selection: Selection
    form: ExportFormat
    address: str
    fields: Sequence[str] | None
    ends: Sequence[int]

    def maker(self, database: Database, shop: Shop) -> Callable[[int], Awaitable[_Text]]:
        """The function that makes the text of the part at a place."""
        texts = CheckoutTexts(self.form, shop, self.address, self.fields)
        parts = list(pairwise((0, *self.ends)))

        async def made(place: int) -> _Text:
            after, until = parts[place]
            done, found = 0, []
            async for batch in checkouts_of(database, shop, self.selection, after=after, until=until):
                done += len(batch)
                found.append(await asyncio.to_thread(texts.of, batch))
            return done, b"".join(found)

        return made


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
    work = _Work(url, key, shop.domain, selection, form, address, fields, ends)
    file.write(CheckoutTexts(form, shop, address, fields).head())
    done = 0
    async with aclosing(_in_order(database, shop, work, count)) as parts:
        async for number, text in parts:
            await asyncio.to_thread(file.write, text)
            done += number
            progress(done)
    return done


async def _in_order(database: Database, shop: Shop, work: _Work, processes: int) -> AsyncGenerator[_Text, None]:
    """The texts of all parts. This process makes some of them, and others make the rest."""
    context = multiprocessing.get_context("spawn")
    plan = _Plan(len(work.ends), processes)
    workers, tasks = [], [asyncio.create_task(plan.make_parts(plan.places, work.maker(database, shop)))]
    try:
        for firsts in plan.first_of_others:
            mine, theirs = context.Pipe()
            worker = context.Process(target=_work, args=(work, theirs), daemon=True)
            worker.start()
            theirs.close()
            workers.append((worker, mine))
            make = partial(_made_by, mine, asyncio.Lock())
            tasks += [asyncio.create_task(plan.make_parts(chain((first,), plan.places), make)) for first in firsts]
        async for text in plan.made_in_order():
            yield text
    finally:
        for worker, _ in workers:
            worker.terminate()
            worker.join()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for _, mine in workers:
            mine.close()


class _Plan:
    """Which process makes which part, and the parts that wait until those before them are written."""

    def __init__(self, count: int, processes: int) -> None:
        # Each other process starts with two parts: it makes one while it sends the one before.
        others = range(count)[_ALONE : _ALONE + 2 * (processes - 1)]
        self.first_of_others = [others[place : place + 2] for place in range(0, len(others), 2)]
        # The other parts, for the process that asks first.
        self.places = (place for place in range(count) if place not in others)
        loop = asyncio.get_running_loop()
        self._made: dict[int, asyncio.Future[_Text]] = {place: loop.create_future() for place in range(count)}
        self._room = asyncio.Semaphore(_ALONE + _WAITING * processes)

    async def make_parts(self, places: Iterator[int], make: Callable[[int], Awaitable[_Text]]) -> None:
        """Make parts until all are taken, and not too many before they are written."""
        while True:
            await self._room.acquire()
            place = next(places, None)
            if place is None:
                return
            try:
                self._made[place].set_result(await make(place))
            except Exception as problem:
                failed = self._made[place]
                failed.set_exception(problem)
                failed.exception()  # not reported a second time if nobody reads it, because another part failed first
                return

    async def made_in_order(self) -> AsyncGenerator[_Text, None]:
        """The texts. Raises the error of a process."""
        for place in range(len(self._made)):
            yield await self._made[place]
            del self._made[place]
            self._room.release()


async def _made_by(pipe: Connection, turns: asyncio.Lock, place: int) -> _Text:
    """The text of a part that another process makes. `turns` lets one task after the other receive, in the order in
    which they asked."""
    try:
        pipe.send(place)
        async with turns:
            waiting = asyncio.ensure_future(asyncio.to_thread(_receive, pipe))
            try:
                return await asyncio.shield(waiting)
            finally:
                # If this task is cancelled, the other process has ended, and so does the thread.
                await asyncio.gather(waiting, return_exceptions=True)
    except (EOFError, OSError):
        raise StoreError("a process of the export ended unexpectedly; run the export again") from None


def _receive(pipe: Connection) -> _Text:
    """The next part. Its text is not pickled, because that takes twice as long. Raises the other process's error."""
    message = pipe.recv()
    if isinstance(message, Exception):
        raise message
    return message, pipe.recv_bytes()


def _work(work: _Work, pipe: Connection) -> None:
    """The main function of another process."""
    threading.Thread(target=end_with_parent, daemon=True).start()
    try:
        with gc_pause():
            asyncio.run(_send(work, pipe))
    except StoreError as problem:
        pipe.send(StoreError(str(problem)))
    except (EOFError, BrokenPipeError, ConnectionResetError, KeyboardInterrupt):
        # The parent process has ended.
        return


async def _send(work: _Work, pipe: Connection) -> None:
    database = await open_database(work.url, create=False, secret_key=work.key)
    try:
        async with database.read() as connection:
            shop = await find_shop(connection, work.domain)
        if shop is None:
            raise StoreError(f"{work.domain} was deleted")
        make = work.maker(database, shop)
        # The process that receives is busy with its own parts, so sending takes as long as making a part.
        sent: asyncio.Future[None] | None = None
        while True:
            text = await make(pipe.recv())
            if sent is not None:
                await sent
            # Unlike `to_thread`, this begins at once, although `recv` blocks the event loop.
            sent = asyncio.get_running_loop().run_in_executor(None, _send_text, pipe, *text)
    finally:
        await database.close()


def _send_text(pipe: Connection, done: int, text: bytes) -> None:
    pipe.send(done)
    pipe.send_bytes(text)
