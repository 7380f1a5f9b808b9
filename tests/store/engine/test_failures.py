"""Which errors of a statement are the store's, so that the same may succeed later."""

import sqlite3

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from abandoned_checkouts.store.engine.failures import may_succeed_later


class PostgresError(Exception):
    """The error that asyncpg raises, with PostgreSQL's code."""

    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate


def failed(problem: Exception, **more: bool) -> DBAPIError:
    return DBAPIError("INSERT", None, problem, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("problem", "later"),
    [
        (failed(PostgresError("40P01")), True),  # deadlock
        (failed(PostgresError("53100")), True),  # disk full
        (failed(PostgresError("57P01")), True),  # shutdown
        (failed(PostgresError("08006")), True),  # connection lost
        (failed(PostgresError("22021")), False),  # a character that PostgreSQL does not store
        (failed(PostgresError("23505")), False),  # a key that exists
        (failed(OSError("connection lost"), connection_invalidated=True), True),
        (failed(ValueError("a number out of range")), False),
        (OperationalError("INSERT", None, sqlite3.OperationalError("database is locked")), True),
        (IntegrityError("INSERT", None, sqlite3.IntegrityError("UNIQUE constraint failed")), False),
        (NoConnectionError(), True),
        (ValueError("a mistake"), False),
    ],
)
def test_errors_that_may_succeed_later(problem: Exception, later: bool) -> None:
    assert may_succeed_later(problem) is later
