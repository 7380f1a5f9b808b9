"""The command line as the console script runs it."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from abandoned_checkouts.cli import main


@dataclass
class Done:
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process, for starting one costs more than most commands; it ends with that code."""

    def run_command(*arguments: str, code: int = 0) -> Done:
        monkeypatch.setattr(sys, "argv", ["abandoned-checkouts", *arguments])
        capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        done = Done(*capfd.readouterr())
        assert (end.value.code or 0) == code, (arguments, end.value.code, done)
        assert "Traceback" not in done.stderr
        return done

    return run_command
