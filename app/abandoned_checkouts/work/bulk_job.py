"""One run of a bulk operation, in a thread with a separate event loop, so that the server stays responsive."""

import asyncio
from contextlib import suppress
from pathlib import Path

from abandoned_checkouts.shopify.bulk.rules.files import synced
from abandoned_checkouts.shopify.bulk.runs.run import BulkRequest, BulkRun, Progress
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.reading.streams import Stream, open_stream


class StoppedError(Exception):
    """The run was stopped before it was complete."""


class Job:
    """Call `run` in a thread, or await `write` for a store in memory. `stop` can be called from any thread."""

    def __init__(self, database: Database, number: int, request: BulkRequest, file: Path) -> None:
        self.progress = Progress()
        self.number, self.file = number, file
        self._database, self._request = database, request
        self._stopped = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._stream: Stream | None = None

    def run(self) -> None:
        """Write the file. Raises StoppedError, or FailedError with the partial result in the file."""
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
            # `stop` interrupts the statement, which raises this error.
            if not self._stopped:
                raise
        if self._stopped:
            raise StoppedError

    def stop(self) -> None:
        if self._stopped:
            return
        self._stopped = self.progress.stopped = True
        # The run may have ended at the same moment.
        with suppress(Exception):
            if self._stream is not None:
                self._stream.interrupt()
            if self._loop is not None and self._task is not None and not self._database.is_sqlite:
                self._loop.call_soon_threadsafe(self._task.cancel)
