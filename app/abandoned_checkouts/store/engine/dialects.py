"""SQLAlchemy's dialects by name. That of PostgreSQL takes 40 ms to import, which a server on SQLite does not need."""

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.dialects import sqlite


@cache
def compiler_dialect(name: str) -> Dialect:
    """The dialect that compiles statements for the driver of "sqlite" or "postgresql"."""
    if name == "sqlite":
        return sqlite.dialect(paramstyle="qmark")
    from sqlalchemy.dialects.postgresql import asyncpg

    return asyncpg.dialect()  # type: ignore[no-untyped-call]


def insert_of(name: str) -> Callable[..., Any]:
    """The `insert` of a dialect. It can say what happens if the key exists."""
    if name == "sqlite":
        return sqlite.insert
    from sqlalchemy.dialects import postgresql

    return postgresql.insert
