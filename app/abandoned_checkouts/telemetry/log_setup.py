"""The log of a server process: one line for each event, in JSON or for people, on standard error.

All messages go through structlog: ours, which use Python's logging, those of uvicorn and of other libraries, and the
request log. Messages are written at once. The lines of requests are collected and written by a thread (see
`request_log`).
"""

import logging
import os
import sys
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

import orjson

from abandoned_checkouts.telemetry.log_output import LogOutput, line_of
from abandoned_checkouts.telemetry.redaction import masked, safe_traceback
from abandoned_checkouts.telemetry.request_log import RequestLog, for_people
from abandoned_checkouts.telemetry.requests import sinks
from abandoned_checkouts.telemetry.structlog_alone import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor

FORMATS = ("console", "json")
# Loggers whose level is the setting. Others write warnings and errors only.
_OURS = ("abandoned_checkouts", "search_syntax", "uvicorn")
_SET_BY_UVICORN = ("uvicorn", "uvicorn.error", "uvicorn.asgi")


class _State:
    """The log of this process, if it is set up."""

    request_log: RequestLog | None = None


def set_up_logs(level: str, form: str, output: LogOutput | None = None) -> None:
    """Write the log of this process in the format, from the level on. `output` is standard error by default."""
    output = output or LogOutput(sys.stderr.fileno())
    renderer = _renderer(form, is_terminal=output.is_terminal)
    handler = _Handler(output)
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _ErrorRenderer(with_messages=level == "debug"),
        _mask,
    ]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(level.upper())
    for name in _SET_BY_UVICORN:
        # uvicorn's own configuration, if a program of ours applied it before, keeps its messages from us.
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        if name != "uvicorn":
            logger.setLevel(logging.NOTSET)
    close_logs()
    if level in ("info", "debug"):
        _State.request_log = RequestLog(output, renderer if form == "json" else for_people)
        sinks.append(_State.request_log.add)


def close_logs() -> None:
    """Write the lines of requests that still wait."""
    if _State.request_log is not None:
        sinks.remove(_State.request_log.add)
        _State.request_log.close()
        _State.request_log = None


class _Handler(logging.Handler):
    def __init__(self, output: LogOutput) -> None:
        super().__init__()
        self._output = output

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._output.write([line_of(self.format(record))])
        except Exception:
            self.handleError(record)


def _renderer(form: str, *, is_terminal: bool) -> "Processor":
    if form == "json":
        return structlog.processors.JSONRenderer(serializer=_json)
    # Without rich's tracebacks, which print the values of local variables.
    return structlog.dev.ConsoleRenderer(
        pad_event_to=0,
        colors=is_terminal and not os.environ.get("NO_COLOR"),
        exception_formatter=structlog.dev.plain_traceback,
    )


def _json(event: "EventDict", **_: Any) -> str:
    return orjson.dumps(event, default=str).decode()


class _ErrorRenderer:
    """Turns the error of a message into the text `exception`."""

    def __init__(self, *, with_messages: bool) -> None:
        self._with_messages = with_messages

    def __call__(self, _logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        found = event.pop("exc_info", None)
        problem = found[1] if isinstance(found, tuple) else found
        if isinstance(problem, BaseException):
            event["exception"] = safe_traceback(problem, with_messages=self._with_messages)
        return event


def _mask(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event["event"] = masked(str(event["event"]))
    return event
