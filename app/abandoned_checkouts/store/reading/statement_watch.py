"""Ends statements of SQLite that take too long for the thread of the event loop."""

import time

# A page that is read by an index takes less than 1 ms. Other requests wait for a statement at most this long, in
# nanoseconds of CPU time.
LONGEST = 3_000_000
# SQLite asks after this many of its instructions, about every 250 µs.
INSTRUCTIONS = 5_000
# How long a statement that took too long is not tried again, in seconds, and the number of these statements.
_REMEMBERED, _MOST = 1.0, 500


class LongStatementError(Exception):
    """The statement takes too long. Run the plan again in another thread."""


class StatementWatch:
    """The time of one statement at a time. Use it in one thread."""

    def __init__(self) -> None:
        # Until when the statement may take. 0 until SQLite asks for the first time, because most statements end before;
        # None between statements.
        self._until: int | None = None
        self._long: dict[str, float] = {}
        # Whether SQLite was told to end the statement.
        self.has_ended = False

    def is_over(self) -> bool:
        """SQLite's progress handler. It ends the statement if this is true."""
        if self._until is None:
            return False
        if not self._until:
            self._until = time.thread_time_ns() + LONGEST
            return False
        self.has_ended = time.thread_time_ns() > self._until
        return self.has_ended

    def start(self, sql: str) -> None:
        """Raises LongStatementError for a statement that recently took too long."""
        if self._long and self._long.get(sql, 0.0) > time.monotonic():
            raise LongStatementError
        self.has_ended, self._until = False, 0

    def stop(self) -> None:
        """The statement has ended. The end of the transaction must not be interrupted."""
        self._until = None

    def remember(self, sql: str) -> None:
        if len(self._long) >= _MOST:
            self._long.clear()
        self._long[sql] = time.monotonic() + _REMEMBERED
