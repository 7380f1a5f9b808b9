"""The request log: one line for each request, without personal data.

The event loop only appends to a queue, which takes well under a microsecond. A thread turns the records into lines and
writes them, up to a tenth of a second later. If the reader of the log is too slow, the newest lines are dropped and
counted, so the server does not wait for its log.
"""

import threading
import time
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from abandoned_checkouts.telemetry.current import RequestRecord
from abandoned_checkouts.telemetry.log_output import LogOutput, line_of

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor

# Seconds between two writes, and the largest number of lines that wait.
PAUSE, MOST = 0.1, 20_000


class RequestLog:
    """Call `add` with each finished request, and `close` in the end. `renderer` is structlog's: it turns an event into
    a line."""

    def __init__(self, output: LogOutput, renderer: "Processor", most: int = MOST) -> None:
        self._output, self._renderer, self._most = output, renderer, most
        self._waiting: deque[tuple[float, RequestRecord]] = deque()
        self._dropped = 0
        self._has_work, self._is_closing = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name="request log", daemon=True)
        self._thread.start()

    def add(self, record: RequestRecord) -> None:
        """Never blocks."""
        if len(self._waiting) >= self._most:
            self._dropped += 1
            return
        self._waiting.append((time.time(), record))
        if not self._has_work.is_set():
            self._has_work.set()

    def close(self) -> None:
        """Write what waits, and stop."""
        self._is_closing = True
        self._has_work.set()
        self._thread.join(5)

    def _run(self) -> None:
        while True:
            self._has_work.wait()
            # Read once: what arrives while the lines are written needs another round.
            is_last = self._is_closing
            if not is_last:
                time.sleep(PAUSE)
            self._has_work.clear()
            self._write_waiting()
            if is_last:
                return

    def _write_waiting(self) -> None:
        lines = []
        while self._waiting:
            lines.append(self._line(event_of(*self._waiting.popleft())))
        if self._dropped:
            dropped, self._dropped = self._dropped, 0
            event = {"event": f"{dropped} lines of requests are missing: the log is read too slowly"}
            lines.append(self._line({**event, "level": "warning", "timestamp": _shown(time.time())}))
        self._output.write(lines)

    def _line(self, event: "EventDict") -> bytes:
        return line_of(str(self._renderer(None, "info", event)))


def event_of(at: float, record: RequestRecord) -> "EventDict":
    """What the log says about a request that ended at `at`, in seconds since 1970."""
    return {
        "event": "request",
        "level": "info",
        "timestamp": _shown(at),
        "request_id": record.request_id,
        "method": record.method,
        "endpoint": record.endpoint,
        "operation": record.operation,
        "shop": record.shop,
        "app": record.app,
        "cost": record.cost,
        "ms": round(record.seconds * 1000, 2),
        "status": record.status,
        "outcome": record.outcome,
    }


def for_people(_logger: Any, _method: str, event: "EventDict") -> str:
    """The same in one short line. Only a line of a request has an endpoint."""
    if "endpoint" not in event:
        return f"{event['timestamp']} [{event['level']}] {event['event']}"
    words = [event["method"], event["endpoint"], event["operation"], event["shop"]]
    words += [f"{name}={event[name]}" for name in ("app", "cost") if event[name] is not None]
    text = " ".join(str(word) for word in words if word is not None)
    return f"{event['timestamp']} [{event['status']}] {event['ms']:.1f} ms {text} ({event['request_id']})"


def _shown(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
