"""Requests that fail: one line in the log with the id of the request, and a response that does not show the cause."""

import logging
from collections.abc import Callable, Iterable

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from abandoned_checkouts.checkouts.randomness import random_uuid
from abandoned_checkouts.http_kit.refusal import HttpRefusal
from abandoned_checkouts.store.engine.failures import is_expected, log_text
from abandoned_checkouts.telemetry.current import note_failure

log = logging.getLogger(__name__)

UNAVAILABLE = HttpRefusal(503, "The store cannot be used at the moment. Try again later.")
INTERNAL = HttpRefusal(500, "Internal server error. The log of the server says more.")
# Seconds after which a client may try again.
RETRY_AFTER = 5


def log_failure(request_id: str, problem: BaseException) -> None:
    """Log a failure of the store in one line, and any other error, which is a bug, with its traceback."""
    note_failure()
    text = log_text(problem)
    log.error("request %s: %s", request_id, text, exc_info=None if is_expected(problem) else problem)


def log_failures(request_id: str, problems: Iterable[BaseException]) -> None:
    """Log the failures of one request. Several fields of a query can meet the same failure of the store."""
    seen: set[str] = set()
    for problem in problems:
        if not is_expected(problem) or str(problem) not in seen:
            seen.add(str(problem))
            log_failure(request_id, problem)


def refusal_for(problem: BaseException) -> HttpRefusal:
    """Status 503 if the store failed, else 500."""
    return UNAVAILABLE if is_expected(problem) else INTERNAL


def failure_response(problem: BaseException, write: Callable[[HttpRefusal], Response]) -> Response:
    """Logs the failure. Returns what `write` makes of the refusal, with the id of the request in x-request-id."""
    request_id = str(random_uuid())
    log_failure(request_id, problem)
    refusal = refusal_for(problem)
    response = write(refusal)
    response.headers["x-request-id"] = request_id
    if refusal.status == UNAVAILABLE.status:
        response.headers["retry-after"] = str(RETRY_AFTER)
    return response


class FailureNet:
    """An ASGI application around another one. It responds if the other one raises an exception. Endpoints report their
    own failures in their own form; this is for all others. A response that has begun is cut off.
    """

    def __init__(self, app: ASGIApp, write: Callable[[HttpRefusal], Response]) -> None:
        self._app, self._write = app, write

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def note(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, note)
        except Exception as problem:
            response = failure_response(problem, self._write)
            if not has_begun:
                await response(scope, receive, send)
