"""Group commit for SQLite: transactions that wait at the same time share one commit, and run in one hop.

A commit waits for the disk, and each statement that the event loop sends to the driver's thread costs two switches of
threads. So the functions of several requests run on the driver's thread, one after the other, each in a savepoint of
the same transaction. A function that fails is rolled back alone; if the commit fails, all of them fail. A request gets
its result after the commit.
"""

import asyncio
import threading
import time
from collections import deque
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from abandoned_checkouts.store.engine.driver_thread import DriverConnections, T, Work

# A group ends with this many transactions or after this time, so that the first of them does not wait long.
MOST = 32
SECONDS = 0.005
# If the group before had several transactions, more are likely to arrive: their senders have their answers now. The
# group then waits this long for the next one. A commit costs more than that.
PAUSE = 0.001


@dataclass(slots=True, eq=False)
class _Request:
    """A transaction that waits, and its caller. `result` or `problem` is set before the group commits."""

    work: Work[Any]
    answer: asyncio.Future[Any]
    context: Context = field(default_factory=copy_context)
    result: Any = None
    problem: BaseException | None = None

    def reply(self) -> None:
        if self.answer.done():
            return
        if self.problem is None:
            self.answer.set_result(self.result)
        else:
            self.answer.set_exception(self.problem)


class GroupCommit:
    """Runs the writing transactions of a SQLite store. `turn` is the lock that every writer of this process holds."""

    def __init__(self, writer: AsyncEngine, turn: asyncio.Lock) -> None:
        self._turn = turn
        self._waiting: deque[_Request] = deque()
        self._arrived = threading.Event()
        self._size_before = 0
        self._task: asyncio.Task[None] | None = None
        self._driver = DriverConnections(writer, "BEGIN IMMEDIATE")

    async def run(self, work: Work[T]) -> T:
        """Run `work` in a transaction and return its result after the commit.

        If the caller is cancelled, the transaction is not run, or is rolled back; but it may be committed already.
        """
        loop = asyncio.get_running_loop()
        request = _Request(work, loop.create_future())
        self._waiting.append(request)
        self._arrived.set()
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._commit_all())
        result: T = await request.answer
        return result

    async def finished(self) -> None:
        """Return when no transaction waits."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _commit_all(self) -> None:
        while self._waiting:
            async with self._turn:
                before = len(self._waiting)
                try:
                    group = await self._driver.run_alone(self._commit_group)
                except Exception as problem:
                    # The store cannot be opened, or is locked. The callers that waited for it get the error now.
                    group = [self._waiting.popleft() for _ in range(before)]
                    for request in group:
                        request.problem = problem
            for request in group:
                request.reply()

    def _commit_group(self, connection: Connection) -> list[_Request]:
        """Run transactions that wait, and commit them. Returns them; raises an error if none could begin."""
        group: list[_Request] = []
        transaction = connection.begin()
        ends = time.monotonic() + SECONDS
        try:
            while len(group) < MOST and (not group or time.monotonic() < ends) and self._is_any_waiting(len(group)):
                group.append(self._waiting.popleft())
                self._run(connection, group[-1])
            self._size_before = len(group)
            transaction.commit()
        except Exception as problem:
            transaction.rollback()
            for request in group:
                request.problem = problem
        return group

    def _is_any_waiting(self, size: int) -> bool:
        """Whether a transaction waits. `size` is the size of the group so far."""
        if not self._waiting and 0 < size < self._size_before:
            self._arrived.clear()
            if not self._waiting:
                self._arrived.wait(PAUSE)
        return bool(self._waiting)

    def _run(self, connection: Connection, request: _Request) -> None:
        """Run one transaction in a savepoint. Raises an error if SQLite has rolled back the whole group."""
        if request.answer.cancelled():
            return
        self._driver.execute(connection, "SAVEPOINT request")
        try:
            request.result = request.context.run(self._driver.result_of, request.work, connection)
        except Exception as problem:
            request.problem = problem
        if request.problem is not None or request.answer.cancelled():
            self._driver.execute(connection, "ROLLBACK TO request")
        self._driver.execute(connection, "RELEASE request")
