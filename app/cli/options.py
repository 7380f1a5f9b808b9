"""Options that several commands take; their defaults are the settings'."""

import time
from typing import Annotated

import typer

from app.config import settings_from, variable

_SETTINGS_NOTE = f"[default: ${variable('database_url')}, else the file data/abandoned-checkouts.sqlite3]"

Database = Annotated[
    str | None,
    typer.Option("--database", help=f"SQLAlchemy URL of the store. {_SETTINGS_NOTE}", show_default=False),
]
ShopDomain = Annotated[
    str | None, typer.Option("--shop", help="Domain of the shop.", metavar="DOMAIN", show_default=False)
]


def database_url(given: str | None) -> str:
    return given or settings_from().database_url


def now() -> int:
    """Microseconds since 1970, UTC."""
    return time.time_ns() // 1000
