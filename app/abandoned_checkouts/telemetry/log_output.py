"""Writes lines to a file descriptor, whole lines at a time, so that the lines of several processes do not mix."""

import os
from collections.abc import Iterable

# A pipe takes up to this number of bytes in one step (PIPE_BUF of Linux).
_AT_ONCE = 4096


def line_of(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace") + b"\n"


class LogOutput:
    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @property
    def is_terminal(self) -> bool:
        return os.isatty(self._descriptor)

    def write(self, lines: Iterable[bytes]) -> None:
        """Write lines that end with a line break. Blocks. A reader that has gone away loses them."""
        waiting = b""
        for line in lines:
            if waiting and len(waiting) + len(line) > _AT_ONCE:
                self._write(waiting)
                waiting = b""
            waiting += line
        if waiting:
            self._write(waiting)

    def _write(self, data: bytes) -> None:
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError:
            # There is nobody to report it to: this is the log.
            return
