"""Runs the user's command with a time limit."""

import os
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import orjson

from abandoned_checkouts.twin.exam.output import Output, read_output

# The maximum characters of the command's messages that a report shows.
_LAST = 500
OUTPUT, STATE = "ABANDONED_CHECKOUTS_OUTPUT", "ABANDONED_CHECKOUTS_STATE"


class CommandError(Exception):
    """The command cannot be started. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Ran:
    """One run. `code` is the exit code, or None if the command exceeded the time limit. `messages` is the end of its
    standard error.

    `state` is the state from which the next run continues, or None.
    """

    code: int | None
    output: Output
    messages: str
    seconds: float
    state: bytes | None

    @property
    def succeeded(self) -> bool:
        return self.code == 0


def run_command(command: str, environment: Mapping[str, str], folder: Path, limit: float) -> Ran:
    """Run the command once. `folder` keeps the state between the runs. Raises CommandError and OutputError.

    The command writes its rows to standard output or to the file in ABANDONED_CHECKOUTS_OUTPUT. It keeps its state in
    the file in ABANDONED_CHECKOUTS_STATE, or writes messages of state, of which the last is put into that file.
    """
    words = _words(command)
    rows_file, state_file = folder / "rows.jsonl", folder / "state.json"
    rows_file.unlink(missing_ok=True)
    whole = {**os.environ, **environment, OUTPUT: str(rows_file), STATE: str(state_file)}
    started = time.monotonic()
    with (folder / "stdout").open("wb+") as out, (folder / "stderr").open("wb+") as err:
        try:
            process = subprocess.Popen(
                words, env=whole, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True
            )
        except OSError as problem:
            raise CommandError(f"{words[0]!r} cannot be run: {problem.strerror}") from None
        try:
            code: int | None = process.wait(limit)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            _end(process)
        seconds = time.monotonic() - started
        out.seek(0)
        err.seek(0)
        printed, messages = out.read().decode("utf-8", "replace"), err.read().decode("utf-8", "replace")
    output = read_output(rows_file.read_text("utf-8", "replace") if rows_file.is_file() else _complete(printed, code))
    if output.state is not None:
        state_file.write_bytes(orjson.dumps(output.state))
    state = state_file.read_bytes() if state_file.is_file() else None
    return Ran(code, output, messages[-_LAST:].strip(), seconds, state)


class App:
    """A running app, and after its end the files that it has written."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        self._process, self._folder, self._ended = process, folder, False
        self._rows = self._messages = ""

    def code(self) -> int | None:
        """The exit code if the app has ended by itself, else None."""
        return None if self._ended else self._process.poll()

    def end(self) -> None:
        """End the app, and keep what it has written."""
        self._messages, self._ended = self.messages(), True
        _end(self._process)
        rows = self._folder / "rows.jsonl"
        self._rows = _complete(rows.read_text("utf-8", "replace"), None) if rows.is_file() else ""

    def rows(self) -> str:
        """The complete lines of the app's rows, after its end."""
        return self._rows

    def messages(self) -> str:
        """The end of what the app has printed."""
        if self._ended:
            return self._messages
        return (self._folder / "messages").read_text("utf-8", "replace")[-_LAST:].strip()


@contextmanager
def started_app(command: str, environment: Mapping[str, str], folder: Path) -> Iterator[App]:
    """Start an app, and end it after the block. `folder` has its state and its rows. Raises CommandError."""
    words = _words(command)
    files = {OUTPUT: str(folder / "rows.jsonl"), STATE: str(folder / "state.json")}
    with (folder / "messages").open("wb") as printed:
        try:
            process = subprocess.Popen(
                words,
                env={**os.environ, **environment, **files},
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=printed,
                start_new_session=True,
            )
        except OSError as problem:
            raise CommandError(f"{words[0]!r} cannot be run: {problem.strerror}") from None
    app = App(process, folder)
    try:
        yield app
    finally:
        app.end()


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as problem:
        raise CommandError(f"--command cannot be read: {str(problem).lower()}") from None
    if not words:
        raise CommandError("--command is empty; write the command of your extractor")
    return words


def _complete(printed: str, code: int | None) -> str:
    """The complete lines. If the command was killed, the last line may be incomplete."""
    return printed if code == 0 or printed.endswith("\n") else printed[: printed.rfind("\n") + 1]


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the command and all processes that it has started."""
    # The process group does not exist: all of its processes have ended.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
