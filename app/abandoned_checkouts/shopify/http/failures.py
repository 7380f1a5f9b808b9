"""Logging of errors for which the client receives only an internal error with a request id."""

import logging

from abandoned_checkouts.store.engine.database import StoreError

log = logging.getLogger(__name__)


def log_failure(request_id: str, problem: BaseException) -> None:
    """Log an error of the store in one line, and any other error, which is a bug, with its traceback."""
    log.error("request %s: %s", request_id, problem, exc_info=None if isinstance(problem, StoreError) else problem)
