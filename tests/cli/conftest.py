"""Fixtures that run commands as the console script does."""

import sys
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass

import pytest

from abandoned_checkouts.cli import main

SHOP = "acme.myshopify.com"


@dataclass
class Done:
    stdout: str
    stderr: str


Run = Callable[..., Done]
Within = Callable[..., tuple[str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process, which is faster than a new one, and checks its exit code."""

    def run_command(*arguments: str, code: int = 0) -> Done:
        monkeypatch.setattr(sys, "argv", ["abandoned-checkouts", *arguments])
        capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            # In a copy of the context: a command sets who acts, and the next test must not inherit that.
            copy_context().run(main)
        done = Done(*capfd.readouterr())
        assert (end.value.code or 0) == code, (arguments, end.value.code, done)
        assert "Traceback" not in done.stderr
        return done

    return run_command


@pytest.fixture
def within(run: Run, sqlite_url: str) -> Within:
    """Runs a command on one shop; returns its standard output and standard error."""

    def run_command(*arguments: str, code: int = 0) -> tuple[str, str]:
        more = () if arguments[:2] == ("shop", "create") else ("--shop", SHOP)
        done = run(*arguments, *more, "--database", sqlite_url, code=code)
        return done.stdout, done.stderr

    run_command("shop", "create", "--domain", SHOP)
    return run_command
