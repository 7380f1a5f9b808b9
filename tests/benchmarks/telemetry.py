"""What watching costs on the way of each request: ``python -m tests.benchmarks.telemetry``.

An application that does nothing is called with and without the request log, metrics (one process, and the files of
several processes) and traces. The figures are microseconds of the event loop's CPU for each request, and of the whole
process, in which a thread writes the log.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from abandoned_checkouts.telemetry.counters import observe
from abandoned_checkouts.telemetry.current import note_caller, note_cost, note_operation
from abandoned_checkouts.telemetry.log_output import LogOutput
from abandoned_checkouts.telemetry.metric_table import DATABASE
from abandoned_checkouts.telemetry.requests import RequestObserver, sinks

ROUNDS, REQUESTS = 7, 10_000
SCOPE = {"type": "http", "method": "POST", "path": "/admin/api/2026-10/graphql.json", "headers": []}
HEADERS = [
    (b"content-type", b"application/json"),
    (b"vary", b"Accept-Encoding"),
    (b"content-length", b"12"),
    (b"x-request-id", b"65a6c3a3-4cbf-4f3f-9eef-e2a95594ad00-1782085581"),
]


async def application(_scope: Any, _receive: Any, send: Any) -> None:
    note_caller("demo-shop.myshopify.com", 1001)
    note_operation("Page")
    note_cost(12, 7)
    observe(DATABASE, 0.002)
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": b"{}"})


async def send(_message: Any) -> None:
    pass


async def microseconds(is_watched: bool) -> tuple[float, float]:
    """Of the event loop's thread and of the process, for one request; the best round."""
    observer, best = RequestObserver(lambda: "id"), (float("inf"), float("inf"))
    for _ in range(ROUNDS):
        loop, process = time.thread_time(), time.process_time()
        for _ in range(REQUESTS):
            if is_watched:
                await observer(application, SCOPE, None, send)  # type: ignore[arg-type]
            else:
                await application(SCOPE, None, send)
        loop = time.thread_time() - loop
        await asyncio.sleep(0.5)
        best = min(best, (loop / REQUESTS * 1e6, (time.process_time() - process) / REQUESTS * 1e6))
    return best


def log(form: str) -> None:
    from abandoned_checkouts.telemetry.log_setup import set_up_logs

    set_up_logs("info", form, LogOutput(os.open(os.devnull, os.O_WRONLY)))


def metrics() -> None:
    from abandoned_checkouts.telemetry.prometheus import turn_on

    turn_on()


WATCHED: dict[str, Callable[[], None]] = {
    "nothing": lambda: None,
    "log in JSON": lambda: log("json"),
    "log for people": lambda: log("console"),
    "metrics": metrics,
    "metrics of several processes": metrics,
}


def main() -> None:
    if len(sys.argv) > 1:
        WATCHED[sys.argv[1]]()
        without, watched = asyncio.run(microseconds(False)), asyncio.run(microseconds(bool(sinks)))
        loop, process = (after - before for before, after in zip(without, watched, strict=True))
        print(f"{sys.argv[1]}: {loop:.1f} µs of the event loop, {process:.1f} µs of the process")
        return
    for name in WATCHED:
        with tempfile.TemporaryDirectory() as folder:
            several = {"PROMETHEUS_MULTIPROC_DIR": folder} if "several" in name else {}
            command = [sys.executable, "-m", "tests.benchmarks.telemetry", name]
            subprocess.run(command, env={**os.environ, **several}, check=True)


if __name__ == "__main__":
    main()
