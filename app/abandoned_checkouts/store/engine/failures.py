"""Distinguishing failures of the store from mistakes in a statement or its values."""

import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError

# Classes of PostgreSQL's error codes: connection lost, transaction rolled back, no resources, shutdown, system error.
_STATES = frozenset(("08", "40", "53", "57", "58"))


def may_succeed_later(problem: Exception) -> bool:
    """Whether a statement failed because of the state of the store, for example a deadlock, a full disk or a lost
    connection. The same statement may succeed later."""
    if not isinstance(problem, DBAPIError):
        return isinstance(problem, NoConnectionError)
    code = getattr(problem.orig, "sqlstate", None)
    if code:
        return str(code)[:2] in _STATES
    return problem.connection_invalidated or isinstance(problem.orig, sqlite3.OperationalError)
