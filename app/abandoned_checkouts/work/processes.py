"""Counts the running processes of one server. Each process locks a file while it runs and counts the locked files.

If a process is killed, the operating system releases its lock, and the parent process starts a new process.
"""

import os
from pathlib import Path
from types import TracebackType

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


class Processes:
    """The locks of a server with `count` processes. Each process uses it as a context manager while it serves."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder, self._count = folder, count
        self._file = -1

    def __enter__(self) -> "Processes":
        if fcntl is not None:
            self._file = os.open(self._folder / str(os.getpid()), os.O_CREAT | os.O_RDWR, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._file >= 0:
            os.close(self._file)

    async def problem(self) -> str | None:
        """A text with the number of missing processes, or None if all are running."""
        missing = self._count - self._alive()
        if fcntl is None or missing <= 0:
            return None
        return f"{missing} of {self._count} processes ended and will be started again"

    def _alive(self) -> int:
        return sum(map(_is_locked, self._folder.iterdir()))


def _is_locked(path: Path) -> bool:
    try:
        file = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    path.unlink(missing_ok=True)
    return False
