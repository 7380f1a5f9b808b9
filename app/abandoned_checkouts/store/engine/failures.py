"""Distinguishes errors of the store, for example a full disk, from errors in a statement or its values."""

import errno
import socket
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from abandoned_checkouts.store.engine.secret_key import SecretKeyError
from abandoned_checkouts.telemetry.counters import is_metered, observe
from abandoned_checkouts.telemetry.metric_table import DATABASE
from abandoned_checkouts.telemetry.spans import leaf

# The seconds that a writer waits for the lock of another process.
LOCK_TIMEOUT = 30

# Classes of PostgreSQL's error codes: connection lost, transaction rolled back, no resources, shutdown, system error.
_STATES = frozenset(("08", "40", "53", "57", "58"))
# Classes of PostgreSQL's codes for errors in a statement or its values: not supported, data, constraint, syntax.
_OF_STATEMENTS = frozenset(("0A", "22", "23", "42"))
# A server that cannot be reached: connection refused or reset, no such socket file, no such host name, no response.
_LOST = (ConnectionError, FileNotFoundError, socket.gaierror, TimeoutError)
# SQLAlchemy's classes for errors of the store. A violated constraint raises another subclass of DBAPIError.
_OF_SQLALCHEMY = frozenset((OperationalError, InterfaceError, DatabaseError, DBAPIError))
# The drivers' classes, for statements that do not use SQLAlchemy.
_OF_SQLITE = frozenset((sqlite3.OperationalError, sqlite3.DatabaseError))
# Errors of the disk and the machine when a file is written.
_OF_THE_MACHINE = frozenset(
    (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM)
)


class StoreError(Exception):
    """The store cannot be used; the message says why and what to do, in one line."""


@contextmanager
def failures_as_store_errors(url: URL) -> Iterator[None]:
    """Turn errors of the store at `url` into StoreError. Other errors, for example a violated constraint, are not
    changed. Every use of the store is in such a block, so its time is measured here, if metrics are on."""
    started = time.perf_counter() if is_metered() else None
    try:
        with leaf("sql", **{"db.system.name": url.get_backend_name()}):
            yield
    except SecretKeyError as problem:
        raise StoreError(str(problem)) from problem
    except Exception as problem:
        # A SQLite store has no network connection, so these errors are not errors of the store.
        is_lost = isinstance(problem, _LOST) and url.get_backend_name() != "sqlite"
        if not is_lost and not is_of_the_store(problem):
            raise
        raise StoreError(f"the store at {shown(url)} cannot be used: {reason(problem)}") from problem
    finally:
        if started is not None:
            observe(DATABASE, time.perf_counter() - started)


def is_of_the_store(problem: BaseException) -> bool:
    """Whether a driver reports that the store is full, locked, closed or damaged."""
    if isinstance(problem, DBAPIError):
        return type(problem) in _OF_SQLALCHEMY
    if isinstance(problem, sqlite3.Error):
        return type(problem) in _OF_SQLITE
    # Not imported here: SQLAlchemy imports PostgreSQL's driver with the first connection, and SQLite does not need it.
    asyncpg = sys.modules.get("asyncpg")
    if asyncpg is not None and isinstance(problem, asyncpg.PostgresError):
        return str(problem.sqlstate)[:2] not in _OF_STATEMENTS
    return isinstance(problem, NoConnectionError) or (
        asyncpg is not None and isinstance(problem, asyncpg.InterfaceError)
    )


def is_expected(problem: BaseException) -> bool:
    """Whether the store or the machine failed, for example because the disk is full. For such an error, the log has
    only the message; for any other error it has the traceback."""
    is_of_the_machine = isinstance(problem, OSError) and problem.errno in _OF_THE_MACHINE
    return is_of_the_machine or isinstance(problem, StoreError) or is_of_the_store(problem)


def log_text(problem: BaseException) -> str:
    """What a log line says about an error: its message if the store or the machine failed. Other messages can quote
    what a caller sent, so the line names only the kind of the error; the traceback of the log shows the place."""
    # SQLAlchemy's message has the values of the statement, the driver's has not.
    cause = problem.orig if isinstance(problem, DBAPIError) else problem
    text = " ".join(str(cause).split()) if is_expected(problem) else ""
    return text or type(problem).__name__


def may_succeed_later(problem: Exception) -> bool:
    """Whether a statement failed because of the state of the store, for example a deadlock, a full disk or a lost
    connection. The same statement may succeed later."""
    if isinstance(problem, StoreError):
        return True
    if not isinstance(problem, DBAPIError):
        return isinstance(problem, NoConnectionError)
    code = getattr(problem.orig, "sqlstate", None)
    if code:
        return str(code)[:2] in _STATES
    return problem.connection_invalidated or isinstance(problem.orig, sqlite3.OperationalError)


def shown(url: URL) -> str:
    """The URL without its password."""
    return url.render_as_string(hide_password=True)


def reason(problem: BaseException) -> str:
    """Why the store cannot be used, and what to do, in one line."""
    if isinstance(problem, NoConnectionError):
        return "all connections are in use; try again, or send fewer requests at the same time"
    cause = problem.orig if isinstance(problem, DBAPIError) else problem
    text = " ".join(str(cause).split()) or type(cause).__name__
    if "not a database" in text or "malformed" in text:
        return f"the file is damaged or is not a store ({text}); restore a backup or use another file"
    if "locked" in text:
        return f"another process has locked it for more than {LOCK_TIMEOUT} seconds; try again later"
    if "lock timeout" in text:
        return "a transaction of another program has locked a table for too long; end it and try again"
    if "is full" in text:
        return "the disk is full; free some space and try again"
    if "readonly" in text or "unable to open" in text or "disk I/O" in text:
        return f"the file can no longer be read or written ({text}); check the disk and the permissions of the file"
    return text
