"""The request log: a line for each request, written by a thread."""

import threading
from typing import Any

from abandoned_checkouts.telemetry.current import RequestRecord
from abandoned_checkouts.telemetry.log_output import LogOutput
from abandoned_checkouts.telemetry.request_log import RequestLog, event_of, for_people

RECORD = RequestRecord(
    "POST", 0.0, "graphql", "id-1", operation="Page", shop="a.example", app=7, cost=12, status=200, seconds=0.01234
)


class Blocked(LogOutput):
    """An output whose reader reads only after `go_on`."""

    def __init__(self) -> None:
        super().__init__(-1)
        self.lines: list[bytes] = []
        self.go_on, self.has_begun = threading.Event(), threading.Event()

    def write(self, lines: Any) -> None:
        self.has_begun.set()
        assert self.go_on.wait(10)
        self.lines += lines


def test_the_event_of_a_request() -> None:
    event = event_of(1_790_000_000.5, RECORD)
    assert event == {
        "event": "request",
        "level": "info",
        "timestamp": "2026-09-21T14:13:20.500Z",
        "request_id": "id-1",
        "method": "POST",
        "endpoint": "graphql",
        "operation": "Page",
        "shop": "a.example",
        "app": 7,
        "cost": 12,
        "ms": 12.34,
        "status": 200,
        "outcome": "ok",
    }
    assert for_people(None, "info", event) == (
        "2026-09-21T14:13:20.500Z [200] 12.3 ms POST graphql Page a.example app=7 cost=12 (id-1)"
    )


def test_all_lines_are_written_before_the_log_closes() -> None:
    output = Blocked()
    output.go_on.set()
    log = RequestLog(output, for_people)
    for _ in range(50):
        log.add(RECORD)
    log.close()
    assert len(output.lines) == 50


def test_a_reader_that_is_too_slow_loses_lines_and_the_log_says_how_many() -> None:
    output = Blocked()
    log = RequestLog(output, for_people, most=10)
    log.add(RECORD)
    assert output.has_begun.wait(10)
    for _ in range(15):
        log.add(RECORD)
    output.go_on.set()
    log.close()
    assert len(output.lines) == 1 + 10 + 1
    assert output.lines[-1].endswith(b"[warning] 5 lines of requests are missing: the log is read too slowly\n")
