"""Options of several commands. Their defaults come from the settings."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from abandoned_checkouts.access.scope_names import unknown_scope
from abandoned_checkouts.checkouts.moment import DAY, HOUR, MINUTE, SECOND
from abandoned_checkouts.cli.exit_codes import FileError
from abandoned_checkouts.config import settings_from, variable

# Rich prints the help. The backslash keeps it from reading the brackets as markup.
_SETTINGS_NOTE = f"\\[default: ${variable('database_url')}, else the file data/abandoned-checkouts.sqlite3]"

DatabaseOption = Annotated[
    str | None,
    typer.Option("--database", help=f"SQLAlchemy URL of the store. {_SETTINGS_NOTE}", show_default=False),
]
ShopOption = Annotated[str, typer.Option("--shop", metavar="DOMAIN", help="Domain of the shop.")]
OptionalShop = Annotated[
    str | None,
    typer.Option(
        "--shop",
        help="Domain of the shop. Not needed if the store has only one.",
        metavar="DOMAIN",
        show_default=False,
    ),
]


def database_url(given: str | None) -> str:
    return given or settings_from().database_url


_UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}


def duration(text: str, option: str = "--since") -> int:
    """The microseconds of a text like 30s, 90m, 6h or 2d, more than 0. Raises BadParameter for the option."""
    number, unit = text[:-1], text[-1:]
    if not (number.isascii() and number.isdigit() and len(number) < 10 and int(number)) or unit not in _UNITS:
        raise typer.BadParameter(f"{text!r} is not a duration; use, for example, 90m, 6h or 2d", param_hint=option)
    return int(number) * _UNITS[unit]


def now() -> int:
    """Microseconds since 1970, UTC."""
    return time.time_ns() // 1000


def text_of(file: Path) -> str:
    """The text of a file, or of standard input for `-`. Raises FileError."""
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except OSError as problem:
        raise FileError(f"{file} cannot be read: {problem.strerror or problem}") from None
    except UnicodeDecodeError:
        raise FileError(f"{file} cannot be read: it is not UTF-8 text") from None


def check_scopes(scopes: Sequence[str]) -> None:
    """Raises typer.BadParameter for an unknown scope, with the nearest one."""
    problem = unknown_scope(scopes)
    if problem is not None:
        raise typer.BadParameter(problem, param_hint="--scopes")
