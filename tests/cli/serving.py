"""`serve` as a separate process, as users start it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from abandoned_checkouts.config import variable
from tests.places import ROOT
from tests.ports import free_port


@dataclass
class Serving:
    port: int
    process: subprocess.Popen[str]

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait(self) -> None:
        # Generous, because several runs of tests may share the machine.
        deadline = time.monotonic() + 180
        while True:
            try:
                urlopen(f"{self.base}/readyz", timeout=5).close()
            except (URLError, ConnectionError, TimeoutError):
                assert self.process.poll() is None, f"the server ended: {self.process.communicate()[1]}"
                assert time.monotonic() < deadline, "the server did not start"
                time.sleep(0.05)
            else:
                return


@contextmanager
def serving(url: str, *options: str, port: int | None = None, **settings: object) -> Iterator[Serving]:
    """A server with these settings that accepts requests. What it logs is in `process.stderr`."""
    port = port or free_port()
    # The output is read only at the end, so a line for each request could fill it.
    given = {"log_level": "warning", **settings}
    environment = {**os.environ, **{variable(name): str(value) for name, value in given.items()}}
    command = [sys.executable, "-m", "abandoned_checkouts", "serve", "--port", str(port), "--database", url, *options]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    server = Serving(port, process)
    try:
        server.wait()
        yield server
    finally:
        # Also its worker processes, because they keep the output open.
        with suppress(psutil.NoSuchProcess):
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
        process.kill()
        process.communicate(timeout=20)
