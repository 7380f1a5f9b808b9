"""The exit codes, and the errors that a command reports in one line on standard error."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer

SUCCESS, SOME_REJECTED, USAGE, STORE, FILE, NOT_FOUND, LISTEN, SOURCE, INTERRUPTED = 0, 1, 2, 3, 4, 5, 6, 7, 130

# The class of every usage error. Typer exports its subclasses only.
_UsageError: Any = typer.BadParameter.__base__


class FileError(Exception):
    """A file cannot be read or written. The message says why."""


class QueryError(Exception):
    """A query cannot be run. The message says why."""


class ListenError(Exception):
    """The server cannot listen on its address. The message says why."""


class TwinError(Exception):
    """A twin or an exam failed. The message says why and what to do."""


class UnreachableError(Exception):
    """Another server cannot be reached. The message says which."""


# The expected errors by module and class. They are listed by name so that a command imports only what it uses.
CODES = {
    "abandoned_checkouts.config:SettingError": USAGE,
    "abandoned_checkouts.store.engine.failures:StoreError": STORE,
    "abandoned_checkouts.intake.file_records:SourceError": FILE,
    "abandoned_checkouts.cli.exit_codes:FileError": FILE,
    "abandoned_checkouts.cli.exit_codes:QueryError": USAGE,
    "abandoned_checkouts.exporting.selecting:SelectionError": USAGE,
    "abandoned_checkouts.exporting.table_files:NoParquetError": USAGE,
    "abandoned_checkouts.store.tenants.shops:ShopError": NOT_FOUND,
    "abandoned_checkouts.demo.fill:DemoError": NOT_FOUND,
    "abandoned_checkouts.cli.exit_codes:ListenError": LISTEN,
    "abandoned_checkouts.cli.exit_codes:TwinError": USAGE,
    "abandoned_checkouts.cli.exit_codes:UnreachableError": SOURCE,
    "abandoned_checkouts.store.sync.syncs:SyncError": NOT_FOUND,
    "abandoned_checkouts.sync.source:SourceError": SOURCE,
}


@contextmanager
def reported_in_one_line() -> Iterator[None]:
    """Prints an expected error as one line and exits with its code. Other exceptions are bugs and show a traceback."""
    try:
        yield
    except _UsageError as problem:
        message = problem.format_message().rstrip(".").replace("\n", " ")
        if message:
            # An empty message: the command was called without arguments and has printed its help.
            say(f"{message}; see `{problem.ctx.command_path} --help`" if problem.ctx else message)
        raise SystemExit(USAGE) from None
    except (KeyboardInterrupt, typer.Abort):
        say("interrupted; run the same command again to continue")
        raise SystemExit(INTERRUPTED) from None
    except BrokenPipeError:
        # The program that reads our output, for example `head`, has closed it.
        sys.stderr.close()
        raise SystemExit(SUCCESS) from None
    except Exception as problem:
        code = _code_of(problem)
        if code is None:
            raise
        say(str(problem))
        raise SystemExit(code) from None


def _code_of(problem: Exception) -> int | None:
    names = (f"{kind.__module__}:{kind.__qualname__}" for kind in type(problem).__mro__)
    return next((CODES[name] for name in names if name in CODES), None)


def say(text: str) -> None:
    """Writes a line to standard error."""
    sys.stderr.write(f"abandoned-checkouts: {text}\n")
