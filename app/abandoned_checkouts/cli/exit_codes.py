"""What can go wrong on the command line, each with its exit code and one line on standard error."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

from abandoned_checkouts.config import SettingError
from abandoned_checkouts.demo.fill import DemoError
from abandoned_checkouts.intake.file_records import SourceError
from abandoned_checkouts.store.engine.database import StoreError
from abandoned_checkouts.store.tenants.shops import ShopError

DONE, SOME_REJECTED, WRONG_USE, NO_STORE, NO_FILE, NO_SUCH, NO_ADDRESS, INTERRUPTED = 0, 1, 2, 3, 4, 5, 6, 130

# What Typer raises for a command line that it does not understand; only its kinds have a name of their own there.
_UsageError: Any = typer.BadParameter.__base__


class FileError(Exception):
    """A file cannot be written; the message says why."""


class QueryError(Exception):
    """A query cannot be run; the message says why."""


class ListenError(Exception):
    """The server cannot listen on its address; the message says why."""


_CODES: dict[type[Exception], int] = {
    SettingError: WRONG_USE,
    StoreError: NO_STORE,
    SourceError: NO_FILE,
    FileError: NO_FILE,
    QueryError: WRONG_USE,
    ShopError: NO_SUCH,
    DemoError: NO_SUCH,
    ListenError: NO_ADDRESS,
}


@contextmanager
def reported_in_one_line() -> Iterator[None]:
    """Ends the program with the problem's line and code; anything else is a fault of ours and shows its traceback."""
    try:
        yield
    except tuple(_CODES) as problem:
        code = next(code for kind, code in _CODES.items() if isinstance(problem, kind))
        say(str(problem))
        raise SystemExit(code) from None
    except _UsageError as problem:
        message = problem.format_message().rstrip(".").replace("\n", " ")
        if message:
            # Without a message it is a command without arguments, which has shown its help.
            say(f"{message}; `{problem.ctx.command_path} --help` shows how" if problem.ctx else message)
        raise SystemExit(WRONG_USE) from None
    except (KeyboardInterrupt, typer.Abort):
        say("interrupted; run the same command again to go on")
        raise SystemExit(INTERRUPTED) from None
    except BrokenPipeError:
        # Whoever read the output has seen enough.
        sys.stderr.close()
        raise SystemExit(DONE) from None


def say(text: str) -> None:
    """A line on standard error."""
    sys.stderr.write(f"abandoned-checkouts: {text}\n")
