"""A process that a test starts and kills."""

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE, Process

from tests.places import ROOT


class Child:
    """Runs `module` with arguments. `start` returns when the process has printed "ready"."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._command = (sys.executable, "-m", module, *arguments)
        self._process: Process | None = None
        self.kills = 0

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(*self._command, stdout=PIPE, cwd=ROOT)
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), 60)
        assert line == b"ready\n", f"{self._command} did not start"

    async def kill(self) -> None:
        """Kill the process as kill -9 does, without a warning."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
            self._process = None
            self.kills += 1
