"""One run of a bulk operation in a thread with a loop of its own, so that the server answers meanwhile."""

import asyncio
from contextlib import suppress
from pathlib import Path

from abandoned_checkouts.shopify.bulk.rules.files import synced
from abandoned_checkouts.shopify.bulk.runs.run import BulkRequest, BulkRun, Progress
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.reading.streams import Stream, open_stream


class StoppedError(Exception):
    """The run was called off before its end."""


class Job:
    """`run` in a thread, or `write` on the loop of a store in memory; `stop` from anywhere."""

    def __init__(self, database: Database, number: int, request: BulkRequest, file: Path) -> None:
        self.progress = Progress()
        self.number, self.file = number, file
        self._database, self._request = database, request
        self._stopped = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._stream: Stream | None = None

    def run(self) -> None:
        """Write the whole file. Raises FailedError, with what was found before in the file, or StoppedError."""
        try:
            with asyncio.Runner() as runner:
                runner.run(self.write())
        except asyncio.CancelledError:
            raise StoppedError from None

    async def write(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        try:
            if not self._stopped:
                async with open_stream(self._database) as stream:
                    self._stream = stream
                    try:
                        await BulkRun(self._request, stream, self.progress).write(self.file)
                    finally:
                        self._stream = None
                synced(self.file)
        except Exception:
            # A statement that is interrupted raises what it will.
            if not self._stopped:
                raise
        if self._stopped:
            raise StoppedError

    def stop(self) -> None:
        if self._stopped:
            return
        self._stopped = self.progress.stopped = True
        # It may come to its end by itself in this moment.
        with suppress(Exception):
            if self._stream is not None:
                self._stream.interrupt()
            if self._loop is not None and self._task is not None and not self._database.is_sqlite:
                self._loop.call_soon_threadsafe(self._task.cancel)
