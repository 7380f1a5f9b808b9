"""Starts a twin for one exam: a process with an empty store in a temporary folder."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from abandoned_checkouts.twin.exam.remote import RemoteError, RemoteTwin

_START_SECONDS = 120
_EVERY = 0.05


@contextmanager
def own_twin() -> Iterator[RemoteTwin]:
    """Starts the server on a free port of this machine, and ends it. Raises RemoteError."""
    with tempfile.TemporaryDirectory(prefix="twin-") as name:
        folder = Path(name)
        ready, log = folder / "ready", folder / "log"
        command = [sys.executable, "-m", "abandoned_checkouts", "serve", "--twin", "--host", "127.0.0.1", "--port", "0"]
        command += ["--database", f"sqlite+aiosqlite:///{folder / 'exam.sqlite3'}", "--ready-file", str(ready)]
        with log.open("wb") as written:
            # The receiver of an exam runs on this machine.
            settings = {**os.environ, "ABANDONED_CHECKOUTS_ALLOW_PRIVATE_TARGETS": "true"}
            server = subprocess.Popen(command, env=settings, stdin=subprocess.DEVNULL, stdout=written, stderr=written)
        try:
            yield RemoteTwin(_url_of(server, ready, log))
        finally:
            server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _url_of(server: subprocess.Popen[bytes], ready: Path, log: Path) -> str:
    until = time.monotonic() + _START_SECONDS
    while not ready.is_file():
        if server.poll() is not None or time.monotonic() > until:
            raise RemoteError(f"the twin of the exam did not start: {log.read_text('utf-8', 'replace')[-500:].strip()}")
        time.sleep(_EVERY)
    return ready.read_text().strip()
