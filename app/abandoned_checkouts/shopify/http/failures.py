"""Logging of failures that a client sees only as an internal error with a request id."""

import logging

from abandoned_checkouts.store.engine.database import StoreError

log = logging.getLogger(__name__)


def log_failure(request_id: str, problem: BaseException) -> None:
    """Log a store that cannot be used in one line, and anything else, which is a fault of this program, in full."""
    log.error("request %s: %s", request_id, problem, exc_info=None if isinstance(problem, StoreError) else problem)
