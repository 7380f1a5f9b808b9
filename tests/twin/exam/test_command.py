"""Running the user's command: its environment, state, output, and its end."""

import sys
import time
from pathlib import Path

import psutil
import pytest

from abandoned_checkouts.twin.exam.command import CommandError, run_command
from abandoned_checkouts.twin.exam.output import OutputError

ROW = '{\\"id\\": 1, \\"updated_at\\": \\"2026-01-01T00:00:00Z\\"}'


def _python(program: str) -> str:
    return f'{sys.executable} -c "import os, sys, time; {program}"'


def test_rows_come_from_the_output_or_the_file(tmp_path: Path) -> None:
    printed = run_command(_python(f"print('{ROW}')"), {}, tmp_path, 30)
    written = run_command(
        _python(f"open(os.environ['ABANDONED_CHECKOUTS_OUTPUT'], 'w').write('{ROW}'); print('log')"), {}, tmp_path, 30
    )
    assert printed.output.rows == written.output.rows == [(1, 1767225600)]
    # The file of an earlier run is not read again.
    assert run_command(_python("pass"), {}, tmp_path, 30).output.rows == []


def test_the_environment_and_the_exit_code(tmp_path: Path) -> None:
    ran = run_command(_python("sys.exit('token ' + os.environ['T'])"), {"T": "abc"}, tmp_path, 30)
    assert (ran.code, ran.messages, ran.succeeded, ran.state) == (1, "token abc", False, None)


def test_a_state_is_kept_between_runs(tmp_path: Path) -> None:
    read = "n = len(open(p).read()) if os.path.exists(p) else 0"
    own = _python(f"p = os.environ['ABANDONED_CHECKOUTS_STATE']; {read}; open(p, 'w').write('x' * (n + 1))")
    assert [run_command(own, {}, tmp_path, 30).state for _ in range(2)] == [b"x", b"xx"]
    message = _python('print(\'{\\"type\\": \\"STATE\\", \\"value\\": {\\"a\\": 1}}\')')
    assert run_command(message, {}, tmp_path, 30).state == b'{"a":1}'


def test_a_command_that_does_not_end_is_ended_with_its_children(tmp_path: Path) -> None:
    child = tmp_path / "child"
    ran = run_command(f"sh -c 'printf %s half; sleep 600 & echo $! > {child}; wait'", {}, tmp_path, 2)
    assert ran.code is None and ran.output.rows == []
    until = time.monotonic() + 30
    while _is_running(int(child.read_text())):
        assert time.monotonic() < until, "the child of the command still runs"
        time.sleep(0.01)


def _is_running(process: int) -> bool:
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("no-such-extractor --all", "'no-such-extractor' cannot be run: No such file or directory"),
        ("/", "'/' cannot be run: Permission denied"),
        ("", "--command is empty"),
        ("sh -c 'x", "--command cannot be read: no closing quotation"),
    ],
)
def test_a_command_that_cannot_run(tmp_path: Path, command: str, words: str) -> None:
    with pytest.raises(CommandError) as refused:
        run_command(command, {}, tmp_path, 5)
    assert words in str(refused.value)


def test_an_output_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="line 1"):
        run_command(_python("print('reading page 1')"), {}, tmp_path, 30)
