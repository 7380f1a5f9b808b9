"""The log of a test: written to a file, and turned off after it."""

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from abandoned_checkouts.telemetry.log_output import LogOutput
from abandoned_checkouts.telemetry.log_setup import close_logs, set_up_logs


@dataclass
class Log:
    file: Path
    descriptor: int

    def start(self, level: str = "info", form: str = "json") -> None:
        set_up_logs(level, form, LogOutput(self.descriptor))

    def text(self) -> str:
        """Everything that was logged. Stops the log."""
        close_logs()
        return self.file.read_text()

    def lines(self) -> list[dict[str, Any]]:
        return [orjson.loads(line) for line in self.text().splitlines()]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    root = logging.getLogger()
    names = ("abandoned_checkouts", "search_syntax", "uvicorn")
    before = root.handlers[:], root.level, [logging.getLogger(name).level for name in names]
    file = tmp_path / "log"
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT)
    yield Log(file, descriptor)
    close_logs()
    os.close(descriptor)
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    for name, level in zip(names, before[2], strict=True):
        logging.getLogger(name).setLevel(level)
